import type { InboundMessage, Reply } from '../domain/message.ts';
import { logOf } from '../log.ts';
import type { Database, Lock, Sql } from '../stores/database.ts';
import type { Head, Turn, TurnStore } from '../stores/turn-store.ts';

/** What the queue does with a turn when it is its turn. */
export interface TurnWorker {
  /**
   * Work on a turn until its reply is stored. Failures of the work are replies; it rejects only when the reply cannot be
   * stored, or with the signal's reason.
   */
  work(turn: Turn, signal: AbortSignal): Promise<void>;
  /** Post the stored reply. May be repeated for the same turn after a failure or a crash. */
  deliver(turn: Turn): Promise<void>;
}

export interface TurnQueue {
  /**
   * Store a message for good, and have it worked on.
   * @param replyAtOnce  asked in the same transaction when the message is new: with a reply nothing is left to do but to
   *                     post it; when it throws, nothing is stored
   * @returns false when it is known already
   */
  accept(message: InboundMessage, replyAtOnce?: (sql: Sql) => Promise<Reply | null>): Promise<boolean>;
  /**
   * Stop what runs and drop what waits in a conversation; each of those turns is answered with `reply`.
   * @returns how many turns that were
   */
  cancel(conversation: string, reply: Reply): Promise<number>;
  /** Begin, with what earlier processes left behind. Messages are accepted before that already. */
  start(worker: TurnWorker): Promise<void>;
  /** Nothing is worked on or posted at this moment. */
  isIdle(): boolean;
  /** Interrupt what runs; it is done again after the next start. What is accepted now is done then, too. */
  stop(): Promise<void>;
}

/** How soon work accepted by another process, or left by one that was killed, is noticed. Our own is, at once. */
const POLL_MS = 1_000;
/** A conversation or a person that another process is at is tried again so soon. */
const TAKEN_MS = 2_000;
/** Posting a reply is tried so often, with growing pauses of 2, 4, 8 … seconds. */
const MAX_POSTINGS = 6;

const pauseMs = (attempts: number): number => 2 ** attempts * 1_000;

const STOPPING = new Error('the process is being stopped');
const log = logOf('queue');

/**
 * Turns in order: those of a conversation one after another, of a person one at a time, at most `parallel` in all. People
 * take turns: whoever was served longest ago is next, so a thousand requests of one person delay another's by one.
 *
 * What there is to do stands in the turn store and nowhere else. Locks on conversation and person make sure that one
 * process does it.
 */
export function createTurnQueue(
  database: Database,
  turns: TurnStore,
  { parallel, pollMs = POLL_MS }: { parallel: number; pollMs?: number },
): TurnQueue {
  /** Conversations being looked after here. */
  const busy = new Map<string, Promise<void>>();
  /** Turns being worked on here, by id. */
  const running = new Map<string, { conversation: string; controller: AbortController }>();
  /** People whose work goes on here. */
  const working = new Set<string>();
  /** When people were served here, counted; who is not here has waited longest. */
  const served = new Map<string, number>();
  let servings = 0;
  /** When to look again at what another process is at, by conversation; milliseconds of `performance.now()`. */
  const notBefore = new Map<string, number>();
  const timers: NodeJS.Timeout[] = [];
  let worker: TurnWorker | null = null;
  let pumping = false;
  let pumpAgain = false;

  const pump = async (): Promise<void> => {
    pumpAgain = true;
    if (pumping) return;
    pumping = true;
    try {
      while (pumpAgain && worker) {
        pumpAgain = false;
        serve(await turns.heads());
      }
    } catch (error) {
      log.error({ err: error }, 'could not look for work');
    } finally {
      pumping = false;
    }
  };

  const serve = (heads: readonly Head[]): void => {
    const now = Date.now();
    const people = new Set(heads.map(({ author }) => author));
    for (const author of served.keys()) if (!people.has(author)) served.delete(author);
    const open = heads
      // A pause longer than there is any was begun by a wrong clock.
      .filter(({ dueAt }) => dueAt <= now || dueAt > now + pauseMs(MAX_POSTINGS))
      .filter(({ conversation }) => isFree(conversation))
      .toSorted((a, b) => (served.get(a.author) ?? 0) - (served.get(b.author) ?? 0));
    for (const head of open) {
      if (head.answered) begin(head);
      else if (working.size < parallel && !working.has(head.author)) {
        served.set(head.author, ++servings);
        working.add(head.author);
        begin(head);
      }
    }
  };

  const isFree = (conversation: string): boolean => {
    if (busy.has(conversation)) return false;
    if ((notBefore.get(conversation) ?? 0) > performance.now()) return false;
    notBefore.delete(conversation);
    return true;
  };

  const begin = (head: Head): void => {
    const { conversation, author, answered } = head;
    const done = lookAfter(head)
      .catch((error) => {
        if (error !== STOPPING) log.error({ err: error, conversation }, 'turn interrupted, will be tried again');
        return false;
      })
      .then((ours) => {
        if (!ours) notBefore.set(conversation, performance.now() + TAKEN_MS);
        busy.delete(conversation);
        if (!answered) working.delete(author);
        void pump();
      });
    busy.set(conversation, done);
  };

  /** One turn of the person at most, and whatever is to be posted. @returns false when another process is at it */
  const lookAfter = async ({ conversation, author, answered }: Head): Promise<boolean> => {
    const lock = await database.tryLock(`conversation ${conversation}`);
    if (!lock) return false;
    try {
      const person = answered ? null : await database.tryLock(`person ${author}`);
      if (!answered && !person) return false;
      try {
        if (person) await workOnNext(conversation, lock);
      } finally {
        await person?.release();
      }
      await deliverAnswered(conversation);
      return true;
    } finally {
      await lock.release();
    }
  };

  const workOnNext = async (conversation: string, lock: Lock): Promise<void> => {
    const turn = await turns.next(conversation);
    if (!worker) throw STOPPING;
    if (!turn || turn.status === 'answered' || !(await turns.begin(turn.message.id))) return;
    await work({ ...turn, attempts: turn.attempts + 1 }, lock, worker);
  };

  const deliverAnswered = async (conversation: string): Promise<void> => {
    for (;;) {
      const turn = await turns.next(conversation);
      if (turn?.status !== 'answered') return;
      if (!worker) throw STOPPING;
      if (!(await deliver(turn, worker))) return;
    }
  };

  const work = async (turn: Turn, lock: Lock, by: TurnWorker): Promise<void> => {
    const { id, conversation } = turn.message;
    const controller = new AbortController();
    running.set(id, { conversation, controller });
    if (!worker) controller.abort(STOPPING); // `stop` came while the turn was being begun.
    try {
      await by.work(turn, AbortSignal.any([controller.signal, lock.lost]));
    } catch (error) {
      if (controller.signal.reason === STOPPING) {
        await turns.handBack(id);
        throw STOPPING;
      }
      // Cancelled: the turn has its reply already.
      if (!controller.signal.aborted) throw error;
    } finally {
      running.delete(id);
    }
  };

  /** @returns false when it is to be tried again later */
  const deliver = async (turn: Turn, by: TurnWorker): Promise<boolean> => {
    const { id } = turn.message;
    try {
      await by.deliver(turn);
    } catch (error) {
      const failures = await turns.postingFailed(id, pauseMs);
      log.warn({ err: error, message: id, failures }, 'could not post a reply');
      if (failures < MAX_POSTINGS) return false;
      log.error({ message: id }, 'gave up posting a reply');
    }
    await turns.finish(id);
    return true;
  };

  /** What was cancelled by another process, or forgotten, is no longer worked on. */
  const abortGone = async (): Promise<void> => {
    const ids = [...running.keys()];
    if (ids.length === 0) return;
    const still = await turns.stillRunning(ids);
    for (const id of ids) if (!still.includes(id)) running.get(id)?.controller.abort(new Error('cancelled'));
  };

  const every = (ms: number, act: () => Promise<void>): void => {
    timers.push(setInterval(() => act().catch((error) => log.warn({ err: error }, 'will be tried again')), ms));
  };

  return {
    async accept(message, replyAtOnce) {
      const fresh = await database.transaction(async (sql) => {
        if (await turns.isKnown(message.id, sql)) return false;
        return turns.accept(message, (await replyAtOnce?.(sql)) ?? undefined, sql);
      });
      // After the caller has heard that it is stored.
      if (fresh) setImmediate(() => void pump());
      return fresh;
    },

    async cancel(conversation, reply) {
      const cancelled = await turns.cancel(conversation, reply);
      for (const turn of running.values()) {
        if (turn.conversation === conversation) turn.controller.abort(new Error('cancelled'));
      }
      if (cancelled > 0) void pump();
      return cancelled;
    },

    isIdle: () => busy.size === 0,

    async start(by) {
      worker = by;
      await pump();
      every(pollMs, pump);
      every(500, abortGone);
    },

    async stop() {
      worker = null;
      for (const timer of timers) clearInterval(timer);
      for (const { controller } of running.values()) controller.abort(STOPPING);
      await Promise.all(busy.values());
    },
  };
}
