import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWebAdapter, type WebAdapter, type WebOptions } from '../../../src/chat/web/adapter.ts';
import type { Block, InboundMessage, Reply } from '../../../src/domain/message.ts';
import { UserFacingError } from '../../../src/errors.ts';
import { setLogLevel } from '../../../src/log.ts';
import { openSession, send } from './page-client.ts';

const THREAD = 'thread000001';
const LIMIT = 1000;

let folder: string;
let adapter: WebAdapter;
let received: InboundMessage[];
let options: WebOptions;

beforeEach(async () => {
  setLogLevel('silent');
  folder = await mkdtemp(join(tmpdir(), 'web-'));
  await writeFile(join(folder, 'demo.tif'), 'demo scene');
  options = {
    host: '127.0.0.1',
    port: 0,
    folder: join(folder, 'web'),
    limits: { uploadBytes: LIMIT, retentionDays: 30 },
    demo: { name: 'demo-scene.tif', path: join(folder, 'demo.tif') },
  };
  await start();
});

afterEach(async () => {
  await adapter.stop();
  await rm(folder, { recursive: true });
});

async function start(onMessage?: (message: InboundMessage) => Promise<void>): Promise<void> {
  received = [];
  adapter = createWebAdapter(options);
  await adapter.start(
    onMessage ??
      (async (message) => {
        received.push(message);
      }),
  );
}

const open = () => openSession(adapter.url());
type Session = Awaited<ReturnType<typeof open>>;

const say = (session: Session, body: object, thread = THREAD) =>
  session.send('POST', `/api/threads/${thread}/messages`, { body });

const reply = (blocks: Block[], more: Partial<Reply> = {}): Reply => ({
  blocks,
  language: 'en',
  plans: [],
  facts: [],
  ...more,
});
const words = (text: string): Block => ({ kind: 'text', voice: 'plain', text });

describe('sending', () => {
  it('hands a message over with its uploaded files, which can be downloaded then', async () => {
    const session = await open();
    const { id } = (await session.send('PUT', '/api/uploads', { body: 'raster' })).json();
    const name = '../../etc/<b>passwd</b>\n.tif';
    const answer = await say(session, { id: 'message1', text: ' show vegetation ', files: [{ id, name }] });
    expect(answer.status).toBe(202);

    const [message] = received;
    expect(message).toMatchObject({ platform: 'web', text: 'show vegetation' });
    expect(message!.conversation).toMatch(/^web:local:[0-9a-f]{32}:thread000001$/);
    expect(message!.id).toBe(`${message!.conversation}:message1`);
    // The cookie gives access to everything; it must not be what the log and the database see.
    expect(session.cookie).not.toContain(message!.author.id);
    expect(message!.files).toEqual([{ id, name, size: 6, source: `upload:${message!.author.id}/${id}` }]);

    const copy = join(folder, 'copy.tif');
    await adapter.download(message!.files[0]!, copy, LIMIT, new AbortController().signal);
    expect(await readFile(copy, 'utf8')).toBe('raster');
  });

  it('takes a message that is sent twice once', async () => {
    const session = await open();
    await say(session, { id: 'message1', text: 'show water' });
    expect((await say(session, { id: 'message1', text: 'show water' })).status).toBe(202);
    expect(received).toHaveLength(1);
  });

  it('sends the demo scene without an upload', async () => {
    const session = await open();
    expect(session.first.json().demo).toBe('demo-scene.tif');
    await say(session, { id: 'message1', text: 'Show vegetation', demo: true, language: 'en' });
    expect(received[0]).toMatchObject({
      text: 'Show vegetation',
      language: 'en',
      files: [{ id: 'demo', source: 'demo', name: 'demo-scene.tif', size: 10 }],
    });
    await adapter.download(received[0]!.files[0]!, join(folder, 'copy'), LIMIT, new AbortController().signal);
    expect(await readFile(join(folder, 'copy'), 'utf8')).toBe('demo scene');
  });

  it('carries the plans of a pressed button, and takes none from the page', async () => {
    const session = await open();
    await say(session, { id: 'message1', text: 'show vegetation', plans: [{ operation: 'forget', targets: [] }] });
    expect(received[0]!.plans).toBeUndefined();
    const posted = await adapter.post(received[0]!);
    const plans = [{ operation: 'extract', targets: ['water'] }] as const;
    await posted.finish(reply([{ kind: 'actions', actions: [{ label: 'Show water', plans }] }]));

    const stream = session.follow(THREAD);
    const { data } = await stream.until((e) => e.data.kind === 'reply');
    stream.close();
    const [block] = (data.reply as { blocks: { actions: { id: string; label: string }[] }[] }).blocks;
    expect(JSON.stringify(data)).not.toContain('operation');
    await say(session, { id: 'message2', action: block!.actions[0]!.id });
    expect(received[1]).toMatchObject({ text: 'Show water', plans });
    expect((await say(session, { id: 'message3', action: '0123456789' })).status).toBe(409);
  });

  it('cancels with a plan, without showing it as something said', async () => {
    const session = await open();
    await say(session, { id: 'message1', text: 'show vegetation' });
    expect((await session.send('POST', `/api/threads/${THREAD}/cancel`)).status).toBe(202);
    expect(received[1]).toMatchObject({ text: '', files: [], plans: [{ operation: 'cancel', targets: [] }] });
    const stream = session.follow(THREAD);
    await stream.until((e) => e.event === 'ready');
    stream.close();
    expect(stream.events.filter((e) => e.data.kind === 'user')).toHaveLength(1);
  });

  it('sends a failed message again with its files', async () => {
    const session = await open();
    await say(session, { id: 'message1', text: 'show vegetation', demo: true });
    await say(session, { id: 'message2', retry: received[0]!.id });
    expect(received[1]).toMatchObject({ text: 'show vegetation', files: received[0]!.files });
    expect(received[1]!.id).not.toBe(received[0]!.id);
  });

  it.each([
    ['nothing at all', { id: 'message1', text: '  ' }],
    ['too long a text', { id: 'message1', text: 'x'.repeat(4001) }],
    ['an id that climbs', { id: '../../x', text: 'hello' }],
    ['too many files', { id: 'message1', files: Array(51).fill({ id: '0123456789', name: 'a' }) }],
  ])('refuses %s', async (_case, body) => {
    const answer = await say(await open(), body);
    expect([answer.status, answer.json().error]).toEqual([400, 'This message is empty, too long or malformed.']);
    expect(received).toEqual([]);
  });

  it('refuses a file that is not here, or is somebody else’s', async () => {
    const [mine, other] = [await open(), await open()];
    const { id } = (await mine.send('PUT', '/api/uploads', { body: 'raster' })).json();
    for (const [session, file] of [
      [mine, '0123456789abcdef'],
      [other, id],
    ] as const) {
      const answer = await say(session, { id: 'message1', files: [{ id: file, name: 'a.tif' }] });
      expect([answer.status, answer.json().error]).toEqual([
        409,
        'An added file is no longer here. Please add it again.',
      ]);
    }
  });
});

describe('uploads', () => {
  const sentence = 'This file is larger than the 0 MB accepted here. Cut out the part you need, or raise MAX_SCENE_MB.';

  it('takes a file of exactly the limit', async () => {
    const answer = await (await open()).send('PUT', '/api/uploads', { body: Buffer.alloc(LIMIT) });
    expect([answer.status, answer.json().size]).toEqual([201, LIMIT]);
  });

  it.each([
    ['announced', {}],
    ['streamed', { 'transfer-encoding': 'chunked' }],
  ])('refuses a byte more, %s, and keeps nothing of it', async (_case, headers) => {
    const session = await open();
    const answer = await session.send('PUT', '/api/uploads', { headers, body: Buffer.alloc(LIMIT + 1) });
    expect([answer.status, answer.json().error]).toEqual([413, sentence]);
    const left = await readdir(join(folder, 'web/uploads'), { recursive: true }).catch(() => []);
    expect(left.filter((f) => f.includes('/'))).toEqual([]);
  });

  it.each([
    'upload:../../x',
    'upload:aaaaaaaa/../../demo.tif',
    'file:///etc/passwd',
    '/etc/passwd',
  ])('does not download %s', async (source) => {
    const file = { id: 'x', name: 'x', size: 1, source };
    await expect(adapter.download(file, join(folder, 'x'), LIMIT, new AbortController().signal)).rejects.toThrow(
      'That file is no longer here. Please add it again.',
    );
  });

  it('keeps to the limit of the caller', async () => {
    const file = { id: 'demo', name: 'demo', size: null, source: 'demo' };
    const download = adapter.download(file, join(folder, 'x'), 9, new AbortController().signal);
    await expect(download).rejects.toMatchObject({ code: 'scene-too-large' });
  });
});

describe('answers', () => {
  it('streams a thread: what was kept, work in progress, ready, and what comes', async () => {
    const session = await open();
    await say(session, { id: 'message1', text: 'show vegetation' });
    const posted = await adapter.post(received[0]!);
    await posted.update({ stage: 'explaining', done: 0, total: 0, sentence: 'One.' });
    await posted.update({ stage: 'masking', done: 1, total: 4, sentence: 'Two.' });

    const stream = session.follow(THREAD);
    await stream.until((e) => e.event === 'ready');
    expect(stream.events.map((e) => [e.event, e.id])).toEqual([
      ['event', '1'],
      ['progress', null],
      ['ready', null],
    ]);
    expect(stream.events[1]!.data).toEqual({
      to: received[0]!.id,
      stage: 'masking',
      done: 1,
      total: 4,
      sentences: ['One.', 'Two.'],
    });
    await posted.update({ stage: 'drawing', done: 0, total: 0 });
    await stream.until((e) => e.data.stage === 'drawing');
    await posted.finish(reply([words('37 %')]));
    const last = await stream.until((e) => e.data.kind === 'reply');
    expect(last).toMatchObject({ id: '2', data: { to: received[0]!.id, reply: { blocks: [words('37 %')] } } });
    stream.close();

    const resumed = session.follow(THREAD, { 'last-event-id': '1' });
    await resumed.until((e) => e.event === 'ready');
    resumed.close();
    expect(resumed.events.map((e) => e.id)).toEqual(['2', null]);
  });

  it('merges progress that comes faster than anybody reads', async () => {
    const session = await open();
    await say(session, { id: 'message1', text: 'show vegetation' });
    const stream = session.follow(THREAD);
    await stream.until((e) => e.event === 'ready');
    const posted = await adapter.post(received[0]!);
    for (let done = 1; done <= 500; done++) await posted.update({ stage: 'looking', done, total: 500 });
    await stream.until((e) => e.data.done === 500);
    stream.close();
    expect(stream.events.filter((e) => e.event === 'progress').length).toBeLessThan(20);
  });

  it('answers once, whoever finishes twice', async () => {
    const session = await open();
    await say(session, { id: 'message1', text: 'show vegetation' });
    const posted = await adapter.post(received[0]!);
    await posted.finish(reply([words('first')]));
    const again = await adapter.resume(received[0]!, posted.handle);
    await again.update({ stage: 'queued', done: 0, total: 0 });
    await again.finish(reply([words('second')]));
    const stream = session.follow(THREAD);
    await stream.until((e) => e.event === 'ready');
    stream.close();
    expect(stream.events.map((e) => e.data.kind ?? e.event)).toEqual(['user', 'reply', 'ready']);
    expect(JSON.stringify(stream.events)).toContain('first');
  });

  it('says why a message could not be taken', async () => {
    await adapter.stop();
    await start(async () => {
      throw new UserFacingError('rate-limited', 'That is enough for this hour.');
    });
    const session = await open();
    expect((await say(session, { id: 'message1', text: 'show vegetation' })).status).toBe(202);
    const stream = session.follow(THREAD);
    const { data } = await stream.until((e) => e.data.kind === 'reply');
    stream.close();
    expect(data.reply).toEqual({
      language: 'en',
      failure: { code: 'rate-limited' },
      blocks: [words('That is enough for this hour.')],
    });
  });

  it('shows an incident and nothing of an unexpected error', async () => {
    await adapter.stop();
    await start(async () => {
      throw new Error('no table at /srv/secret');
    });
    const session = await open();
    await say(session, { id: 'message1', text: 'show vegetation' });
    const stream = session.follow(THREAD);
    const { data } = await stream.until((e) => e.data.kind === 'reply');
    stream.close();
    expect(JSON.stringify(data)).not.toContain('secret');
    const { failure, blocks } = data.reply as { failure: { incident: string }; blocks: { text: string }[] };
    expect(blocks[0]!.text).toBe(
      `Something broke on my side and I have logged it as ${failure.incident}. Trying again may help.`,
    );
  });
});

describe('files of answers', () => {
  async function answered(session: Session, name: string, mediaType: string, bytes = 'picture'): Promise<string> {
    const path = join(folder, '.artefact');
    await writeFile(path, bytes);
    await say(session, { id: `message${received.length + 1}`, text: 'show vegetation' });
    const posted = await adapter.post(received.at(-1)!);
    const artefact = { name, path, mediaType, bytes: bytes.length };
    await posted.finish(reply([{ kind: 'files', artefacts: [artefact] }]));
    const stream = session.follow(THREAD);
    const { data } = await stream.until((e) => e.data.to === received.at(-1)!.id && e.data.kind === 'reply');
    stream.close();
    expect(JSON.stringify(data)).not.toContain(folder);
    return (data.reply as { blocks: { artefacts: { id: string }[] }[] }).blocks[0]!.artefacts[0]!.id;
  }
  const fetchFile = (session: Session, id: string, query = '') =>
    session.send('GET', `/api/threads/${THREAD}/files/${id}${query}`);

  it('shows pictures and saves everything else', async () => {
    const session = await open();
    const png = await fetchFile(session, await answered(session, 'a.png', 'image/png'));
    expect(png.body.toString()).toBe('picture');
    expect(png.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `inline; filename="a.png"; filename*=UTF-8''a.png`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    const saved = await fetchFile(session, await answered(session, 'a.png', 'image/png'), '?download');
    expect(saved.headers['content-disposition']).toMatch(/^attachment/);
    const page = await fetchFile(session, await answered(session, 'a.html', 'text/html', '<script>'));
    expect(page.headers['content-type']).toBe('application/octet-stream');
    expect(page.headers['content-disposition']).toMatch(/^attachment/);
  });

  it('keeps a hostile name inside its header', async () => {
    const session = await open();
    const id = await answered(session, 'a"\r\nSet-Cookie: x=1;/../\u202e植被\ud800.png', 'image/png');
    const { headers, status } = await fetchFile(session, id);
    expect(status).toBe(200);
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['content-disposition']).toBe(
      `inline; filename="a___Set-Cookie_ x_1__.._____.png"; ` +
        `filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20x%3D1%3B%2F..%2F%E2%80%AE%E6%A4%8D%E8%A2%AB_.png`,
    );
  });

  it('gives nothing to another session, and nothing that was in no answer', async () => {
    const session = await open();
    const id = await answered(session, 'a.png', 'image/png');
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect((await fetchFile(await open(), id)).status).toBe(404);
    expect((await send(adapter.url(), 'GET', `/api/threads/${THREAD}/files/${id}`)).status).toBe(401);
    expect((await fetchFile(session, '..%2F..%2Fdemo.tif')).status).toBe(404);
  });

  it('says that a file has been deleted', async () => {
    const session = await open();
    const id = await answered(session, 'a.png', 'image/png');
    await rm(join(folder, '.artefact'));
    const answer = await fetchFile(session, id);
    expect([answer.status, answer.json().error]).toEqual([410, 'This file has been deleted.']);
  });
});

describe('threads', () => {
  const list = async (session: Session) => (await session.send('POST', '/api/session')).json().threads as object[];

  it('survive a restart, and an answer finds its way to one afterwards', async () => {
    const session = await open();
    await say(session, { id: 'message1', text: 'show vegetation' });
    const [message] = received;
    const { handle } = await adapter.post(message!);
    await adapter.stop();
    // What a kill in the middle of a write leaves behind.
    const [file] = await readdir(join(folder, 'web/threads', message!.author.id));
    const path = join(folder, 'web/threads', message!.author.id, file!);
    await writeFile(path, `${await readFile(path, 'utf8')}{"kind":"repl`);
    await start();

    const again = await openSession(adapter.url());
    const posted = await adapter.resume(message!, handle);
    await posted.finish(reply([words('37 %')]));
    const stream = again.follow(THREAD, { cookie: session.cookie });
    await stream.until((e) => e.event === 'ready');
    stream.close();
    expect(stream.events.map((e) => [e.data.kind, e.id])).toEqual([
      ['user', '1'],
      ['reply', '2'],
      [undefined, null],
    ]);
  });

  it('are listed newest first, named by their first words or file, or as one likes', async () => {
    const session = await open();
    vi.useFakeTimers({ toFake: ['Date'], now: 1000 });
    await say(session, { id: 'message1', text: `find ${'x'.repeat(80)}` }, 'thread000001');
    vi.setSystemTime(2000);
    await say(session, { id: 'message1', demo: true }, 'thread000002');
    vi.setSystemTime(3000);
    await say(session, { id: 'message1', text: 'and water?' }, 'thread000003');
    vi.useRealTimers();
    await (await adapter.post(received[2]!)).finish(reply([words('done')]));
    const renamed = await session.send('PATCH', '/api/threads/thread000003', { body: { title: ' My lake ' } });
    expect(renamed.status).toBe(200);
    expect(await list(session)).toEqual([
      { id: 'thread000003', title: 'My lake', at: expect.any(Number), waiting: false },
      { id: 'thread000002', title: 'demo-scene.tif', at: 2000, waiting: true },
      { id: 'thread000001', title: `find ${'x'.repeat(54)}…`, at: 1000, waiting: true },
    ]);
    expect(await list(await open())).toEqual([]);
  });

  it('are deleted with everything: work stopped, results forgotten, words and uploads gone', async () => {
    const session = await open();
    const { id } = (await session.send('PUT', '/api/uploads', { body: 'raster' })).json();
    await say(session, { id: 'message1', text: 'show vegetation', files: [{ id, name: 'a.tif' }] });
    const posted = await adapter.post(received[0]!);
    const stream = session.follow(THREAD);
    await stream.until((e) => e.event === 'ready');
    expect((await session.send('DELETE', `/api/threads/${THREAD}`)).status).toBe(200);
    await stream.until((e) => e.event === 'deleted');
    expect(received.slice(1).map((m) => [m.conversation, m.plans])).toEqual([
      [received[0]!.conversation, [{ operation: 'cancel', targets: [] }]],
      [received[0]!.conversation, [{ operation: 'forget', targets: [] }]],
    ]);
    // Answers that come too late bring nothing back.
    await posted.update({ stage: 'drawing', done: 0, total: 0 });
    await posted.finish(reply([words('stopped')]));
    await (await adapter.post(received[2]!)).finish(reply([words('forgotten')]));
    expect(await list(session)).toEqual([]);
    const left = await readdir(join(folder, 'web'), { recursive: true, withFileTypes: true });
    expect(left.filter((f) => f.isFile()).map(({ name }) => name)).toEqual(['key']);
  });

  it('are deleted when nothing was said for the days of retention; uploads after a day', async () => {
    const session = await open();
    const { id } = (await session.send('PUT', '/api/uploads', { body: 'raster' })).json();
    await say(session, { id: 'message1', text: 'old' }, 'thread000001');
    await say(session, { id: 'message1', text: 'new' }, 'thread000002');
    const own = received[0]!.author.id;
    const daysAgo = (days: number) => Date.now() / 1000 - days * 86_400;
    const age = (path: string, days: number) => utimes(join(folder, 'web', path), daysAgo(days), daysAgo(days));
    await age(`threads/${own}/thread000001.jsonl`, 30.1);
    await age(`threads/${own}/thread000002.jsonl`, 29.9);
    await age(`uploads/${own}/${id}`, 0.9);
    await adapter.stop();
    await start();
    const left = async () =>
      (await readdir(join(folder, 'web'), { recursive: true })).filter((f) => f.split('/').length === 3).toSorted();
    expect(await left()).toEqual([`threads/${own}/thread000002.jsonl`, `uploads/${own}/${id}`]);
    await age(`uploads/${own}/${id}`, 1.1);
    await adapter.stop();
    await start();
    expect(await left()).toEqual([`threads/${own}/thread000002.jsonl`]);
  });

  it('lose their words when they are asked to forget, and go on', async () => {
    const session = await open();
    await say(session, { id: 'message1', text: 'show my secret place' });
    await (await adapter.post(received[0]!)).finish(reply([words('here it is')]));
    await say(session, { id: 'message2', text: 'forget everything' });
    const plans = [{ operation: 'forget', targets: [] }] as const;
    await (await adapter.post(received[1]!)).finish(reply([words('1 scene deleted')], { plans }));
    const stream = session.follow(THREAD);
    await stream.until((e) => e.event === 'ready');
    stream.close();
    expect(stream.events.map((e) => [e.data.kind, e.id])).toEqual([
      ['reset', '4'],
      ['reply', '5'],
      [undefined, null],
    ]);
    const file = await readFile(join(folder, 'web/threads', received[0]!.author.id, `${THREAD}.jsonl`), 'utf8');
    expect(file).not.toContain('secret');
  });
});

describe('the border', () => {
  const headersOf = (change: Record<string, string>) => ({ host: new URL(adapter.url()).host, ...change });

  it.each([
    ['a name made to point here', { host: 'evil.example:3000' }],
    ['our address on another port', { host: '127.0.0.1:1' }],
    ['a foreign page', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a page on another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ])('refuses %s', async (_case, change) => {
    const answer = await send(adapter.url(), 'POST', '/api/session', { headers: headersOf(change) });
    expect(answer.status).toBe(403);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each(['localhost', '127.0.0.1', '[::1]'])('serves %s', async (name) => {
    const host = `${name}:${new URL(adapter.url()).port}`;
    const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    expect((await send(adapter.url(), 'POST', '/api/session', { headers })).status).toBe(200);
  });

  it('serves a configured origin', async () => {
    await adapter.stop();
    options = { ...options, publicUrl: 'https://spex.example.org', token: 'the token of the test' };
    await start();
    expect(adapter.url()).toBe('https://spex.example.org/?token=the%20token%20of%20the%20test');
  });

  it('serves the page under a policy that lets nothing else in', async () => {
    const { headers, body } = await send(adapter.url(), 'GET', '/');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-powered-by']).toBeUndefined();
    expect(body.toString()).not.toMatch(/\son\w+=|\sstyle=|<script(?![^>]*src=)|https?:/);
  });

  it('keeps the cookie from scripts and other sites', async () => {
    const session = await open();
    expect(String(session.first.headers['set-cookie'])).toMatch(
      /^spex-chat-[0-9a-f]{8}=[\w-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    );
    expect((await session.send('POST', '/api/session')).headers['set-cookie']).toBeUndefined();
  });

  it.each([
    '/..%2f..%2fadapter.ts',
    '/%2e%2e/adapter.ts',
    '/../adapter.ts',
    '/.env',
  ])('serves nothing at %s', async (path) => {
    expect((await send(adapter.url(), 'GET', path)).status).toBe(404);
  });
});

describe('listening', () => {
  it('takes the next free port', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    const second = createWebAdapter({ ...options, port, tries: 10 });
    await second.start(async () => undefined);
    const given = Number(new URL(second.url()).port);
    await second.stop();
    expect(given).toBeGreaterThan(port);
    expect(given).toBeLessThan(port + 10);
    await expect(createWebAdapter({ ...options, port }).start(async () => undefined)).rejects.toMatchObject({
      code: 'wrong-usage',
      reply: `I cannot serve the web page on port ${port} of 127.0.0.1: taken by another program. Set WEB_PORT or WEB_HOST in .env.`,
    });
    await new Promise((done) => taken.close(done));
  });

  it('stops with a page still listening', async () => {
    const session = await open();
    const stream = session.follow(THREAD);
    await stream.until((e) => e.event === 'ready');
    const url = adapter.url();
    await adapter.stop();
    await expect(send(url, 'GET', '/')).rejects.toThrow('ECONNREFUSED');
    expect(() => adapter.url()).toThrow('has not been started');
  });
});
