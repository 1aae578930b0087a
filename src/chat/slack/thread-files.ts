import type { RemoteFile } from '../../domain/message.ts';
import { logOf } from '../../log.ts';
import { filesOf, linksOf, type SlackEvent, type SlackFile, toFiles } from './translate.ts';
import type { Workspace } from './workspaces.ts';

/** Slack gives some apps 15 messages a call and one call a minute: one call, once for a thread. */
const MESSAGES = 15;
const PATIENCE_MS = 5_000;

const log = logOf('slack');

/** Scenes that somebody sent before the question: as files, and as links. */
export interface EarlierScenes {
  readonly files: readonly RemoteFile[];
  readonly links: readonly string[];
}

const NONE: EarlierScenes = { files: [], links: [] };

/** What lies above a question in its thread, oldest first; nothing where we may not read. */
export async function earlierScenes(workspace: Workspace, event: SlackEvent): Promise<EarlierScenes> {
  const asked = workspace.impatient.conversations
    .replies({ channel: event.channel, ts: event.thread_ts!, latest: event.ts, limit: MESSAGES })
    .then(async ({ messages = [] }) => {
      const above = messages.filter(({ ts, bot_id }) => ts !== event.ts && !bot_id) as unknown as SlackEvent[];
      return { files: await openFiles(workspace, above.flatMap(filesOf)), links: above.flatMap(linksOf) };
    })
    .catch((error) => {
      log.info({ err: error }, 'could not look for scenes above a question');
      return NONE;
    });
  const late = new Promise<EarlierScenes>((resolve) => setTimeout(resolve, PATIENCE_MS, NONE).unref());
  return Promise.race([asked, late]);
}

/**
 * Files as we can fetch them. Those of another organisation have to be asked for one by one; where Slack does not tell, the
 * file stays as it is, and fetching it says what is wrong.
 */
export async function openFiles({ impatient, team }: Workspace, files: readonly SlackFile[]): Promise<RemoteFile[]> {
  const opened = await Promise.all(
    files.map(async (file) => {
      if (file.file_access !== 'check_file_info') return file;
      try {
        const { file: found } = await impatient.files.info({ file: file.id });
        return (found as SlackFile | undefined) ?? file;
      } catch (error) {
        log.info({ err: error }, 'could not ask for a file of another organisation');
        return file;
      }
    }),
  );
  return toFiles(opened, team);
}
