import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WebAdapter, WebOptions } from '../../../src/chat/web/adapter.ts';
import { setLogLevel } from '../../../src/log.ts';
import { KeptWeb } from '../../fakes/kept-web.ts';
import { freePort } from '../slack/setup.ts';
import { openSession, send } from './page-client.ts';

setLogLevel('silent');

let stores: string;
let kept: KeptWeb;
beforeAll(async () => {
  stores = mkdtempSync(join(tmpdir(), 'session-stores-'));
  kept = await KeptWeb.open(stores);
});
afterAll(async () => {
  await kept.close();
  rmSync(stores, { recursive: true });
});

const folders: string[] = [];
const running: WebAdapter[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((adapter) => adapter.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const newFolder = (): string => {
  folders.push(mkdtempSync(join(tmpdir(), 'sessions-')));
  return folders.at(-1)!;
};

async function start(options: Partial<WebOptions> = {}): Promise<WebAdapter> {
  const uploads = { file: 1000, session: 9000, address: 9000, all: 9000 };
  const adapter = kept.adapter({ host: '127.0.0.1', port: 0, folder: newFolder(), uploads, demo: null, ...options });
  await adapter.start(async () => undefined);
  running.push(adapter);
  return adapter;
}

const SENTENCE = {
  code: 'token-wanted',
  error:
    'This page wants a token. Open the address that spex-chat printed when it started (it ends in ?token=…), or set WEB_TOKEN.',
};
const cookieIn = (answer: { headers: Record<string, unknown> }): string =>
  String(answer.headers['set-cookie']).split(';')[0]!;
const sessionWith = (adapter: WebAdapter, headers: Record<string, string>) =>
  send(new URL('/', adapter.url()).href, 'POST', '/api/session', { headers });
const upload = (adapter: WebAdapter, cookie: string) =>
  send(adapter.url(), 'PUT', '/api/uploads', { headers: { cookie }, body: 'x' });

describe('sessions', () => {
  it('are those that we have issued, over restarts', async () => {
    const folder = newFolder();
    const first = await start({ folder });
    const { cookie } = await openSession(first.url());
    expect((await upload(first, cookie)).status).toBe(201);
    expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600);
    await first.stop();
    const second = await start({ folder });
    expect((await upload(second, cookie)).status).toBe(201);

    const [name, value] = cookie.split('=') as [string, string];
    const other = value.startsWith('A') ? 'B' : 'A';
    const forged = [
      `${name}=`,
      `${name}=${'0'.repeat(64)}`,
      `spex-chat=${'0'.repeat(64)}`,
      `${name}=${other}${value.slice(1)}`,
    ];
    for (const cookie of forged) expect([cookie, (await upload(second, cookie)).status]).toEqual([cookie, 401]);
  });

  it('do not get in the way of another bot on the same machine', async () => {
    const [one, two] = [await start(), await start()];
    const cookies = [await openSession(one.url()), await openSession(two.url())].map(({ cookie }) => cookie);
    expect(cookies[0]!.split('=')[0]).not.toBe(cookies[1]!.split('=')[0]);
    const both = cookies.join('; ');
    expect([(await upload(one, both)).status, (await upload(two, both)).status]).toEqual([201, 201]);
    const renamed = `${cookies[1]!.split('=')[0]}=${cookies[0]!.split('=')[1]}`;
    expect((await upload(two, renamed)).status).toBe(401);
  });

  it('of the time before cookies were sealed go on, when they have said something', async () => {
    const folder = newFolder();
    const secret = 'ab'.repeat(32);
    const session = createHash('sha256').update(secret).digest('hex').slice(0, 32);
    await kept.turns.accept({
      id: 'm',
      conversation: `web:local:${session}:thread000001`,
      platform: 'web',
      author: { id: session, name: 'web' },
      text: 'hello',
      files: [],
      sentAt: 5,
    });
    const adapter = await start({ folder });
    const known = await sessionWith(adapter, { cookie: `spex-chat=${secret}` });
    expect((known.json().threads as { id: string }[]).map(({ id }) => id)).toEqual(['thread000001']);
    const again = await sessionWith(adapter, { cookie: cookieIn(known) });
    expect(again.json().threads).toEqual(known.json().threads);
    const unknown = await sessionWith(adapter, { cookie: `spex-chat=${'cd'.repeat(32)}` });
    expect(unknown.json().threads).toEqual([]);
  });
});

describe('a page that others can reach', () => {
  it('wants the printed token once, and knows the browser by its cookie then', async () => {
    const folder = newFolder();
    const adapter = await start({ folder, host: '0.0.0.0' });
    expect(adapter.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
    const token = new URL(adapter.url()).searchParams.get('token')!;
    expect(readFileSync(join(folder, 'key')).toString('latin1')).not.toContain(token);

    for (const path of [
      '/api/session',
      '/api/session?token=',
      `/api/session?token=${token}x`,
      '/api/session?token[]=x',
    ]) {
      const refused = await send(adapter.url(), 'POST', path);
      expect([path, refused.status, refused.json()]).toEqual([path, 401, SENTENCE]);
      expect(refused.headers['set-cookie']).toBeUndefined();
    }
    expect((await send(adapter.url(), 'PUT', '/api/uploads', { body: 'x' })).status).toBe(401);
    expect((await send(adapter.url(), 'GET', '/?token=wrong')).headers['set-cookie']).toBeUndefined();

    const page = await send(adapter.url(), 'GET', `/?token=${token}`);
    expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
    expect((await sessionWith(adapter, { cookie: cookieIn(page) })).status).toBe(200);
    expect((await upload(adapter, cookieIn(page))).status).toBe(201);

    const port = Number(new URL(adapter.url()).port);
    const before = adapter.url();
    await adapter.stop();
    const restarted = await start({ folder, host: '0.0.0.0', port });
    expect(restarted.url()).toBe(before);
    expect((await upload(restarted, cookieIn(page))).status).toBe(201);
    await restarted.stop();
    // Another token ends what was begun with this one, and so does none.
    const changed = await start({ folder, host: '0.0.0.0', token: 'another token of the test' });
    expect((await upload(changed, cookieIn(page))).status).toBe(401);
  });

  it('is served behind https with cookies that never leave it', async () => {
    const publicUrl = 'https://spex.example.org';
    const port = await freePort();
    const adapter = await start({ port, publicUrl, token: 'the token of the test' });
    const headers = { host: 'spex.example.org', origin: publicUrl, 'sec-fetch-site': 'same-origin' };
    const local = `http://127.0.0.1:${port}`;
    expect(adapter.url()).toBe('https://spex.example.org/?token=the%20token%20of%20the%20test');
    expect((await send(local, 'POST', '/api/session', { headers })).status).toBe(401);
    const page = await send(local, 'GET', '/?token=the+token+of+the+test', { headers });
    expect(String(page.headers['set-cookie'])).toMatch(
      /^__Host-spex-chat-[0-9a-f]{8}=[\w-]+; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Strict; Secure$/,
    );
    const known = await send(local, 'POST', '/api/session', { headers: { ...headers, cookie: cookieIn(page) } });
    expect(known.status).toBe(200);
  });

  it.each([
    ['127.0.0.1', false],
    ['localhost', false],
    ['0.0.0.0', true],
  ])('is not asked for at %s: %s', async (host, wanted) => {
    const { search } = new URL((await start({ host })).url());
    expect(search !== '').toBe(wanted);
  });
});

describe('calls from other pages', () => {
  it.each([
    '/api/session',
    '/API/session',
    '/Api/session',
    '//api/session',
    '/%61pi/session',
    '/api//session',
    '/api/session/',
  ])('are refused or lead nowhere at %s', async (path) => {
    const adapter = await start();
    const headers = { 'sec-fetch-site': 'same-site', host: new URL(adapter.url()).host };
    // Not through URL, which would take the two slashes for a host.
    const answer = await send(adapter.url(), 'POST', path, { headers });
    expect([400, 403, 404]).toContain(answer.status);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});
