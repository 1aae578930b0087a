import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { setLogLevel } from '../../src/log.ts';
import { createTurnQueue, type TurnQueue, type TurnWorker } from '../../src/queue/turn-queue.ts';
import { type Database, openDatabase } from '../../src/stores/database.ts';
import { createTurnStore, type Turn, type TurnStore } from '../../src/stores/turn-store.ts';
import { messageOf, replyOf, wordsOf } from '../fakes/messages.ts';
import { POSTGRES_BIN, startPostgres } from '../fakes/postgres-server.ts';
import { expectWithin, watched } from '../fakes/watched.ts';

setLogLevel('silent');
if (!POSTGRES_BIN) console.warn('not run: the queue on a PostgreSQL server (none installed)');

const folder = mkdtempSync(join(tmpdir(), 'spex-queue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Works on a turn until it is released, and writes down what happens. */
class SlowWorker implements TurnWorker {
  readonly events: string[] = [];
  readonly #turns: TurnStore;
  readonly #releases = new Map<string, () => void>();
  failPostings = 0;

  constructor(turns: TurnStore) {
    this.#turns = turns;
  }

  async work(turn: Turn, signal: AbortSignal): Promise<void> {
    const { text, id } = turn.message;
    this.events.push(`work ${text}`);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#releases.set(text, resolve);
        if (text.startsWith('quick')) resolve();
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    } catch (error) {
      this.events.push(`abort ${text}`);
      throw error;
    }
    await this.#turns.answer(id, replyOf(`answer to ${text}`));
  }

  async deliver(turn: Turn): Promise<void> {
    if (this.failPostings-- > 0) throw new Error('the platform is down');
    this.events.push(`post ${wordsOf(turn.reply!)} for ${turn.message.text}`);
  }

  release(text: string): void {
    this.#releases.get(text)!();
  }

  seen(event: string): Promise<void> {
    return vi.waitFor(() => expect(this.events).toContain(event), { timeout: 15_000, interval: 5 });
  }
}

describe.each(
  POSTGRES_BIN ? (['embedded', 'server'] as const) : (['embedded'] as const),
)('turn queue, %s', (engine) => {
  let database: Database;
  let turns: TurnStore;
  let queue: TurnQueue;
  let worker: SlowWorker;
  let url: string | undefined;
  let stopServer = async (): Promise<void> => undefined;

  beforeAll(async () => {
    if (engine === 'server') ({ url, stop: stopServer } = await startPostgres());
    database = await openDatabase({ dataDir: folder, url });
    turns = createTurnStore(database);
  });
  afterAll(async () => {
    await database.close();
    await stopServer();
  });

  const begin = async (parallel = 1, pollMs?: number): Promise<void> => {
    queue = createTurnQueue(database, turns, { parallel, ...(pollMs ? { pollMs } : {}) });
    worker = new SlowWorker(turns);
    await queue.start(worker);
  };
  beforeEach(() => begin());
  afterEach(async () => {
    await queue.stop();
    await database.script('DELETE FROM turn');
  });

  /** Everybody has one conversation, unless it is said whose it is. */
  const accept = (text: string, conversation = 'c1', person = conversation) =>
    queue.accept(messageOf({ text, conversation, author: { id: person, name: '' } }));

  it('begins at once: nothing waits for the poll', async () => {
    await queue.stop();
    await begin(1, 3_600_000);
    for (const text of ['quick a', 'quick b']) {
      await accept(text);
      await worker.seen(`post answer to ${text} for ${text}`);
    }
  });

  it('works on a conversation in the order of arrival, one after another', async () => {
    for (const text of ['a', 'b', 'c']) await accept(text);
    await worker.seen('work a');
    await sleep(100);
    expect(worker.events).toEqual(['work a']);
    for (const text of ['a', 'b', 'c']) {
      await worker.seen(`work ${text}`);
      worker.release(text);
    }
    await worker.seen('post answer to c for c');
    expect(worker.events).toEqual(
      ['a', 'b', 'c'].flatMap((text) => [`work ${text}`, `post answer to ${text} for ${text}`]),
    );
    await expect.poll(() => turns.heads()).toEqual([]);
  });

  it('lets others have their turn before the next one of the same person', async () => {
    await accept('a1', 'a');
    await worker.seen('work a1');
    await accept('quick a2', 'a');
    await accept('quick a3', 'another of a', 'a');
    await accept('quick b1', 'b');
    await accept('quick c1', 'c');
    const rows = await database.query<{ id: string; message: string }>('SELECT id, message FROM turn');
    const texts = new Map(rows.map(({ id, message }) => [id, JSON.parse(message).text]));
    // b waits for a1 only, c for a1 and b1, and a2 for everybody's first.
    const order = (await turns.order()).map((id) => texts.get(id));
    expect(order).toEqual(['a1', 'quick b1', 'quick c1', 'quick a2', 'quick a3']);
    worker.release('a1');
    await worker.seen('post answer to quick a3 for quick a3');
    const works = worker.events.filter((event) => event.startsWith('work'));
    expect(works).toEqual(['work a1', 'work quick b1', 'work quick c1', 'work quick a2', 'work quick a3']);
  });

  it('works on one turn of a person at a time, however much there is room for', async () => {
    await queue.stop();
    await begin(4);
    await accept('a1', 'a');
    for (let n = 0; n < 30; n++) await accept(`quick more ${n}`, `more ${n}`, 'a');
    await accept('quick b1', 'b');
    await worker.seen('post answer to quick b1 for quick b1');
    expect(worker.events).toEqual(['work a1', 'work quick b1', 'post answer to quick b1 for quick b1']);
    // What needs no work is posted meanwhile.
    await queue.accept(messageOf({ text: 'stop', conversation: 'x', author: { id: 'a', name: '' } }), async () =>
      replyOf('Nothing is running here.'),
    );
    await worker.seen('post Nothing is running here. for stop');
    worker.release('a1');
    await worker.seen('post answer to quick more 29 for quick more 29');
  });

  it('works on as many conversations at the same time as it was told, and never on one twice', async () => {
    await queue.stop();
    await begin(2);
    await accept('a1', 'a');
    await accept('a2', 'a');
    await accept('b1', 'b');
    await accept('c1', 'c');
    await worker.seen('work b1');
    await sleep(200);
    expect(worker.events.toSorted()).toEqual(['work a1', 'work b1']);
    worker.release('b1');
    await worker.seen('work c1');
    expect(worker.events).not.toContain('work a2');
    worker.release('a1');
    await worker.seen('work a2');
    worker.release('a2');
    worker.release('c1');
    await worker.seen('post answer to a2 for a2');
  });

  it('accepts a message once', async () => {
    const message = messageOf({ text: 'quick' });
    expect(await queue.accept(message)).toBe(true);
    expect(await queue.accept(message)).toBe(false);
    await worker.seen('post answer to quick for quick');
    expect(await queue.accept(message)).toBe(false);
    await sleep(100);
    expect(worker.events).toHaveLength(2);
  });

  it('posts at once what needs no work', async () => {
    await queue.accept(messageOf({ text: 'too many' }), async () => replyOf('Slowly, please.'));
    await worker.seen('post Slowly, please. for too many');
    expect(worker.events).toHaveLength(1);
  });

  it('cancels what runs and what waits within a second, in this conversation only', async () => {
    await accept('a', 'c1');
    await worker.seen('work a');
    await accept('b', 'c1');
    await accept('quick other', 'c2');
    const stopped = await watched(async () => {
      expect(await queue.cancel('c1', replyOf('Stopped.'))).toBe(2);
      await worker.seen('post Stopped. for b');
    });
    expectWithin(1_000, stopped.tookMs, stopped);
    await worker.seen('post answer to quick other for quick other');
    expect(worker.events.slice(0, 4)).toEqual(['work a', 'abort a', 'post Stopped. for a', 'post Stopped. for b']);
    expect(await queue.cancel('c1', replyOf('Stopped.'))).toBe(0);
  });

  it('goes on after cancelling', async () => {
    await accept('a');
    await worker.seen('work a');
    await queue.cancel('c1', replyOf('Stopped.'));
    await accept('quick b');
    await worker.seen('post answer to quick b for quick b');
  });

  it('hands back what it was doing when it is stopped, and the next process does it', async () => {
    await accept('quick before');
    await worker.seen('post answer to quick before for quick before');
    await accept('a');
    await accept('quick b');
    await worker.seen('work a');
    await queue.stop();
    expect(worker.events.at(-1)).toBe('abort a');
    expect((await turns.next('c1'))!).toMatchObject({ status: 'waiting', attempts: 0 });
    await begin();
    await worker.seen('work a');
    worker.release('a');
    await worker.seen('post answer to quick b for quick b');
    expect(worker.events).toEqual([
      'work a',
      'post answer to a for a',
      'work quick b',
      'post answer to quick b for quick b',
    ]);
  });

  it('posts a reply that was stored but not posted, without working again', async () => {
    await queue.stop();
    const message = messageOf({ text: 'left' });
    await turns.accept(message);
    await turns.begin(message.id);
    await turns.answer(message.id, replyOf('stored'));
    await begin();
    await worker.seen('post stored for left');
    expect(worker.events).toHaveLength(1);
  });

  it('tries again when the platform is down', async () => {
    worker.failPostings = 1;
    await accept('quick');
    await worker.seen('post answer to quick for quick');
    expect(worker.events).toEqual(['work quick', 'post answer to quick for quick']);
  });

  it.runIf(engine === 'server')('never works on a conversation in two processes, and cancels across them', async () => {
    const other = await openDatabase({ dataDir: folder, url });
    const queue2 = createTurnQueue(other, createTurnStore(other), { parallel: 4 });
    const worker2 = new SlowWorker(createTurnStore(other));
    await queue2.start(worker2);
    try {
      await accept('a');
      await accept('b');
      await vi.waitFor(() => expect([...worker.events, ...worker2.events]).toContain('work a'), { timeout: 5_000 });
      await sleep(1_500);
      expect([...worker.events, ...worker2.events]).toEqual(['work a']);
      const [owner, idle] = worker.events.length ? [worker, queue2] : [worker2, queue];
      await idle.cancel('c1', replyOf('Stopped.'));
      await owner.seen('abort a');
      await vi.waitFor(() => expect([...worker.events, ...worker2.events]).toContain('post Stopped. for b'), {
        timeout: 5_000,
      });
    } finally {
      await queue2.stop();
      await other.close();
    }
  });
});
