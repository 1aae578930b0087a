import type { Run } from '../domain/analyst.ts';
import { languageOf } from '../domain/language-of.ts';
import type { ChatAdapter, InboundMessage, Language, PostedReply, Reply } from '../domain/message.ts';
import type { SceneFile } from '../domain/scene.ts';
import { expectedFailure, isPassing, replyFor } from '../errors.ts';
import { logOf, reportIncident } from '../log.ts';
import { type ArtefactStore, uploadsOf } from '../stores/artefact-store.ts';
import type { ConversationStore } from '../stores/conversation-store.ts';
import type { Database } from '../stores/database.ts';
import { discardUnused } from '../stores/discard-unused.ts';
import { forgetConversation } from '../stores/forget.ts';
import { forgetPerson } from '../stores/forget-person.ts';
import type { DataRoom } from '../stores/room.ts';
import type { Turn, TurnStore } from '../stores/turn-store.ts';
import { createFileFetcher } from './fetch-files.ts';
import { noticeReply } from './notices.ts';
import type { TurnWorker } from './turn-queue.ts';

/** The dialogue, as seen from here: a message and what was remembered become a reply and what to remember. */
export type Respond = (
  turn: {
    readonly message: InboundMessage;
    readonly files: readonly SceneFile[];
    readonly state: unknown;
    /** The files came with an earlier message of this private chat. */
    readonly isEarlier?: boolean;
    /** Who wrote the messages that are kept of this conversation, this one among them, oldest first; a press is none. */
    readonly authors: () => Promise<readonly string[]>;
  },
  run: Run,
) => Promise<{
  readonly state: unknown;
  readonly reply: Reply;
  /**
   * What to delete: everything of this conversation, `state` included; or the messages and files of this message's author,
   * of whom nothing is in `state` any more.
   */
  readonly forget?: 'everybody' | 'asker' | null;
  /** What was asked needs a scene, and there is none. */
  readonly lacksScene?: boolean;
}>;

export interface TurnWorkerParts {
  readonly adapters: readonly ChatAdapter[];
  readonly respond: Respond;
  readonly database: Database;
  readonly turns: TurnStore;
  readonly conversations: ConversationStore;
  readonly artefacts: ArtefactStore;
  readonly room: DataRoom;
  readonly maxFileBytes: number;
}

/** A turn on which the process died so often is not tried again. */
const MAX_ATTEMPTS = 3;

const log = logOf('turn');

/**
 * From a message to its posted reply: fetch the files, post that work has begun, respond, store reply and state together,
 * post the reply. Killed anywhere in between, it goes on from what is stored: the message already posted is found again by
 * its handle, a stored reply is never computed again.
 */
export function createTurnWorker(parts: TurnWorkerParts): TurnWorker & {
  /** A message has been accepted: fetch its files, and post at once that it was, and where it stands in the queue. */
  announce(message: InboundMessage): Promise<void>;
  /** Nothing is fetched ahead any more. */
  stop(): Promise<void>;
} {
  const { turns, conversations, artefacts, database } = parts;
  const fetcher = createFileFetcher(parts);
  /** What we posted for a turn, once for everybody who asks; gone when the reply is posted. */
  const posts = new Map<string, Promise<PostedReply>>();
  /** Announced turns whose work has not begun, in order; null = not posted yet. */
  const waiting = new Map<string, PostedReply | null>();

  const posted = (message: InboundMessage, handle: string | null, again: boolean): Promise<PostedReply> => {
    const { id, platform } = message;
    let post = posts.get(id);
    if (!post) {
      post = (async () => {
        const adapter = parts.adapters.find((candidate) => candidate.platform === platform);
        if (!adapter) throw new Error(`no ${platform} adapter is running`);
        if (handle !== null) return adapter.resume(message, handle);
        const made = await adapter.post(message, again);
        await turns.postedAs(id, made.handle);
        return made;
      })();
      posts.set(id, post);
      post.catch(() => posts.delete(id));
    }
    return post;
  };

  /** Where these turns stand in the queue, as far as they are still in it. */
  const showPositions = async (ids: Iterable<string>): Promise<void> => {
    if (waiting.size === 0) return;
    const places = new Map((await turns.order()).map((id, place) => [id, place]));
    for (const id of ids) {
      const ahead = places.get(id) ?? 0;
      // Its work may have begun while we counted.
      const post = waiting.get(id);
      if (ahead > 0 && post) await post.update({ stage: 'queued', done: 0, total: ahead });
    }
  };

  const authorsUpTo = async ({ id, conversation }: InboundMessage): Promise<string[]> => {
    const history = (await turns.history(conversation)).map(({ message }) => message);
    const upTo = history.slice(0, history.findIndex((message) => message.id === id) + 1);
    return upTo.filter(({ plans }) => plans === undefined).map(({ author }) => author.id);
  };

  const carryOut = async ({ message }: Turn, run: Run): Promise<void> => {
    const { id, conversation } = message;
    const files = await fetcher.files(message, run);
    const { state: before, version } = await conversations.load(conversation);
    const asked = { message, files, state: before, authors: () => authorsUpTo(message) };
    let result = await parts.respond(asked, run);
    if (result.lacksScene && message.earlier) {
      const earlier = await fetcher.files({ ...message, files: message.earlier }, run).catch((error) => {
        run.signal.throwIfAborted();
        log.info({ err: error, message: id }, 'the newest scene of a private chat could not be fetched');
        return null;
      });
      if (earlier) result = await parts.respond({ ...asked, files: earlier, isEarlier: true }, run);
    }
    const { state, reply, forget } = result;
    const late = new Error('cancelled while it was being answered');
    if (forget === 'everybody') {
      await forgetConversation(parts, conversation, {
        turn: id,
        settle: async (sql) => {
          if (!(await turns.answer(id, reply, sql))) throw late;
        },
      });
      return;
    }
    if (forget === 'asker') {
      const whose = { conversation, author: message.author.id, before, after: state };
      await forgetPerson(parts, whose, {
        turn: id,
        settle: async (sql) => {
          if (!(await turns.answer(id, reply, sql))) throw late;
          await conversations.save(conversation, state, version, sql);
        },
      });
      return;
    }
    await database.transaction(async (sql) => {
      if (!(await turns.answer(id, reply, sql))) throw late;
      await conversations.save(conversation, state, version, sql);
    });
  };

  /** Of what an answered message brought only what its conversation needs stays. */
  const tidy = async (message: InboundMessage, { forgotten, failure }: Reply): Promise<void> => {
    if (forgotten || message.files.length === 0) return;
    const { conversation } = message;
    const uploads = failure && isPassing(failure) ? [] : uploadsOf(artefacts, message);
    await discardUnused(artefacts.folder(conversation), uploads, (await conversations.load(conversation)).state);
  };

  return {
    stop: fetcher.stop,

    async announce(message) {
      fetcher.ahead(message);
      waiting.set(message.id, null);
      const post = await posted(message, null, false);
      if (!waiting.has(message.id)) return;
      waiting.set(message.id, post);
      await showPositions([message.id]);
    },

    async work(turn, signal) {
      const { message } = turn;
      waiting.delete(message.id);
      if (turn.attempts > MAX_ATTEMPTS) {
        await turns.answer(message.id, noticeReply('gave-up', languageOf(message), 'model-crashed'));
        return;
      }
      // Work goes on without a place to show its progress; the reply will be tried again.
      const post = await posted(message, turn.handle, true).catch((error) => {
        log.warn({ err: error, message: message.id }, 'could not post that work has begun');
        return null;
      });
      const run: Run = {
        signal,
        folder: artefacts.folder(message.conversation),
        person: message.author.id,
        room: async () => (await parts.room.left(message.conversation, message.author.id)).bytes,
        onProgress: (progress) => {
          if (!signal.aborted) void post?.update(progress);
        },
      };
      try {
        await carryOut(turn, run);
      } catch (error) {
        signal.throwIfAborted();
        // Forgotten while it was worked on: nobody waits for an answer, or for the reason why there is none.
        if (await turns.isKnown(message.id)) {
          await turns.answer(message.id, failureReply(error, languageOf(message), message.id));
        }
      } finally {
        if (!(await turns.isAlive(message.conversation))) await artefacts.remove(message.conversation);
      }
    },

    async deliver(turn) {
      const { message } = turn;
      waiting.delete(message.id);
      const post = await posted(message, turn.handle, true);
      await post.finish(turn.reply!);
      posts.delete(message.id);
      await tidy(message, turn.reply!);
      await showPositions([...waiting.keys()]);
    },
  };
}

/** The one place where a failure of a turn becomes its reply. */
function failureReply(error: unknown, language: Language, message: string): Reply {
  const expected = expectedFailure(error);
  if (expected) log.info({ code: expected.code, message, reason: expected.message }, 'turn failed');
  if (expected?.code === 'disk-full') return noticeReply('disk-full', language, 'disk-full');
  const incident = expected ? '' : reportIncident(error, { message });
  return {
    blocks: [{ kind: 'text', voice: 'plain', text: replyFor(error, incident) }],
    language,
    plans: [],
    facts: [],
    failure: expected ? { code: expected.code } : { code: 'unexpected', incident },
  };
}
