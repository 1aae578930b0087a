import type { types } from '@slack/bolt';
import { logOf } from '../../log.ts';
import { cleanText, cutText } from '../clean-text.ts';
import { escapeText } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { cancelBlock, type Task, tasksOf, type Working, workingText } from './progress.ts';
import type { Place } from './translate.ts';
import { platformError, type Workspace } from './workspaces.ts';

/** A message that Slack shows while it is being written: task cards, and under them the explanation as it grows. */
export interface Stream {
  readonly ts: string;
  /** @returns false when it takes no more: from now on the message has to be edited */
  append(working: Working): Promise<boolean>;
  /** Ends it, so that the message can be edited or deleted. */
  end(): Promise<void>;
}

/**
 * Slack closes a stream about five minutes after it was begun, whatever happens in it, and marks the message as broken
 * (slackapi/python-slack-sdk#1859, slackapi/node-slack-sdk#2702). So we end it ourselves, and edit from then on.
 */
const LIFE_MS = 240_000;

/** Errors that mean "this workspace does not have streams". */
const NOT_HERE = new Set([
  'unknown_method',
  'missing_scope',
  'not_allowed_token_type',
  'access_denied',
  'feature_not_enabled',
  'channel_type_not_supported',
  'method_not_supported_for_channel_type',
  'invalid_arguments',
  'invalid_chunks',
  'invalid_blocks',
  'missing_recipient_user_id',
  'missing_recipient_team_id',
]);

const log = logOf('slack');

export interface Streams {
  /**
   * Begin to answer `user` in a direct message. In a channel only its recipient sees a stream grow, and the others a message that
   * does not move: there the message is posted and edited, which all can follow.
   * @returns null in a channel, where Slack has no streams, or not now
   */
  begin(place: Place, user: string, working: Working): Promise<Stream | null>;
}

export function createStreams(workspaceOf: (team: string) => Promise<Workspace>, lifeMs = LIFE_MS): Streams {
  /** Workspaces that have no streams. */
  const without = new Set<string>();

  return {
    async begin(place, user, working) {
      if (!place.channel.startsWith('D') || without.has(place.team)) return null;
      const { impatient } = await workspaceOf(place.team);
      try {
        const { ts } = await impatient.chat.startStream({
          channel: place.channel,
          thread_ts: place.thread,
          recipient_user_id: user,
          recipient_team_id: place.team,
          task_display_mode: 'plan',
          chunks: [...changes(null, working), { type: 'blocks', blocks: [cancelBlock(working)] }],
        });
        return streamOf(await workspaceOf(place.team), place, ts!, working, lifeMs);
      } catch (error) {
        if (NOT_HERE.has(platformError(error) ?? '')) without.add(place.team);
        log.info({ err: error, team: place.team }, 'no stream');
        return null;
      }
    },
  };
}

function streamOf(workspace: Workspace, place: Place, ts: string, begun: Working, lifeMs: number): Stream {
  const { channel } = place;
  let shown = begun;
  let open = true;

  const end = async (): Promise<void> => {
    clearTimeout(timer);
    if (!open) return;
    open = false;
    await stopStream(workspace, place, ts);
  };
  /** Nobody waits for it here; whoever finishes the message ends a stream that is still open. */
  const endQuietly = (): Promise<void> => end().catch((error) => log.warn({ err: error }, 'could not end a stream'));
  const timer = setTimeout(() => void endQuietly(), lifeMs).unref();

  return {
    ts,
    end,
    async append(working) {
      if (!open) return false;
      const chunks = changes(shown, working);
      if (chunks.length === 0) return true;
      try {
        await workspace.impatient.chat.appendStream({ channel, ts, chunks });
        shown = working;
        return true;
      } catch (error) {
        // Too fast is not the end: what is missing goes with the next progress.
        if (isTooFast(error)) return true;
        log.info({ err: error }, 'a stream ended early');
        await endQuietly();
        return false;
      }
    },
  };
}

/** Ends a stream, whoever began it; one that has ended already is left alone. */
export async function stopStream({ client }: Workspace, { channel }: Place, ts: string): Promise<void> {
  try {
    await client.chat.stopStream({ channel, ts });
  } catch (error) {
    if (platformError(error) === null) throw error;
    log.info({ err: error }, 'a stream had ended already');
  }
}

const isTooFast = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'slack_webapi_rate_limited_error';

/** What Slack has to be told so that it shows `next` instead of `before`. Titles replace, text is appended. */
function changes(before: Working | null, next: Working): types.AnyChunk[] {
  const title = workingText(next);
  const known = before ? tasksOf(before) : [];
  const isNew = (task: Task, place: number): boolean =>
    task.title !== known[place]?.title || task.status !== known[place]?.status;
  const said = next.sentences.slice(before?.sentences.length ?? 0);
  return [
    ...(before && workingText(before) === title ? [] : [{ type: 'plan_update', title: short(title) } as const]),
    ...tasksOf(next)
      .filter(isNew)
      .map(({ id, title, status }) => ({ type: 'task_update', id, title: short(title), status }) as const),
    // A quotation, as in the finished answer: these are the model's words.
    ...said.map((sentence) => ({ type: 'markdown_text', text: `> ${escapeMarkdown(sentence)}\n` }) as const),
  ];
}

const short = (text: string): string => cutText(text, LIMITS.chunkText);

/** For the places that Slack parses as Markdown: one line, in which nothing formats or pings. */
export function escapeMarkdown(text: string): string {
  const line = cutText(cleanText(text), LIMITS.chunkMarkdown).replace(/\s+/g, ' ').trim();
  return escapeText(line)
    .replace(/[\\`*_~[\]|]/g, '\\$&')
    .replace(/^(?:[#+=-]|\d+(?=[.)]))/, '\u200b$&'); // would begin a heading or a list
}
