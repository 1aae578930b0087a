import PgBoss from 'pg-boss';
import type { InboundMessage, Reply } from '../domain/message.ts';
import { logOf } from '../log.ts';
import type { Database, Lock, Sql } from '../stores/database.ts';
import type { Turn, TurnStore } from '../stores/turn-store.ts';

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
   * Store a message for good, and have it worked on. With `reply` nothing is left to do but to post it.
   * @returns false when it is known already
   */
  accept(message: InboundMessage, reply?: Reply): Promise<boolean>;
  /**
   * Stop what runs and drop what waits in a conversation; each of those turns is answered with `reply`.
   * @returns how many turns that were
   */
  cancel(conversation: string, reply: Reply): Promise<number>;
  /** Begin, with what earlier processes left behind. Messages are accepted before that already. */
  start(worker: TurnWorker): Promise<void>;
  /** Interrupt what runs; it is done again after the next start. What is accepted now is done then, too. */
  stop(): Promise<void>;
}

const QUEUE = 'conversations';
/** How soon work accepted by another process is noticed. Our own is, at once. */
const POLL_MS = 1_000;
/** How soon work is found that nobody was told of, because the process that knew was killed. */
const SWEEP_MS = 30_000;
/** Posting a reply is tried so often, with growing pauses of 2, 4, 8 … seconds. */
const MAX_POSTINGS = 6;

const STOPPING = new Error('the process is being stopped');
const log = logOf('queue');

/**
 * Turns in order: those of a conversation one after another, at most `parallel` conversations at a time, in the order in
 * which they asked, one turn of each before the next of any.
 *
 * The turns themselves lie in the turn store. A job of pg-boss only says "this conversation has something to do"; a lock
 * on the conversation makes sure that one process does it. So a job that is lost or comes twice does no harm.
 */
export async function createTurnQueue(
  database: Database,
  turns: TurnStore,
  { parallel, pollMs = POLL_MS }: { parallel: number; pollMs?: number },
): Promise<TurnQueue> {
  const boss = new PgBoss({ db: bossDatabase(database), schedule: false });
  boss.on('error', (error) => log.warn({ err: error }, 'pg-boss'));
  await boss.start();
  await boss.createQueue(QUEUE, { name: QUEUE, policy: 'short', retryLimit: 0 });

  /** Conversations being drained here, and whether there was news meanwhile. */
  const draining = new Map<string, { news: boolean; done: Promise<void> }>();
  /** Turns being worked on here, by id. */
  const running = new Map<string, { conversation: string; controller: AbortController }>();
  const timers: NodeJS.Timeout[] = [];
  let worker: TurnWorker | null = null;
  let pumping = false;
  let pumpAgain = false;

  const wake = async (conversation: string, sql: Sql = database, delayMs = 0): Promise<void> => {
    // A job is fetched once `start_after` lies in the past; a second more makes sure that it does already.
    const startAfter = new Date(Date.now() + (delayMs || -1_000));
    await boss.send(QUEUE, { conversation }, { singletonKey: conversation, startAfter, db: bossDatabase(sql) });
  };

  const pump = async (): Promise<void> => {
    pumpAgain = true;
    if (pumping) return;
    pumping = true;
    try {
      while (pumpAgain && worker) {
        pumpAgain = false;
        const free = parallel - draining.size;
        if (free <= 0) break;
        const jobs = await boss.fetch<{ conversation: string }>(QUEUE, { batchSize: free });
        for (const job of jobs) {
          begin(job.data.conversation);
          await boss.complete(QUEUE, job.id);
        }
      }
    } catch (error) {
      log.error({ err: error }, 'could not fetch work');
    } finally {
      pumping = false;
    }
  };

  const begin = (conversation: string): void => {
    const known = draining.get(conversation);
    if (known) {
      known.news = true;
      return;
    }
    const drain = { news: false, done: Promise.resolve() };
    draining.set(conversation, drain);
    drain.done = takeTurn(conversation)
      .catch((error) => {
        if (error !== STOPPING) log.error({ err: error, conversation }, 'turn interrupted, will be tried again');
        return 2_000;
      })
      .then(async (delayMs) => {
        draining.delete(conversation);
        const wait = drain.news ? 0 : delayMs;
        if (wait !== null && worker) await wake(conversation, database, wait);
      })
      .catch((error) => log.error({ err: error, conversation }, 'could not queue the next turn'))
      .then(() => void pump());
  };

  /** @returns milliseconds until the conversation should be looked at again, null = nothing is left */
  const takeTurn = async (conversation: string): Promise<number | null> => {
    const lock = await database.tryLock(`conversation ${conversation}`);
    // Another process is at it and may not have seen the newest turn.
    if (!lock) return 2_000;
    try {
      for (let worked = false; ; ) {
        const turn = await turns.next(conversation);
        if (!turn) return null;
        if (!worker) throw STOPPING;
        if (turn.status === 'answered') {
          const retryMs = await deliver(turn, worker);
          if (retryMs !== null) return retryMs;
        } else if (worked) {
          return 0; // Other conversations have waited longer.
        } else if (await turns.begin(turn.message.id)) {
          worked = true;
          await work({ ...turn, attempts: turn.attempts + 1 }, lock, worker);
        }
      }
    } finally {
      await lock.release();
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

  const deliver = async (turn: Turn, by: TurnWorker): Promise<number | null> => {
    try {
      await by.deliver(turn);
    } catch (error) {
      const failures = await turns.postingFailed(turn.message.id);
      log.warn({ err: error, message: turn.message.id, failures }, 'could not post a reply');
      if (failures < MAX_POSTINGS) return 2 ** failures * 1_000;
      log.error({ message: turn.message.id }, 'gave up posting a reply');
    }
    await turns.finish(turn.message.id);
    return null;
  };

  const sweep = async (): Promise<void> => {
    for (const conversation of await turns.openConversations()) {
      if (!draining.has(conversation)) await wake(conversation);
    }
    void pump();
  };

  /** A cancellation that came to another process reaches the work here through the store. */
  const abortCancelled = async (): Promise<void> => {
    const ids = [...running.keys()];
    if (ids.length === 0) return;
    const still = await turns.stillRunning(ids);
    for (const id of ids) if (!still.includes(id)) running.get(id)?.controller.abort(new Error('cancelled'));
  };

  const every = (ms: number, act: () => Promise<void>): void => {
    timers.push(setInterval(() => act().catch((error) => log.warn({ err: error }, 'will be tried again')), ms));
  };

  return {
    async accept(message, reply) {
      const fresh = await database.transaction(async (sql) => {
        if (!(await turns.accept(message, reply, sql))) return false;
        await wake(message.conversation, sql);
        return true;
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
      if (cancelled > 0) {
        await wake(conversation);
        void pump();
      }
      return cancelled;
    },

    async start(by) {
      worker = by;
      await sweep();
      every(pollMs, pump);
      every(SWEEP_MS, sweep);
      if (!database.embedded) every(500, abortCancelled);
    },

    async stop() {
      worker = null;
      for (const timer of timers) clearInterval(timer);
      for (const { controller } of running.values()) controller.abort(STOPPING);
      await Promise.all([...draining.values()].map((drain) => drain.done));
      await boss.stop({ graceful: false });
    },
  };
}

/** pg-boss sends whole scripts, in a transaction of their own, and single statements. */
function bossDatabase(sql: Sql): PgBoss.Db {
  return {
    async executeSql(text: string, values?: unknown[]) {
      if (/^\s*BEGIN;/.test(text)) {
        await sql.script(text);
        return { rows: [] };
      }
      return { rows: await sql.query(text, values ?? []) };
    },
  };
}
