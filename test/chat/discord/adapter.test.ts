import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createDiscordAdapter, type DiscordOptions } from '../../../src/chat/discord/adapter.ts';
import type { ChatAdapter } from '../../../src/domain/message.ts';
import {
  ADA,
  BOB,
  CHANNEL,
  componentsOf,
  DiscordPeople,
  DM,
  GUILD,
  guildPayload,
  wordsOf,
} from '../../fakes/discord-events.ts';
import { DiscordServer, type FakeMessage } from '../../fakes/discord-server.ts';
import { type EchoBotOptions, echoBot } from '../../fakes/echo-bot.ts';
import { isWorking, NO_INBOX, WAIT } from './setup.ts';

let folder: string;
let server: DiscordServer;
let people: DiscordPeople;
let adapter: ChatAdapter;
let bot: ReturnType<typeof echoBot>;

const INDICES = { ndvi: 'NDVI', ndwi: 'NDWI', nbr: 'NBR' };
const SCENE = Buffer.from('II*\0 a scene');

async function connect(options: Partial<DiscordOptions> = {}, pace: EchoBotOptions['pace'] = 5): Promise<void> {
  adapter = createDiscordAdapter({
    token: server.token,
    apiUrl: server.apiUrl,
    messageContent: false,
    shards: 1,
    indices: INDICES,
    privacy: { retentionDays: 30, reader: null },
    memory: {
      forget: async () => 0,
      held: async () => ({ conversations: 0, scenes: 0, results: 0, messages: 0 }),
      setMentionOnly: async () => undefined,
    },
    inbox: NO_INBOX,
    perServerPerHour: 1_000,
    shrinkPicture: async () => null,
    links: null,
    progressPauseMs: 10,
    ...options,
  });
  bot = echoBot(adapter, { folder: join(folder, 'work'), pace });
  await adapter.start(bot.onMessage);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'discord-'));
  server = new DiscordServer();
  await server.start();
  server.guilds.push(guildPayload(server));
  people = new DiscordPeople(server);
});

afterEach(async () => {
  const busy = () => [...server.messages.values()].filter(isWorking);
  await vi.waitFor(() => expect(busy()).toEqual([]), WAIT);
  await adapter.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  expect(server.violations).toEqual([]);
});

const labelsOf = (message: FakeMessage) =>
  componentsOf(message).flatMap(({ type, label }) => (type === 2 && label ? [label] : []));

/** The only finished answer in a channel or thread, once it is there. */
async function answerIn(channel: string, nth = 0): Promise<FakeMessage> {
  return vi.waitFor(() => {
    const done = server.shown(channel).filter((m) => !isWorking(m));
    if (!done[nth])
      throw new Error(`no answer ${nth} in ${channel}: ${server.shown(channel).map(wordsOf).join(' | ')}`);
    return done[nth];
  }, WAIT);
}

it('answers /scene in place, in a thread of its own, with everything a reply has', async () => {
  await connect();
  const sent = people.command('scene', { file: people.attachment('fields.tif', SCENE), ask: 'show vegetation' });
  const answer = await answerIn(CHANNEL);

  expect(server.interactions.get(sent.token)!.callback).toMatchObject({ type: 5 });
  expect(server.interactions.get(sent.token)!.callback!.afterMs).toBeLessThan(1_000);
  expect(answer.id).toBe(server.interactions.get(sent.token)!.response);
  const [message] = bot.received;
  expect(message).toMatchObject({
    id: `discord:${sent.id}`,
    conversation: `discord:${GUILD}:${CHANNEL}:${answer.id}`,
    author: { id: `discord:${ADA.id}`, name: 'Ada' },
    text: 'show vegetation',
    language: 'en',
  });
  expect(await readFile(join(folder, 'work', 'scene-0'))).toEqual(SCENE);
  expect(server.threads.get(answer.id)).toEqual({ parent: CHANNEL, name: 'fields.tif · show vegetation' });

  const words = wordsOf(answer);
  expect(words).toContain(
    '### Vegetation\nArea **42.1 ha** · Share of the scene **37 %** · Regions **18** · Largest **12.4 ha**',
  );
  expect(words).toContain('> Vegetation covers the north and west of the scene.');
  expect(words).toContain('-# Limits: Pixels are 10 m');
  expect(words).toContain(
    '```\nRegion      Area  Share of the scene  Where\n     1  1,103 ha               42.1%  top centre',
  );
  expect(words).toContain('-# How this was computed');
  expect(componentsOf(answer).find(({ type }) => type === 12)!.items).toEqual([
    {
      media: { url: 'attachment://vegetation-overlay.png' },
      description: 'Vegetation overlay: 42.1 ha, 37 % of the scene, mostly in the north and west.',
    },
  ]);
  expect(componentsOf(answer).flatMap(({ file }) => file?.url ?? [])).toEqual([
    'attachment://demo.vegetation.geojson',
    'attachment://demo.vegetation.mask.tif',
    'attachment://regions.csv',
  ]);
  expect(answer.files.map(({ name }) => name)).toEqual([
    'vegetation-overlay.png',
    'demo.vegetation.geojson',
    'demo.vegetation.mask.tif',
    'regions.csv',
  ]);
  expect(answer.files[1]!.bytes.toString()).toBe('{"type":"FeatureCollection"}');
  expect(labelsOf(answer)).toEqual(['Show water', 'Why?', 'Export GeoPackage', 'Ask…', 'Delete']);
  // Deferred, then at least the first progress and the answer.
  expect(answer.edits).toBeGreaterThanOrEqual(3);
});

it('shows stages with counts while it works, and stops when the person presses Cancel', async () => {
  // The work stands still at two of six bands until it is stopped.
  await connect({}, async ({ done, total }, signal) => {
    if (done === 2 && total === 6) await once(signal, 'abort');
    signal.throwIfAborted();
  });
  people.command('scene', { file: people.attachment('fields.tif', SCENE) });
  const working = await vi.waitFor(() => {
    const [message] = server.shown(CHANNEL);
    expect(wordsOf(message!)).toContain('**Reading the bands** · 2 of 6');
    return message!;
  }, WAIT);
  expect(wordsOf(working)).toContain('-# ✓ Fetching the scene');

  const byBob = people.press(working, 'Cancel', { user: BOB });
  await vi.waitFor(
    () =>
      expect(server.interactions.get(byBob.token)!.callback).toMatchObject({
        type: 4,
        data: { content: 'Only the person who asked, or a moderator, can do that.', flags: 64 },
      }),
    WAIT,
  );
  const byAda = people.press(working, 'Cancel');
  await vi.waitFor(() => expect(wordsOf(working)).toContain('Stopped. What was measured before is kept.'), WAIT);
  expect(server.interactions.get(byAda.token)!.callback).toMatchObject({ type: 6 });
  expect(bot.received.at(-1)).toMatchObject({
    conversation: bot.received[0]!.conversation,
    plans: [{ operation: 'cancel', targets: [] }],
  });
});

it('goes on in the thread: buttons, menus and questions keep the conversation', async () => {
  await connect();
  people.command('scene', { file: people.attachment('fields.tif', SCENE), ask: 'show vegetation' });
  const first = await answerIn(CHANNEL);
  people.press(first, 'Show water', { user: BOB });
  const second = await answerIn(first.id);
  expect(bot.received[1]).toMatchObject({
    conversation: bot.received[0]!.conversation,
    author: { id: `discord:${BOB.id}` },
    plans: [{ operation: 'extract', targets: ['water'] }],
  });

  const asks = people.press(second, 'Ask…');
  await vi.waitFor(() => expect(server.interactions.get(asks.token)!.callback).toMatchObject({ type: 9 }), WAIT);
  people.submit(second, 'how big is the largest?');
  const third = await answerIn(first.id, 1);
  expect(wordsOf(third)).toContain('The largest region has 12.4 ha.');

  const typed = people.command('ask', { question: 'how many?' }, { channel: first.id });
  const fourth = await answerIn(first.id, 2);
  expect(fourth.id).toBe(server.interactions.get(typed.token)!.response);
  people.write('how many more?', { mention: true, channel: first.id });
  await answerIn(first.id, 3);
  expect(new Set(bot.received.map(({ conversation }) => conversation)).size).toBe(1);
  expect(bot.received.map(({ text }) => text)).toEqual([
    'show vegetation',
    '',
    'how big is the largest?',
    'how many?',
    'how many more?',
  ]);
});

it('hears a mention with a file, and answers under it', async () => {
  await connect();
  const id = people.write('show vegetation', { mention: true, files: [people.attachment('a.tif', SCENE)] });
  const answer = await answerIn(id);
  expect(server.threads.get(id)).toEqual({ parent: CHANNEL, name: 'a.tif · show vegetation' });
  expect(bot.received[0]).toMatchObject({ conversation: `discord:${GUILD}:${CHANNEL}:${id}`, text: 'show vegetation' });
  expect(answer.body.allowed_mentions).toEqual({ parse: [] });
});

it('talks in direct messages without a mention, and without a thread', async () => {
  await connect();
  people.write('how big?', { guild: null });
  await answerIn(DM);
  people.command('ask', { question: 'how many?' }, { guild: null, locale: 'zh-CN' });
  await answerIn(DM, 1);
  expect(bot.received.map(({ conversation, language }) => [conversation, language])).toEqual([
    [`discord:@me:${DM}:dm`, undefined],
    [`discord:@me:${DM}:dm`, 'zh'],
  ]);
  expect(server.threads.size).toBe(0);
});

it('is silent when nobody talks to it', async () => {
  await connect();
  people.write('show vegetation');
  people.write('show vegetation', { user: { ...BOB, bot: true } as never, mention: true });
  people.command('help');
  await answerIn(CHANNEL);
  expect(bot.received).toHaveLength(1);
  expect(bot.received[0]!.plans).toEqual([{ operation: 'help', targets: [] }]);
});

it('keeps what is private to the person who asked', async () => {
  await connect();
  const sent = people.command('scene', { file: people.attachment('a.tif', SCENE), private: true });
  const answer = await answerIn(CHANNEL);
  expect(server.interactions.get(sent.token)!.callback).toMatchObject({ type: 5, data: { flags: 64 } });
  expect(answer.ephemeral).toBe(true);
  expect(server.threads.size).toBe(0);

  people.press(answer, 'Show water');
  const next = await answerIn(CHANNEL, 1);
  expect(next.ephemeral).toBe(true);
  people.command('ask', { question: 'how many?' });
  expect((await answerIn(CHANNEL, 2)).ephemeral).toBe(true);
  expect(new Set(bot.received.map(({ conversation }) => conversation))).toEqual(
    new Set([`discord:${GUILD}:${CHANNEL}:u${ADA.id}`]),
  );
});
