import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { grammarPlanner } from '../../src/dialogue/grammar-planner.ts';
import { isCancel } from '../../src/dialogue/is-cancel.ts';
import { respond } from '../../src/dialogue/respond.ts';
import { type DialogueState, emptyState } from '../../src/dialogue/state.ts';
import { type App, assemble } from '../../src/main.ts';
import type { Respond } from '../../src/queue/turn-worker.ts';
import { MemoryAdapter, MemoryPlatform } from '../fakes/memory-adapter.ts';
import { messageOf } from '../fakes/messages.ts';
import { textOf } from './conversation.ts';
import { FakeAnalyst } from './fake-analyst.ts';

/** Messages sent while the first is still being worked on: the real dialogue, queue and stores on a platform in memory. */
const folder = mkdtempSync(join(tmpdir(), 'spex-concurrent-'));
const chat = new MemoryPlatform();
chat.files.set('fields', Buffer.from('II*\0 a scene'));
const analyst = new FakeAnalyst();

/** Every turn waits until it is let go, as a long analysis does. */
let gate: Promise<void>;
let open: () => void;
const shut = (): void => {
  gate = new Promise((resolve) => {
    open = resolve;
  });
};
/** What was begun, in order. */
let begun: string[] = [];

const slow: Respond = async ({ message, files, state, authors }, run) => {
  begun.push(message.text);
  await Promise.race([
    gate,
    new Promise((_, reject) => run.signal.addEventListener('abort', () => reject(run.signal.reason))),
  ]);
  return respond(
    { message, files, state: (state as DialogueState | null) ?? emptyState, authors },
    { planner: grammarPlanner, analyst, folder: run.folder },
    run,
  );
};

let app: App;
let adapter: MemoryAdapter;
async function start(): Promise<void> {
  adapter = new MemoryAdapter(chat);
  app = await assemble(loadConfig({ DATA_DIR: folder }), {
    adapters: [adapter],
    analyst,
    respond: slow,
    isCancel,
    isForget: () => false,
    isRequest: () => true,
  });
  await app.start();
}

beforeAll(start);
afterAll(async () => {
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
});

const conversation = (thread: string) => ({
  conversation: `terminal:w:c:${thread}`,
  author: { id: thread, name: 'Ada' },
});

const SCENE = [{ id: 'f', name: 'fields.tif', source: 'fields', size: 12 }];

/** Ids of messages said at once, in this order. */
async function sayAtOnce(thread: string, texts: readonly string[]): Promise<string[]> {
  const messages = texts.map((text, i) => messageOf({ ...conversation(thread), text, files: i === 0 ? SCENE : [] }));
  await Promise.all(messages.map((message) => adapter.say(message)));
  return messages.map(({ id }) => id);
}

const answers = (ids: readonly string[]) =>
  vi.waitFor(() => ids.map((id) => chat.replyTo(id)), { timeout: 60_000, interval: 10 });

const SAID = ['show vegetation', 'only bigger than 2 ha', 'and water?', 'how many hectares is the largest?', 'list'];

/** What the five say, one after another, when nobody hurries. */
const expectThread = (replies: Awaited<ReturnType<typeof answers>>): void => {
  expect(replies.map((reply) => reply.plans[0]?.operation)).toEqual([
    'extract',
    'extract',
    'extract',
    'measure',
    'list',
  ]);
  // Four regions; one is smaller than 2 ha, one more than the two of 1.5 and 0.5 ha: 12 and 5 ha stay.
  expect(replies[0]!.facts[0]).toMatchObject({ target: 'vegetation', count: 4, areaM2: 190_000 });
  expect(replies[1]!.facts[0]).toMatchObject({ target: 'vegetation', count: 2, areaM2: 170_000 });
  expect(replies[2]!.facts[0]).toMatchObject({ target: 'water', count: 2, areaM2: 100_000 });
  // "The largest" is the largest water: each turn has seen the state the one before it left.
  expect(replies[3]!.plans[0]).toMatchObject({ targets: ['water'], region: 1 });
  expect(textOf(replies[3]!)).toContain('8 ha');
};

it('messages sent while the first is running are answered one by one, in order, on one state', async () => {
  shut();
  begun = [];
  const ids = await sayAtOnce('a', SAID);
  await vi.waitFor(() => expect(begun).toEqual([SAID[0]]), { timeout: 30_000 });
  open();
  const replies = await answers(ids);
  expect(begun).toEqual(SAID);
  expectThread(replies);
}, 120_000);

it('a restart in the middle loses none of them and answers none twice', async () => {
  shut();
  begun = [];
  const ids = await sayAtOnce('b', SAID);
  await vi.waitFor(() => expect(begun).toEqual([SAID[0]]), { timeout: 30_000 });
  await app.stop();
  open();
  await start();
  const replies = await answers(ids);
  // The first was interrupted and is begun once more.
  expect(begun).toEqual([SAID[0], ...SAID]);
  expectThread(replies);
}, 120_000);

it('two threads do not mix', async () => {
  shut();
  const [one, other] = await Promise.all([
    sayAtOnce('c', ['show vegetation', 'how many?']),
    sayAtOnce('d', ['show water', 'how many?']),
  ]);
  open();
  expect((await answers(one!))[1]!.plans[0]).toMatchObject({ operation: 'measure', targets: ['vegetation'] });
  expect((await answers(other!))[1]!.plans[0]).toMatchObject({ operation: 'measure', targets: ['water'] });
}, 120_000);

it('"stop" ends what runs and what waits; what is said afterwards is answered', async () => {
  shut();
  begun = [];
  const ids = await sayAtOnce('e', ['show vegetation', 'show water', 'export geojson']);
  await vi.waitFor(() => expect(begun).toEqual(['show vegetation']), { timeout: 30_000 });
  const stop = messageOf({ ...conversation('e'), text: 'stop' });
  await adapter.say(stop);
  for (const reply of await answers([...ids, stop.id])) expect(textOf(reply)).toMatch(/[Ss]topped/);
  open();
  const [next] = await answers(await sayAtOnce('e', ['show vegetation']));
  expect(next!.facts[0]).toMatchObject({ target: 'vegetation', count: 4 });
  expect(begun).toEqual(['show vegetation', 'show vegetation']);
}, 120_000);
