import type { RemoteFile } from '../../domain/message.ts';
import { logOf } from '../../log.ts';
import { type SlackEvent, type SlackFile, toFiles } from './translate.ts';
import type { Workspace } from './workspaces.ts';

/** Slack gives some apps 15 messages a call and one call a minute: one call, once for a thread. */
const MESSAGES = 15;
const PATIENCE_MS = 5_000;

const log = logOf('slack');

/** The files above a question in its thread, oldest first; none where we may not read. */
export async function earlierFiles(workspace: Workspace, event: SlackEvent): Promise<RemoteFile[]> {
  const asked = workspace.client.conversations
    .replies({ channel: event.channel, ts: event.thread_ts!, latest: event.ts, limit: MESSAGES })
    .then(async ({ messages = [] }) => {
      const files = messages.filter(({ ts, bot_id }) => ts !== event.ts && !bot_id).flatMap((m) => m.files ?? []);
      return openFiles(workspace, files as SlackFile[]);
    })
    .catch((error) => {
      log.info({ err: error }, 'could not look for files above a question');
      return [];
    });
  const late = new Promise<RemoteFile[]>((resolve) => setTimeout(resolve, PATIENCE_MS, []).unref());
  return Promise.race([asked, late]);
}

/** Files as we can fetch them. Those of another organisation have to be asked for one by one. */
export async function openFiles({ client, team }: Workspace, files: readonly SlackFile[]): Promise<RemoteFile[]> {
  const opened = await Promise.all(
    files.map(async (file) => {
      if (file.file_access !== 'check_file_info') return file;
      const { file: found } = await client.files.info({ file: file.id });
      return (found as SlackFile | undefined) ?? file;
    }),
  );
  return toFiles(opened, team);
}
