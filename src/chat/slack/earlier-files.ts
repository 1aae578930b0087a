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
  return soon(NONE, async () => {
    const above = saidBefore(
      event,
      await workspace.impatient.conversations.replies({
        channel: event.channel,
        ts: event.thread_ts!,
        latest: event.ts,
        limit: MESSAGES,
      }),
    );
    return { files: await openFiles(workspace, above.flatMap(filesOf)), links: above.flatMap(linksOf) };
  });
}

/** The files of the newest message of a private chat that has any: each message there begins a conversation of its own. */
export async function newestFiles(workspace: Workspace, event: SlackEvent): Promise<readonly RemoteFile[]> {
  return soon([], async () => {
    const before = saidBefore(
      event,
      await workspace.impatient.conversations.history({ channel: event.channel, latest: event.ts, limit: MESSAGES }),
    );
    return openFiles(workspace, before.map(filesOf).find((files) => files.length > 0) ?? []);
  });
}

const saidBefore = ({ ts }: SlackEvent, { messages = [] }: { messages?: unknown[] }): SlackEvent[] =>
  (messages as SlackEvent[]).filter((message) => message.ts !== ts && !message.bot_id);

/** What Slack tells within our patience, otherwise `nothing`: a question is not held up by what may lie before it. */
async function soon<T>(nothing: T, ask: () => Promise<T>): Promise<T> {
  const asked = ask().catch((error) => {
    log.info({ err: error }, 'could not look for scenes before a question');
    return nothing;
  });
  const late = new Promise<T>((resolve) => setTimeout(resolve, PATIENCE_MS, nothing).unref());
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
