import type { types, webApi } from '@slack/bolt';
import { languageOf } from '../../domain/language-of.ts';
import type { InboundMessage, PostedReply, Progress, Reply } from '../../domain/message.ts';
import type { Artefact } from '../../domain/picture.ts';
import { logOf } from '../../log.ts';
import { cleanText } from '../clean-text.ts';
import { paced } from '../paced.ts';
import { createUnfinished, INTERRUPTED } from '../unfinished.ts';
import type { Agent } from './agent.ts';
import { type Look, replyBlocks, replyText, smallText } from './blocks.ts';
import { type Working, workingBlocks, workingText } from './progress.ts';
import { createStreams, type Stream, stopStream } from './stream.ts';
import { type Place, placeOf, userOf } from './translate.ts';
import { shareFiles, uploadPicture } from './upload.ts';
import { platformError, type Workspace } from './workspaces.ts';

/** Slack allows about one edit a second in a channel. */
const EDIT_PAUSE_MS = 1_500;
/** Errors that mean "these blocks are not understood here". */
const NOT_UNDERSTOOD = new Set(['invalid_blocks', 'invalid_blocks_format', 'block_mismatch']);
/** Errors that mean "what I posted is gone or cannot be edited any more". */
const NOT_EDITABLE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);
/** Errors that mean "it is still being streamed": a process that was killed could not end it. */
const STREAMING = new Set(['streaming_state_conflict', 'cant_delete_message']);

const log = logOf('slack');

/** Our messages in Slack. */
export interface Posts {
  /** Post that work has begun. @param again  an earlier process may have done it already */
  begin(message: InboundMessage, again: boolean): Promise<PostedReply>;
  /** What an earlier process posted. */
  resume(message: InboundMessage, handle: string): Promise<PostedReply>;
  /** The process ends: no message goes on looking as if somebody were working. */
  interrupt(): Promise<void>;
}

export function createPosts(workspaceOf: (team: string) => Promise<Workspace>, agent: Agent): Posts {
  const streams = createStreams(workspaceOf);
  /** Workspaces that refused task cards: their progress is shown in words. */
  const plainOnly = new Set<string>();
  const unfinished = createUnfinished();

  const posted = (
    message: InboundMessage,
    workspace: Workspace,
    ts: string,
    begun: { stream: Stream | null; status: Promise<void> } | null = null,
  ): PostedReply => {
    const place = placeOf(message.conversation);
    const language = languageOf(message);
    const sentences: string[] = [];
    const edits = paced<Progress>(EDIT_PAUSE_MS, async (progress) => {
      const working: Working = { progress, sentences: [...sentences], language, mark: markOf(message) };
      if (await begun?.stream?.append(working)) return;
      await showing(workspace.team, working, (shown) =>
        workspace.client.chat.update({ channel: place.channel, ts, ...shown }),
      ).catch((error) => log.warn({ err: error }, 'could not show progress'));
    });
    const finished = unfinished.add(async () => {
      await edits.stop();
      await begun?.stream?.end();
      const text = INTERRUPTED[language];
      const { impatient } = workspace;
      await impatient.chat.update({ channel: place.channel, ts, text, blocks: [smallText(text)] });
      await agent.idle(place);
    });
    return {
      handle: ts,
      async update(progress) {
        if (progress.sentence) sentences.push(progress.sentence);
        edits.push(progress);
      },
      async finish(reply) {
        await edits.stop();
        await begun?.stream?.end();
        await finish(message, reply, workspace, ts);
        finished();
        await begun?.status; // or the two could overtake each other
        await agent.idle(place);
      },
    };
  };

  /** `send` with task cards, or in words where the workspace does not know them. */
  const showing = async <Result>(
    team: string,
    working: Working,
    send: (shown: { text: string; blocks: types.AnyBlock[] }) => Promise<Result>,
  ): Promise<Result> => {
    const shown = (look: Look) => ({ text: workingText(working), blocks: workingBlocks(working, look) });
    if (plainOnly.has(team)) return send(shown('plain'));
    try {
      return await send(shown('rich'));
    } catch (error) {
      if (!NOT_UNDERSTOOD.has(platformError(error) ?? '')) throw error;
      plainOnly.add(team);
      return send(shown('plain'));
    }
  };

  return {
    async begin(message, again) {
      const place = placeOf(message.conversation);
      const user = userOf(message.author.id);
      const workspace = await workspaceOf(place.team);
      const known = again ? await postedBefore(workspace, place, markOf(message)) : null;
      if (known) return posted(message, workspace, known);
      const progress: Progress = { stage: 'queued', done: 0, total: 0 };
      const working: Working = { progress, sentences: [], language: languageOf(message), mark: markOf(message) };
      const stream = await streams.begin(place, user, working);
      const ts =
        stream?.ts ??
        (
          await showing(place.team, working, (shown) =>
            workspace.client.chat.postMessage({ channel: place.channel, thread_ts: place.thread, ...shown, ...QUIET }),
          )
        ).ts!;
      return posted(message, workspace, ts, { stream, status: agent.working(place, user) });
    },

    async resume(message, handle) {
      return posted(message, await workspaceOf(placeOf(message.conversation).team), handle);
    },

    interrupt: unfinished.interrupt,
  };
}

/** Block ids have 255 characters at most. */
const markOf = ({ id }: InboundMessage): string => id.slice(-255);

/** Our message in a thread that has this mark; null when there is none, or we may not read there. */
async function postedBefore({ client }: Workspace, place: Place, mark: string): Promise<string | null> {
  try {
    const { messages = [] } = await client.conversations.replies({
      channel: place.channel,
      ts: place.thread,
      limit: 100,
    });
    const ours = messages.find(({ blocks }) => blocks?.some((block) => block.block_id === mark));
    return ours?.ts ?? null;
  } catch (error) {
    log.info({ err: error }, 'could not look for what was posted before');
    return null;
  }
}

/** Links in what we say are not turned into previews. */
const QUIET = { unfurl_links: false, unfurl_media: false } as const;

async function finish(message: InboundMessage, reply: Reply, workspace: Workspace, ts: string): Promise<void> {
  const place = placeOf(message.conversation);
  const { client } = workspace;
  /** `act` on the message, which may have been left streaming. */
  const settled = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      if (!STREAMING.has(platformError(error) ?? '')) throw error;
      await stopStream(workspace, place, ts);
      await act();
    }
  };
  if (isPrivate(reply, place)) {
    await whisper(client, place, userOf(message.author.id), reply);
    await settled(() => client.chat.delete({ channel: place.channel, ts })).catch((error) => {
      if (platformError(error) !== 'message_not_found') throw error;
    });
    return;
  }
  const artefacts = reply.blocks.flatMap((block) => (block.kind === 'files' ? block.artefacts : []));
  const refused = artefacts.length > 0 ? await shareFiles(client, artefacts, place, reply.language) : null;
  const shown: Reply = refused
    ? { ...reply, blocks: [...reply.blocks, { kind: 'text', voice: 'limits', text: refused }] }
    : reply;
  const pictures = await uploadPictures(client, reply);
  const text = replyText(shown);
  await firstUnderstood(
    [
      () => replyBlocks(shown, pictures, 'rich'),
      () => replyBlocks(shown, pictures, 'plain'),
      // A picture that Slack has but does not want to show.
      () => replyBlocks(shown, new Map(), 'plain'),
    ],
    async (blocks) => {
      try {
        await settled(() => client.chat.update({ channel: place.channel, ts, text, blocks }));
      } catch (error) {
        if (!NOT_EDITABLE.has(platformError(error) ?? '')) throw error;
        await client.chat.postMessage({ channel: place.channel, thread_ts: place.thread, text, blocks, ...QUIET });
      }
    },
  );
}

/** Errors and help are for the person who asked; in a direct message everything is. */
function isPrivate(reply: Reply, { channel }: Place): boolean {
  if (channel.startsWith('D')) return false;
  if (reply.ephemeral) return true;
  const failed = reply.failure && reply.failure.code !== 'cancelled';
  return failed === true && reply.blocks.every((block) => block.kind === 'text');
}

async function whisper(client: webApi.WebClient, place: Place, user: string, reply: Reply): Promise<void> {
  const text = replyText(reply);
  await firstUnderstood(
    [() => replyBlocks(reply, new Map(), 'rich'), () => replyBlocks(reply, new Map(), 'plain')],
    async (blocks) => {
      await client.chat.postEphemeral({ channel: place.channel, thread_ts: place.thread, user, text, blocks });
    },
  );
}

async function uploadPictures(client: webApi.WebClient, reply: Reply): Promise<Map<Artefact, string>> {
  const pictures = new Map<Artefact, string>();
  for (const block of reply.blocks) {
    if (block.kind !== 'picture') continue;
    const file = await uploadPicture(client, block.artefact, cleanText(block.alt));
    if (file) pictures.set(block.artefact, file);
  }
  return pictures;
}

/** Tries the next blocks when the workspace does not understand the ones before. */
async function firstUnderstood(
  tries: readonly (() => types.AnyBlock[])[],
  send: (blocks: types.AnyBlock[]) => Promise<void>,
): Promise<void> {
  for (const [place, blocks] of tries.entries()) {
    try {
      return await send(blocks());
    } catch (error) {
      const isLast = place === tries.length - 1;
      if (isLast || !NOT_UNDERSTOOD.has(platformError(error) ?? '')) throw error;
    }
  }
}
