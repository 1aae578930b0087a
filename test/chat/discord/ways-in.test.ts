import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Block } from '../../../src/domain/message.ts';
import { ADA, BOB, CHANNEL, componentsOf, DM, forwarding, GUILD, wordsOf } from '../../fakes/discord-events.ts';
import { DiscordBench, says, WAIT } from './setup.ts';

let bench: DiscordBench;

beforeEach(async () => {
  bench = new DiscordBench();
  await bench.open();
});

afterEach(async () => {
  await bench.close();
  expect(bench.server.violations).toEqual([]);
});

const bytes = Buffer.from('II*\0');
const names = (nth = 0) => bench.received[nth]!.files.map(({ name }) => name);

it('“Analyse scene” on somebody’s message takes its files, and says when it has none', async () => {
  await bench.connect();
  const none = bench.people.analyse([]);
  bench.people.analyse([bench.people.attachment('B04.tif', bytes), bench.people.attachment('B08.tif', bytes)]);
  const [answer] = await bench.answers(CHANNEL, 2).then((all) => all.filter(({ ephemeral }) => !ephemeral));
  expect(names()).toEqual(['B04.tif', 'B08.tif']);
  expect(bench.received[0]).toMatchObject({
    text: '',
    conversation: `discord:${GUILD}:${CHANNEL}:${answer!.id}`,
  });
  expect(bench.server.interactions.get(none.token)!.callback!.data!.content).toBe(
    'This message has no file that I could read.',
  );
});

it('bands come together, as options of /scene or in one message', async () => {
  await bench.connect();
  const [file, file2, file3] = ['B02.tif', 'B03.tif', 'B04.tif'].map((name) => bench.people.attachment(name, bytes));
  bench.people.command('scene', { file: file!, file2: file2!, file3: file3!, ask: 'show water' });
  await bench.answers(CHANNEL);
  expect(names()).toEqual(['B02.tif', 'B03.tif', 'B04.tif']);
  const id = bench.people.write('show water', { mention: true, files: [file!, file2!] });
  await bench.answers(id);
  expect(names(1)).toEqual(['B02.tif', 'B03.tif']);
});

/** Somebody's message with a scene. */
const bobsScene = () => ({
  id: bench.server.id(),
  author: BOB,
  content: '',
  attachments: [bench.people.attachment('a.tif', bytes)],
});

it('a mention in reply to a scene says what to do where the scene may not be read, unless it brings one itself', async () => {
  await bench.connect();
  bench.people.write('show water', { mention: true, replyTo: bobsScene() });
  const [answer] = await bench.answers(CHANNEL);
  expect(wordsOf(answer!)).toBe(
    'I may not read the message you reply to. If a scene is there: right-click that message (on a phone, hold it), then Apps → Analyse scene. Or mention me in a message that has the file.',
  );
  const own = [bench.people.attachment('b.tif', bytes)];
  await bench.answers(bench.people.write('show water', { mention: true, replyTo: bobsScene(), files: own }));
  const link = 'https://sentinel-cogs.s3.us-west-2.amazonaws.com/a/TCI.tif';
  await bench.answers(bench.people.write(`show water ${link}`, { mention: true, replyTo: bobsScene() }));
  expect(bench.received.map(({ files }) => files.map(({ name }) => name))).toEqual([['b.tif'], []]);
});

it('hears in a server only who mentions it or replies to it: the words of others do not reach it', async () => {
  await bench.connect();
  const id = bench.people.write('how many?', { mention: true });
  const [answer] = await bench.answers(id);
  bench.people.write('and water?', { channel: id });
  const ours = { id: answer!.id, author: bench.server.bot, content: '', attachments: [] };
  bench.people.write('why?', { channel: id, replyTo: ours, others: [bench.server.bot] });
  await bench.answers(id, 2);
  expect(bench.received.map(({ text }) => text)).toEqual(['how many?', 'why?']);
});

it('the role that has its name is the bot, where it may read that; a sticker and a poll are nothing to it', async () => {
  await bench.connect();
  bench.people.write('', { guild: null });
  bench.people.write('show water', { role: true });
  const [answer] = await bench.answers(CHANNEL);
  expect(wordsOf(answer!)).toBe(
    'I may not read messages that mention my role. Mention me instead: the member with the APP badge in the list.',
  );
  expect(bench.received).toEqual([]);
  await bench.adapter.stop();
  bench.server.allowMessageContent = true;
  await bench.connect({ messageContent: true });
  const id = bench.people.write('show water', { role: true, files: [bench.people.attachment('a.tif', bytes)] });
  await bench.answers(id);
  expect(bench.received.map(({ text, files }) => [text, files.length])).toEqual([['show water', 1]]);
});

it('a scene that is forwarded is read: in a direct message, in a reply, by Analyse scene, as file and as link', async () => {
  bench.server.allowMessageContent = true;
  await bench.connect({ messageContent: true });
  const link = 'https://example.com/cog.tif';
  const file = bench.people.attachment('fwd.tif', bytes);
  const forwarded = { content: '', attachments: [file] };
  bench.people.write('', { guild: null, forwarded });
  await bench.answers(DM);
  bench.people.write('', { guild: null, forwarded: { content: `see ${link}`, attachments: [] } });
  await vi.waitFor(() => expect(bench.received).toHaveLength(2), WAIT);
  const reply = { ...bobsScene(), attachments: [], ...forwarding(forwarded, CHANNEL, bench.server.id()) };
  await bench.answers(bench.people.write('show water', { mention: true, replyTo: reply }));
  bench.people.analyse([], {}, link);
  await bench.answers(CHANNEL);
  expect(bench.received.map(({ text, files }) => [text, ...files.map(({ name }) => name)])).toEqual([
    ['', 'fwd.tif'],
    [link],
    ['show water', 'fwd.tif'],
    [link],
  ]);
});

it('what is said in its threads is overheard, unless it is a reply to it', async () => {
  bench.server.allowMessageContent = true;
  await bench.connect({ messageContent: true });
  const id = bench.people.write('how many?', { mention: true });
  const [answer] = await bench.answers(id);
  bench.people.write('lol', { channel: id });
  const ours = { id: answer!.id, author: bench.server.bot, content: '', attachments: [] };
  bench.people.write('why?', { channel: id, replyTo: ours });
  await bench.answers(id, 3);
  expect(bench.received.map(({ text, overheard }) => [text, overheard ?? false])).toEqual([
    ['how many?', false],
    ['lol', true],
    ['why?', false],
  ]);
});

it('a mention in reply to a scene is about that scene, and a reply to an answer goes on with its conversation', async () => {
  bench.server.allowMessageContent = true;
  await bench.connect({ messageContent: true });
  const scene = bobsScene();
  const id = bench.people.write('show water', { mention: true, replyTo: scene });
  const [answer] = await bench.answers(id);
  expect(names()).toEqual(['a.tif']);
  const ours = { id: answer!.id, author: bench.server.bot, attachments: [], message_reference: { message_id: id } };
  bench.people.write('and vegetation?', { replyTo: ours, others: [bench.server.bot] });
  await bench.answers(id, 2);
  expect(bench.received[1]!.conversation).toBe(bench.received[0]!.conversation);
  expect(names(1)).toEqual([]);
});

it('the other commands say what is wanted, in the person’s language where it is said in words', async () => {
  await bench.connect();
  bench.people.command('index', { name: 'ndvi' });
  bench.people.command('compare', { what: 'what water disappeared?' });
  bench.people.command('compare');
  bench.people.command('export', { format: 'geojson' });
  bench.people.command('export', { format: 'csv' }, { locale: 'zh-CN' });
  bench.people.command('scenes');
  bench.people.command('forget');
  bench.people.command('help');
  await bench.answers(CHANNEL, 8);
  expect(bench.received.map(({ text, plans }) => plans?.[0] ?? text)).toEqual([
    { operation: 'index', targets: [], index: 'ndvi' },
    'what water disappeared?',
    'what changed between the two scenes?',
    'export as geojson',
    '导出为 csv',
    { operation: 'list', targets: [] },
    { operation: 'forget', targets: [] },
    { operation: 'help', targets: [] },
  ]);
});

it('whom it answers on a server is set by who manages the server', async () => {
  await bench.connect();
  const told = async (where: object, options: Record<string, string> = { answer: 'mention' }) => {
    const sent = bench.people.command('settings', options, where);
    await vi.waitFor(() => expect(bench.server.interactions.get(sent.token)!.callback).toBeDefined(), WAIT);
    return bench.server.interactions.get(sent.token)!.callback!.data!.content;
  };
  expect(await told({})).toBe('Only somebody with the permission Manage Server can set whom I answer here.');
  expect(bench.mentionOnly).toEqual([]);
  const manager = { manager: true };
  expect(await told(manager)).toBe('From now on I answer on this server only who mentions me.');
  expect(await told(manager, { answer: 'thread' })).toContain('In my threads I answer again');
  await vi.waitFor(() =>
    expect(bench.mentionOnly).toEqual([
      [`discord:${GUILD}`, true],
      [`discord:${GUILD}`, false],
    ]),
  );
});

it('an answer is deleted by whoever asked or keeps order, and by nobody else', async () => {
  await bench.connect();
  const id = bench.people.write('how many?', { mention: true });
  const [answer] = await bench.answers(id);
  const byBob = bench.people.press(answer!, 'Delete', { user: BOB });
  const callback = () => bench.server.interactions.get(byBob.token)!.callback;
  await vi.waitFor(() => expect(callback()).toBeDefined(), WAIT);
  expect(callback()!.data!.content).toBe('Only the person who asked, or a moderator, can do that.');
  expect(bench.server.messages.has(answer!.id)).toBe(true);
  bench.people.press(answer!, 'Delete', { user: BOB, moderator: true });
  await vi.waitFor(() => expect(bench.server.messages.has(answer!.id)).toBe(false), WAIT);
});

it('menus under an answer show an index, draw it differently and export it', async () => {
  const path = join(bench.folder, 'overlay.png');
  writeFileSync(path, 'png');
  const artefact = { name: 'overlay.png', path, mediaType: 'image/png', bytes: 3 };
  const overlay = says('Vegetation', {
    plans: [{ operation: 'extract', targets: ['vegetation'] }],
    blocks: [{ kind: 'picture', artefact, alt: 'Vegetation, 42 ha' }],
  });
  await bench.connect({ indices: { ndvi: 'NDVI', nbr: 'NBR' } }, (message) =>
    bench.answer(message, message.plans ? says('done') : overlay),
  );
  bench.people.command('ask', { question: 'show vegetation' }, { guild: null });
  const [answer] = await bench.answers(DM);
  const menus = componentsOf(answer!).filter(({ type }) => type === 3);
  expect(menus.map(({ placeholder, options }) => [placeholder, options!.map(({ label }) => label)])).toEqual([
    ['Show an index…', ['NDVI', 'NBR']],
    ['Change the overlay…', ['Tint, 35 % opaque', 'Tint, 65 % opaque', 'Tint, 85 % opaque', 'Outline only']],
    ['Export as…', ['GeoJSON', 'GeoTIFF', 'GeoPackage', 'CSV', 'PNG']],
  ]);
  for (const label of ['NBR', 'Tint, 85 % opaque', 'Outline only', 'GeoPackage']) {
    const { length } = bench.received;
    bench.people.press(answer!, label, { guild: null });
    await bench.answers(DM, length + 1);
  }
  const targets = ['vegetation'];
  expect(bench.received.slice(1).map(({ plans }) => plans)).toEqual([
    [{ operation: 'index', targets: [], index: 'nbr' }],
    [{ operation: 'restyle', targets, style: { mode: 'tint', opacity: 0.85 } }],
    [{ operation: 'restyle', targets, style: { mode: 'outline' } }],
    [{ operation: 'export', targets, format: 'geopackage' }],
  ]);
});

it('an answer that is too much for one message is cut where it matters least', async () => {
  const path = join(bench.folder, 'map.png');
  writeFileSync(path, 'png');
  const artefact = (n: number) => ({ name: `map${n}.png`, path: `${path}`, mediaType: 'image/png', bytes: 3 });
  const many = <Item>(count: number, make: (n: number) => Item): Item[] =>
    Array.from({ length: count }, (_, n) => make(n));
  const blocks: Block[] = [
    { kind: 'headline', title: 'Vegetation', numbers: [{ label: 'Area', value: '42 ha' }] },
    ...many(30, (n): Block[] => [
      { kind: 'text', voice: 'measured', text: `${n} ${'measured '.repeat(10)}` },
      { kind: 'picture', artefact: artefact(n), alt: 'x'.repeat(2_000) },
      { kind: 'text', voice: 'model', text: 'words '.repeat(100) },
    ]).flat(),
    {
      kind: 'table',
      caption: 'Regions',
      columns: [{ title: 'Region', align: 'left' }],
      rows: many(500, (n) => [`${n}`.repeat(60)]),
    },
    { kind: 'details', title: 'How', lines: many(100, (n) => `line ${n}`) },
    {
      kind: 'actions',
      actions: many(30, (n) => ({ label: 'l'.repeat(200), plans: [{ operation: 'extract', targets: [], region: n }] })),
    },
  ];
  await bench.connect({}, (message) => bench.answer(message, says('', { blocks })));
  bench.people.command('ask', { question: 'everything' });
  const [answer] = await bench.answers(CHANNEL);
  // The server has counted: 40 components, 4,000 characters, 5 buttons a row, 80 characters a label.
  expect(wordsOf(answer!)).toContain('### Vegetation\nArea **42 ha**');
  expect(wordsOf(answer!)).toContain('0 measured');
  expect(wordsOf(answer!)).not.toContain('Regions');
  expect(componentsOf(answer!).map(({ label }) => label)).toContain('Delete');
  expect(bench.received[0]!.author.id).toBe(`discord:${ADA.id}`);
});
