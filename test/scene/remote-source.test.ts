import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { DEMO_SCENE } from '../../src/scene/demo/demo-scene.ts';
import { openScene } from '../../src/scene/open-scene.ts';
import { isPublicAddress, openRemoteSource, type RemoteOptions } from '../../src/scene/remote-source.ts';
import { tiffBytes } from './tiff-bytes.ts';

const HOST = 'sentinel-cogs.s3.us-west-2.amazonaws.com';
const URL_OF_FILE = `https://${HOST}/a/B04.tif`;

/** A server that knows ranges, and nothing else unless told. */
function server(bytes: Buffer, special: (url: URL, requests: number) => Response | null = () => null) {
  const ranges: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input));
    expect(init?.redirect).toBe('manual');
    const range = new Headers(init?.headers).get('range')!;
    ranges.push(range);
    const answer = special(url, ranges.length);
    if (answer) return answer;
    const [from, to] = /bytes=(\d+)-(\d+)/.exec(range)!.slice(1).map(Number) as [number, number];
    const part = bytes.subarray(from, to + 1);
    return new Response(new Uint8Array(part), {
      status: 206,
      headers: { 'content-range': `bytes ${from}-${from + part.length - 1}/${bytes.length}` },
    });
  };
  const options: RemoteOptions = { fetch, resolve: async () => ['52.218.1.2'] };
  return { ranges, options };
}

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));

describe('a file behind an address', () => {
  it('is read by ranges, in blocks that are kept, runs of them at once', async () => {
    const { ranges, options } = server(bytes);
    const source = await openRemoteSource(URL_OF_FILE, options);
    expect(source.size).toBe(300_000);
    expect([...new Uint8Array(await source.read(130_000, 5))]).toEqual(
      [130_000, 130_001, 130_002, 130_003, 130_004].map((i) => i % 251),
    );
    await source.read(131_000, 10);
    const part = Buffer.from(await source.read(100_000, 150_000));
    expect(part.equals(bytes.subarray(100_000, 250_000))).toBe(true);
    expect(Buffer.from(await source.read(299_998, 100)).equals(bytes.subarray(299_998))).toBe(true);
    expect((await source.read(300_000, 4)).byteLength).toBe(0);
    // 64 KiB blocks: the first, the second (130 000 lies in block 1), then 2 and 3 together, then the last.
    expect(ranges).toEqual(['bytes=0-65535', 'bytes=65536-131071', 'bytes=131072-262143', 'bytes=262144-299999']);
  });

  it('opens as a scene', async () => {
    const { options } = server(
      tiffBytes({
        width: 2,
        height: 1,
        type: 'uint8',
        bands: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      }),
    );
    const scene = await openScene(
      [{ name: 'B04.tif', path: URL_OF_FILE }],
      {},
      { remote: (address) => openRemoteSource(address, options) },
    );
    expect([...(await scene.readDn(2, { col: 0, row: 0, width: 2, height: 1 }))]).toEqual([5, 6]);
    await scene.close();
  });

  it('reads through the network what it reads from the disk', async () => {
    const file = await readFile(DEMO_SCENE.path);
    const http = createServer((request, response) => {
      const [from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range!)!.slice(1).map(Number) as [number, number];
      const part = file.subarray(from, to + 1);
      response.writeHead(206, { 'content-range': `bytes ${from}-${from + part.length - 1}/${file.length}` }).end(part);
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    // The name of a listed host, the server of this test: everything between is the platform's own.
    const fetch: typeof globalThis.fetch = (input, init) =>
      globalThis.fetch(String(input).replace(`https://${HOST}`, `http://127.0.0.1:${port}`), init);
    const remote = (address: string) => openRemoteSource(address, { fetch, resolve: async () => ['52.218.1.2'] });
    const far = await openScene([{ name: 'valley.tif', path: `https://${HOST}/valley.tif` }], {}, { remote });
    const near = await openScene([{ name: 'valley.tif', path: DEMO_SCENE.path }], {});
    const window = { col: 200, row: 300, width: 40, height: 30 };
    expect(far.info.bands).toEqual(near.info.bands);
    expect(far.info.grid).toEqual(near.info.grid);
    expect(await far.readAt([0, 3], window)).toEqual(await near.readAt([0, 3], window));
    await Promise.all([far.close(), near.close()]);
    http.close();
  });

  it.each([
    ['http', `http://${HOST}/a.tif`],
    ['a port', `https://${HOST}:8443/a.tif`],
    ['a password', `https://me:secret@${HOST}/a.tif`],
    ['another host', 'https://example.org/a.tif'],
    ['a host that only ends alike', `https://evil-${HOST}/a.tif`],
    ['a host that begins alike', `https://${HOST}.example.org/a.tif`],
    ['an address in numbers', 'https://169.254.169.254/latest/meta-data'],
    ['no address', 'https://'],
  ])('is refused for %s', async (_name, url) => {
    const { ranges, options } = server(bytes);
    await expect(openRemoteSource(url, options)).rejects.toMatchObject({ code: 'address-refused' });
    expect(ranges).toEqual([]);
  });

  it('may come from a host that the owner allows, subdomains with a dot', async () => {
    const { options } = server(bytes);
    await openRemoteSource('https://data.example.org/a.tif', { ...options, hosts: ['.example.org'] });
    await expect(
      openRemoteSource('https://badexample.org/a.tif', { ...options, hosts: ['.example.org'] }),
    ).rejects.toMatchObject({ code: 'address-refused' });
  });

  it('is refused when the name leads into a private network, even among public addresses', async () => {
    const { ranges, options } = server(bytes);
    const resolve = async () => ['52.218.1.2', '10.0.0.7'];
    await expect(openRemoteSource(URL_OF_FILE, { ...options, resolve })).rejects.toMatchObject({
      code: 'address-refused',
      reply: expect.stringContaining('it leads into a private network'),
    });
    expect(ranges).toEqual([]);
  });

  it('follows redirects along the list, and not off it', async () => {
    const to = (url: string) =>
      server(bytes, (at) =>
        at.pathname === '/a/B04.tif' ? new Response(null, { status: 302, headers: { location: url } }) : null,
      );
    await expect(openRemoteSource(URL_OF_FILE, to('/b.tif').options)).resolves.toMatchObject({ size: 300_000 });
    await expect(openRemoteSource(URL_OF_FILE, to('https://127.0.0.1/b.tif').options)).rejects.toMatchObject({
      code: 'address-refused',
    });
    await expect(openRemoteSource(URL_OF_FILE, to(URL_OF_FILE).options)).rejects.toMatchObject({
      code: 'download-failed',
      reply: expect.stringContaining('it redirects too often'),
    });
  });

  it.each([
    [404, 'there is no such file'],
    [403, 'it wants a login'],
    [200, 'it cannot send parts of files'],
    [503, 'it answers with status 503'],
  ])('fails in words for status %i', async (status, reason) => {
    const { options } = server(bytes, () => new Response('x', { status }));
    await expect(openRemoteSource(URL_OF_FILE, options)).rejects.toMatchObject({
      code: 'download-failed',
      reply: expect.stringContaining(reason),
    });
  });

  it('takes no more than it asked for', async () => {
    const { options } = server(
      bytes,
      () =>
        new Response(new Uint8Array(100_000), { status: 206, headers: { 'content-range': 'bytes 0-65535/300000' } }),
    );
    await expect(openRemoteSource(URL_OF_FILE, options)).rejects.toMatchObject({
      reply: expect.stringContaining('more than was asked for'),
    });
  });

  it('fails in words when nobody answers', async () => {
    const fetch = async () => {
      throw new TypeError('fetch failed');
    };
    const opening = openRemoteSource(URL_OF_FILE, { fetch, resolve: async () => ['52.218.1.2'] });
    await expect(opening).rejects.toMatchObject({
      code: 'download-failed',
      reply: expect.stringContaining('it does not answer'),
    });
  });
});

it.each([
  ['8.8.8.8', true],
  ['172.15.0.1', true],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['100.128.0.1', true],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['192.168.1.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['2a00:1450:4001::1', true],
  ['::1', false],
  ['::', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['::ffff:10.0.0.1', false],
  ['::ffff:8.8.8.8', true],
  ['64:ff9b::a00:1', false],
  ['2002:a00:1::', false],
  ['2001:db8::1', false],
  ['localhost', false],
])('%s is public: %s', (address, expected) => expect(isPublicAddress(address)).toBe(expected));
