import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileLinks } from '../../src/chat/discord/file-links.ts';
import { requestUrl } from '../../src/chat/request-url.ts';
import { safeListener } from '../../src/chat/safe-listener.ts';
import { createSlackAdapter } from '../../src/chat/slack/adapter.ts';
import type { Memory } from '../../src/domain/memory.ts';
import { setLogLevel } from '../../src/log.ts';
import { KeptWeb } from '../fakes/kept-web.ts';
import { freePort } from './slack/setup.ts';

setLogLevel('silent');

let kept: KeptWeb;
const folder = mkdtempSync(join(tmpdir(), 'listeners-'));
const listeners: { name: string; port: number; stop: () => Promise<void> }[] = [];

beforeAll(async () => {
  const links = createFileLinks({ publicUrl: 'https://x.example', port: 0, key: Buffer.alloc(32), now: Date.now });
  listeners.push({ name: 'Discord file links', port: await links.start(), stop: links.stop });

  kept = await KeptWeb.open(join(folder, 'stores'));
  const uploads = { file: 1000, session: 9000, address: 9000, all: 9000 };
  const web = kept.adapter({ host: '127.0.0.1', port: 0, folder: join(folder, 'web'), uploads, demo: null });
  await web.start(async () => undefined);
  listeners.push({ name: 'web page', port: Number(new URL(web.url()).port), stop: web.stop });

  const port = await freePort();
  const secrets = { get: async () => null, put: async () => undefined, delete: async () => undefined };
  const slack = createSlackAdapter({
    connection: {
      mode: 'http',
      signingSecret: 'secret',
      port,
      access: { clientId: '1', clientSecret: '2', stateSecret: '3', secrets },
    },
    apiUrl: 'http://127.0.0.1:1/api/',
    memory: {} as Memory,
    inbox: { put: async () => undefined, done: async () => undefined, left: async () => [] },
    privacy: { retentionDays: 1, reader: null },
  });
  await slack.start(async () => undefined);
  listeners.push({ name: 'Slack over HTTP', port, stop: slack.stop });
});

afterAll(async () => {
  await Promise.all(listeners.map(({ stop }) => stop()));
  await kept.close();
  rmSync(folder, { recursive: true, force: true });
});

const TARGETS = [
  ...[
    '/',
    '//',
    '///',
    '/\\',
    '\\',
    '*',
    '?',
    '#',
    '.',
    '//x',
    '//[',
    '//@',
    '//:99999/',
    '/%',
    '/%00',
    '/%ff%fe',
    '/..',
  ],
  ...[
    'http://[',
    'http://',
    'http://:/',
    'http://a:99999999/',
    'http://x/',
    'https://%/',
    'ftp://x',
    'x:',
    ':',
    '@',
    '/?',
  ],
  ...[
    '/files/%',
    '/files/',
    `/files/${'A'.repeat(6000)}`,
    '/slack/events',
    '//slack/events',
    '/slack/events?%',
    '/SLACK/install',
  ],
  ...[
    '/slack/install?%',
    '/slack/oauth_redirect',
    '/slack/oauth_redirect?code=%&state=%ff',
    '/slack/oauth_redirect?error=x',
  ],
  ...[
    '/slack/oauth_redirect?code=1&state=2',
    '/api/',
    '/API/session',
    '//api/session',
    '/api//session',
    '/%61pi/session',
  ],
  ...[
    '/api/threads/%/events',
    '/api/threads/%ff/files/x',
    '/api/threads/__proto__/events',
    '/index.html/..',
    '/?token=%',
    '/?token[]=',
  ],
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND'];
const HEADERS = [
  '',
  'Cookie: =;;=;%;spex-chat=\u0001\r\n',
  'X-Slack-Signature: v0=00\r\nX-Slack-Request-Timestamp: NaN\r\nContent-Length: 2\r\n\r\n{}',
  'Content-Length: -1\r\n',
  'Transfer-Encoding: chunked\r\n\r\nZZ\r\n',
  'Expect: 200-maybe\r\n',
  'Upgrade: websocket\r\nConnection: Upgrade\r\n',
  'Range: bytes=9-1\r\nLast-Event-Id: x\r\nIf-None-Match: "\r\n',
  'Content-Type: application/json; charset=x\r\nContent-Length: 1\r\n\r\n{',
];
/** Each target and each method with each head, and what is hardly HTTP. */
const REQUESTS = [
  ...TARGETS.flatMap((target, i) => METHODS.map((method, j) => [method, target, HEADERS[(i + j) % HEADERS.length]!])),
].map(([method, target, headers]) => `${method} ${target} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
const HARDLY = [
  '\0\0\0\0\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  'GET /\r\n\r\n',
  '\x16\x03\x01\r\n',
];

/** The status line of the answer; empty when the connection is closed without one, or nothing comes. */
const exchange = (port: number, raw: string): Promise<string> =>
  new Promise((resolve) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => {
      // The web page knows its own name.
      socket.write(raw.replace('Host: x', `Host: 127.0.0.1:${port}`), 'latin1');
    });
    const end = () => {
      socket.destroy();
      resolve(said.split('\r\n')[0]!);
    };
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1');
      if (said.includes('\r\n')) end();
    });
    socket.on('error', end).on('close', end).setTimeout(400, end);
  });

describe.each([0, 1, 2])('listener %i', (which) => {
  it('survives every request, and breaks at none', async () => {
    const { port, name } = listeners[which]!;
    const broken: string[] = [];
    for (const raw of [...REQUESTS, ...HARDLY]) {
      const status = await exchange(port, raw);
      if (/ 500 /.test(status)) broken.push(raw.slice(0, 60));
    }
    expect(broken, name).toEqual([]);
    expect(await exchange(port, 'GET // HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request');
    expect(await exchange(port, 'GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 404 /);
  });
});

it.each([
  ['/a?b=1', '/a'],
  ['http://elsewhere/a', '/a'],
  ['//', null],
  ['//x/a', null],
  ['/\\x/a', null],
  ['/\\', null],
  ['*', null],
  ['http://[', null],
  [undefined, null],
])('reads the target %s', (target, path) => {
  expect(requestUrl(target)?.pathname ?? null).toBe(path);
});

it('answers 500 and goes on when a listener throws, at once or later', async () => {
  const server = createServer(
    safeListener((request, response) => {
      if (request.url === '/now') throw new Error('now');
      if (request.url === '/later') return Promise.reject(new Error('later'));
      response.end();
      response.write('too late');
    }),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const statuses = [];
  for (const target of ['/now', '/later', '/ended', '/now'])
    statuses.push((await exchange(port, `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)).split(' ')[1]);
  expect(statuses).toEqual(['500', '500', '200', '500']);
  await new Promise((done) => server.close(done));
});

it('refuses what Slack did not send before it holds it', async () => {
  const { port } = listeners[2]!;
  const post = (headers: string) => exchange(port, `POST /slack/events HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`);
  const signed = `X-Slack-Signature: v0=${'0'.repeat(64)}\r\nX-Slack-Request-Timestamp: ${Math.floor(Date.now() / 1000)}`;
  // Not a byte of these bodies has been sent when the answer comes.
  expect(await post('Content-Length: 50000')).toMatch(/ 401 /);
  expect(await post('Transfer-Encoding: chunked')).toMatch(/ 401 /);
  expect(await post(`${signed.replace('v0', 'v1')}\r\nContent-Length: 50000`)).toMatch(/ 401 /);
  expect(await post(`${signed.replace(/\d+$/, '1')}\r\nContent-Length: 50000`)).toMatch(/ 401 /);
  expect(await post(`${signed}\r\nContent-Length: 1048577`)).toMatch(/ 413 /);
  // This one may be Slack's: it is read.
  expect(await post(`${signed}\r\nContent-Length: 50000`)).toBe('');
});
