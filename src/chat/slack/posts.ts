import type { types, webApi } from '@slack/bolt';
import { languageOf } from '../../domain/language-of.ts';
import type { InboundMessage, Language, PostedReply, Progress, Reply } from '../../domain/message.ts';
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

/** "Only call chat.update once every 3 seconds" (docs.slack.dev, Developing agents). */
const EDIT_PAUSE_MS = 3_000;
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
      // Given up where Slack asks to wait: whatever waits would hold up the answers of others.
      await showing(workspace.team, working, (shown) =>
        workspace.impatient.chat.update({ channel: place.channel, ts, ...shown }),
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
  const pictures = await uploadPictures(client, reply);
  const show = async (shown: Reply): Promise<void> => {
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
  };
  try {
    await show(reply);
    // Last, for they cannot be taken back: whatever fails before is tried again.
    const artefacts = reply.blocks.flatMap((block) => (block.kind === 'files' ? block.artefacts : []));
    const refused = artefacts.length > 0 ? await shareFiles(client, artefacts, place, reply.language) : null;
    if (refused) await show({ ...reply, blocks: [...reply.blocks, { kind: 'text', voice: 'limits', text: refused }] });
  } catch (error) {
    const reason = platformError(error) ?? '';
    if (!FINAL.has(reason)) throw error;
    log.warn({ message: message.id, reason }, 'Slack does not take an answer');
    await giveUp(workspace, message, place, ts, settled);
  }
}

/** Trying again is no use: the message stops looking as if somebody were working, or the person is told directly. */
async function giveUp(
  { client }: Workspace,
  message: InboundMessage,
  { channel }: Place,
  ts: string,
  settled: (act: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const text = NOT_TAKEN[languageOf(message)];
  try {
    await settled(() => client.chat.update({ channel, ts, text, blocks: [smallText(text)] }));
  } catch (error) {
    log.info({ err: error }, 'told directly');
    // A person's id as channel is the direct message with that person.
    await client.chat.postMessage({ channel: userOf(message.author.id), text });
  }
}

/** Refusals that stay however often one asks. */
const FINAL = new Set([
  'msg_too_long',
  'msg_blocks_too_long',
  'is_archived',
  'is_inactive',
  'channel_not_found',
  'not_in_channel',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_locked',
  'restricted_action_thread_only_channel',
]);

const NOT_TAKEN: Readonly<Record<Language, string>> = {
  en: 'The answer is ready, but Slack does not let me post it there. Ask again in another channel, or here in a direct message.',
  zh: '结果已经算好，但 Slack 不允许我发到那里。请换个频道，或直接私信我再问一次。',
};

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
