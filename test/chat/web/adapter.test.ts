import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebAdapter, WebOptions } from '../../../src/chat/web/adapter.ts';
import type { Block, InboundMessage, Reply } from '../../../src/domain/message.ts';
import { UserFacingError } from '../../../src/errors.ts';
import { setLogLevel } from '../../../src/log.ts';
import { KeptWeb } from '../../fakes/kept-web.ts';
import { openSession, send } from './page-client.ts';

const THREAD = 'thread000001';
const LIMIT = 1000;

let stores: string;
let folder: string;
let adapter: WebAdapter;
let received: InboundMessage[];
let options: Omit<WebOptions, 'memory' | 'transcript' | 'room'>;
let kept: KeptWeb;

beforeAll(async () => {
  setLogLevel('silent');
  stores = await mkdtemp(join(tmpdir(), 'web-stores-'));
  kept = await KeptWeb.open(stores);
});

afterAll(async () => {
  await kept.close();
  await rm(stores, { recursive: true });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'web-'));
  await writeFile(join(folder, 'demo.tif'), 'demo scene');
  options = {
    host: '127.0.0.1',
    port: 0,
    folder: join(folder, 'web'),
    uploads: { file: LIMIT, session: 3 * LIMIT, address: 5 * LIMIT, all: 7 * LIMIT },
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
  adapter = kept.adapter(options);
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
    expect(message!.files).toEqual([{ id, name, size: 6, source: `upload:${message!.author.id}/${THREAD}/${id}` }]);

    const copy = join(folder, 'copy.tif');
    await adapter.download(message!.files[0]!, copy, LIMIT, new AbortController().signal);
    expect(await readFile(copy, 'utf8')).toBe('raster');
  });

  it('takes a message that is sent five times at once once', async () => {
    const session = await open();
    const send = () => say(session, { id: 'message1', text: 'show water' });
    const answers = await Promise.all([send(), send(), send(), send(), send()]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(received).toHaveLength(1);
    const stream = session.follow(THREAD);
    await stream.until((e) => e.event === 'ready');
    stream.close();
    expect(stream.events.map((e) => e.data.kind ?? e.event)).toEqual(['user', 'ready']);
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
  const sentence =
    'This file is larger than the 0 MiB accepted here. Cut out the part you need, or raise MAX_SCENE_MB.';

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

  it('takes no more than may wait, of a session, an address and all, and keeps nothing of the rest', async () => {
    const put = async (session: Session, bytes = LIMIT) => {
      const answer = await session.send('PUT', '/api/uploads', { body: Buffer.alloc(bytes) });
      return answer.status === 201 ? (answer.json().id as string) : `${answer.status} ${answer.json().error}`;
    };
    const full =
      '413 Files that are added and not yet sent may have 0 MiB together. Send some of them first, or come back tomorrow.';
    const [one, other] = [await open(), await open()];
    const ids = [await put(one), await put(one), await put(one)];
    expect(await put(one, 1)).toBe(full);
    expect([await put(other), await put(other)].map((id) => id.length)).toEqual([32, 32]);
    expect(await put(other, 1)).toBe(full); // of the address
    // What is sent waits no longer; a restart forgets addresses, and nothing else.
    await say(one, { id: 'message1', text: 'look', files: [{ id: ids[0], name: 'a.tif' }] });
    await adapter.stop();
    await start();
    const again = { ...one, send: (await openSession(adapter.url())).send };
    const send = (method: string, path: string, sent: object = {}) =>
      again.send(method, path, { ...sent, headers: { cookie: one.cookie } });
    expect((await send('PUT', '/api/uploads', { body: Buffer.alloc(LIMIT) })).status).toBe(201);
    expect((await send('PUT', '/api/uploads', { body: 'x' })).status).toBe(413);
    const third = await open();
    expect([await put(third), await put(third)].map((id) => id.length)).toEqual([32, 32]);
    expect(await put(third, 1)).toMatch(/^507 The disk .* is full/); // of all
    const left = await readdir(join(folder, 'web/uploads'), { recursive: true, withFileTypes: true });
    expect(left.filter((file) => file.isFile())).toHaveLength(8);
  });

  it('keeps what was sent until it is answered, or for a message that may be sent again', async () => {
    const session = await open();
    const { id } = (await session.send('PUT', '/api/uploads', { body: 'scene' })).json();
    const sent = { id: 'message1', text: 'look', files: [{ id, name: 'a.tif' }] };
    await say(session, sent);
    const [message] = received;
    const taken = async () => {
      const file = message!.files[0]!;
      await adapter.download(file, join(folder, 'taken'), LIMIT, new AbortController().signal);
      return readFile(join(folder, 'taken'), 'utf8');
    };
    await (await adapter.post(message!)).finish({ ...reply([]), failure: { code: 'model-busy' } });
    expect(await taken()).toBe('scene');
    await (await adapter.post(message!)).finish({ ...reply([]), failure: { code: 'scene-unreadable' } });
    await expect(taken()).rejects.toThrow('That file is no longer here.');
    expect((await say(session, sent)).status).toBe(202);
  });

  it('looks first whether the disk has room', async () => {
    kept.spare.bytes = 99;
    const answer = await (await open()).send('PUT', '/api/uploads', { body: Buffer.alloc(100) });
    kept.spare.bytes = Number.POSITIVE_INFINITY;
    expect([answer.status, answer.json().code]).toEqual([507, 'disk-full']);
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
    expect(stream.events.map((e) => e.event)).toEqual(['event', 'progress', 'ready']);
    const said = stream.events[0]!.id!;
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
    expect(last.data).toMatchObject({ to: received[0]!.id, reply: { blocks: [words('37 %')] } });
    expect(Number(last.id)).toBeGreaterThan(Number(said));
    stream.close();

    const resumed = session.follow(THREAD, { 'last-event-id': said });
    await resumed.until((e) => e.event === 'ready');
    resumed.close();
    expect(resumed.events.map((e) => e.id)).toEqual([last.id, null]);
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

  it('says why a message could not be taken, and keeps nothing of it', async () => {
    await adapter.stop();
    adapter = kept.adapter(options);
    await adapter.start(async () => undefined);
    const session = await open();
    const refusals: [Error, number, string][] = [
      [new UserFacingError('rate-limited', 'That is enough for this hour.'), 429, 'That is enough for this hour.'],
      [Object.assign(new Error('write'), { code: 'ENOSPC' }), 507, expect.stringContaining('is full')],
      [new Error('no table at /srv/secret'), 500, expect.stringMatching(/^Something broke .* as [0-9a-f]{8}\. Trying/)],
    ];
    for (const [error, status, sentence] of refusals) {
      const accept = vi.spyOn(kept.turns, 'accept').mockRejectedValueOnce(error);
      const answer = await say(session, { id: 'message1', text: 'show vegetation' });
      accept.mockRestore();
      expect([answer.status, answer.json().error]).toEqual([status, sentence]);
    }
    expect((await session.send('POST', '/api/session')).json().threads).toEqual([]);
    // Sent again, it is taken.
    expect((await say(session, { id: 'message1', text: 'show vegetation' })).status).toBe(202);
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

  it('hands out the layers of a map, and tell no path', async () => {
    const session = await open();
    await say(session, { id: 'message1', text: 'show water' });
    const layer = async (name: string) => {
      const path = join(folder, name);
      await writeFile(path, name);
      return { name, path, mediaType: 'image/png', bytes: name.length };
    };
    const [artefact, ground, mask] = await Promise.all(['sheet.png', 'ground.png', 'mask.png'].map(layer));
    const map = {
      width: 2,
      height: 2,
      pixelSizeM: null,
      lonLat: null,
      ground: ground!,
      targets: [{ target: 'water', label: 'Water', color: '#000000', mask: mask!, regions: [] } as const],
    };
    await (await adapter.post(received[0]!)).finish(reply([{ kind: 'picture', artefact: artefact!, alt: '', map }]));
    const stream = session.follow(THREAD);
    const { data } = await stream.until((e) => e.data.kind === 'reply');
    stream.close();
    expect(JSON.stringify(data)).not.toContain(folder);
    type File = { id: string; name: string };
    type Picture = { artefact: File; map: { ground: File; targets: { mask: File }[] } };
    const [block] = (data.reply as { blocks: [Picture] }).blocks;
    const files = [block.artefact, block.map.ground, block.map.targets[0]!.mask];
    expect(new Set(files.map(({ id }) => id)).size).toBe(3);
    for (const { id, name } of files) {
      expect((await fetchFile(session, id)).body.toString()).toBe(name);
    }
    expect((await session.send('GET', '/ol.js')).status).toBe(200);
  });

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
    await start();

    const again = await openSession(adapter.url());
    const posted = await adapter.resume(message!, handle);
    await posted.finish(reply([words('37 %')]));
    const stream = again.follow(THREAD, { cookie: session.cookie });
    await stream.until((e) => e.event === 'ready');
    stream.close();
    expect(stream.events.map((e) => e.data.kind)).toEqual(['user', 'reply', undefined]);
  });

  it('are listed newest first, named by their first words and file, or as one likes', async () => {
    const session = await open();
    vi.useFakeTimers({ toFake: ['Date'], now: 1000 });
    await say(session, { id: 'message1', text: `find ${'x'.repeat(80)}` }, 'thread000001');
    vi.setSystemTime(2000);
    await say(session, { id: 'message1', demo: true, text: 'show water' }, 'thread000002');
    vi.setSystemTime(3000);
    await say(session, { id: 'message1', text: 'and water?' }, 'thread000003');
    vi.useRealTimers();
    await (await adapter.post(received[2]!)).finish(reply([words('done')]));
    const renamed = await session.send('PATCH', '/api/threads/thread000003', { body: { title: ' My lake ' } });
    expect(renamed.status).toBe(200);
    expect(await list(session)).toEqual([
      { id: 'thread000003', title: 'My lake', at: expect.any(Number), waiting: false },
      { id: 'thread000002', title: 'show water · demo-scene', at: 2000, waiting: true },
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
    // Answers that come too late bring nothing back.
    await posted.update({ stage: 'drawing', done: 0, total: 0 });
    await posted.finish(reply([words('stopped')]));
    expect(await list(session)).toEqual([]);
    const left = await readdir(join(folder, 'web'), { recursive: true, withFileTypes: true });
    expect(left.filter((f) => f.isFile()).map(({ name }) => name)).toEqual(['key']);
  });

  it('lose an upload after a day when it was never sent or has been taken, and not before it was taken', async () => {
    const session = await open();
    const add = async () => (await session.send('PUT', '/api/uploads', { body: 'raster' })).json().id as string;
    const [unsent, sent, taken] = [await add(), await add(), await add()];
    const files = [sent, taken].map((id) => ({ id, name: `${id}.tif` }));
    await say(session, { id: 'message1', text: 'look', files });
    const message = received[0]!;
    await adapter.download(message.files[1]!, join(folder, 'scene.tif'), LIMIT, new AbortController().signal);
    const at = (id: string) => join(folder, 'web/uploads', message.author.id, id === unsent ? '' : THREAD, id);
    const age = async (days: number) => {
      const time = Date.now() / 1000 - days * 86_400;
      for (const id of [unsent, sent, taken]) if (existsSync(at(id))) await utimes(at(id), time, time);
      await adapter.stop();
      await start();
      return [unsent, sent, taken].map((id) => existsSync(at(id)));
    };
    expect(await age(0.9)).toEqual([true, true, true]);
    expect(await age(1.1)).toEqual([false, true, false]);
    expect(await readFile(join(folder, 'scene.tif'), 'utf8')).toBe('raster');
  });

  it('lose their words when they are asked to forget, and go on', async () => {
    const session = await open();
    await say(session, { id: 'message1', text: 'show my secret place' });
    await (await adapter.post(received[0]!)).finish(reply([words('here it is')]));
    const before = session.follow(THREAD);
    const seen = (await before.until((e) => e.data.kind === 'reply')).id!;
    before.close();
    await say(session, { id: 'message2', text: 'forget everything' });
    await (await adapter.post(received[1]!)).finish(reply([words('1 scene deleted')], { forgotten: true }));
    const stream = session.follow(THREAD);
    await stream.until((e) => e.event === 'ready');
    stream.close();
    expect(stream.events.map((e) => e.data.kind)).toEqual(['reply', undefined]);
    expect(JSON.stringify(stream.events)).not.toContain('secret');

    // A page that saw what was said is told to begin anew.
    const resumed = session.follow(THREAD, { 'last-event-id': seen });
    await resumed.until((e) => e.event === 'ready');
    resumed.close();
    expect(resumed.events.map((e) => e.event)).toEqual(['reset', 'event', 'ready']);
  });

  it.each([
    'by a button of the page',
    'by asking',
  ])('lose what an earlier version kept of them in a file, %s', async (how) => {
    const session = await open();
    await say(session, { id: 'message1', text: 'forget everything' });
    const [, , id = ''] = received[0]!.conversation.split(':');
    const [mine, other] = [THREAD, 'thread000002'].map((thread) => join(folder, 'web/threads', id, `${thread}.jsonl`));
    await mkdir(join(folder, 'web/threads', id), { recursive: true });
    for (const path of [mine!, other!]) await writeFile(path, 'words');
    if (how === 'by asking')
      await (await adapter.post(received[0]!)).finish(reply([words('gone')], { forgotten: true }));
    else await session.send('DELETE', `/api/threads/${THREAD}`);
    expect([existsSync(mine!), existsSync(other!)]).toEqual([false, true]);
  });

  it('that nobody speaks in leave nothing', async () => {
    const session = await open();
    for (let n = 0; n < 20; n++) {
      const stream = session.follow(`junk${n}000000`);
      await stream.until((e) => e.event === 'ready');
      stream.close();
      await session.send('PATCH', `/api/threads/junk${n}000000`, { body: { title: 'x' } });
      await session.send('POST', `/api/threads/junk${n}000000/cancel`);
    }
    expect(await list(session)).toEqual([]);
    const junk = `SELECT * FROM title WHERE conversation LIKE '%junk%' UNION SELECT conversation, id FROM turn WHERE id LIKE '%junk%'`;
    expect(await kept.database.query(junk)).toEqual([]);
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
    const second = kept.adapter({ ...options, port, tries: 10 });
    await second.start(async () => undefined);
    const given = Number(new URL(second.url()).port);
    await second.stop();
    expect(given).toBeGreaterThan(port);
    expect(given).toBeLessThan(port + 10);
    await expect(kept.adapter({ ...options, port }).start(async () => undefined)).rejects.toMatchObject({
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
