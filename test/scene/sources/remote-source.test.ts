import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { DEMO_SCENE } from '../../../src/scene/demo/demo-scene.ts';
import { openScene } from '../../../src/scene/open-scene.ts';
import { isPublicAddress, openRemoteSource, type RemoteOptions } from '../../../src/scene/sources/remote-source.ts';
import { tiffBytes } from '../tiff-bytes.ts';

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
    ['an address that cannot be', 'https://999.999.999.999/a.tif'],
    ['a port that cannot be', 'https://a:99999999/a.tif'],
    ['a name that cannot be', 'https://xn--/a.tif'],
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

  it('is refused when the name leads into a private network, even among public addresses, at every dialling', async () => {
    let asked = 0;
    const resolve = async () => (asked++ === 0 ? ['52.218.1.2', '10.0.0.7'] : ['127.0.0.1']);
    for (let i = 0; i < 2; i++) {
      await expect(openRemoteSource(URL_OF_FILE, { resolve })).rejects.toMatchObject({
        code: 'address-refused',
        reply: expect.stringContaining('it leads into a private network'),
      });
    }
    expect(asked).toBe(2);
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
    for (const nowhere of ['https://[', `http://${HOST}/a.tif`]) {
      await expect(openRemoteSource(URL_OF_FILE, to(nowhere).options)).rejects.toMatchObject({
        code: 'address-refused',
      });
    }
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

  describe('that is large', () => {
    const [KIB, MIB] = [2 ** 10, 2 ** 20];
    /** 600 MiB of zeros, made as they are asked for. */
    const opened = async () => {
      const asked: [from: number, to: number][] = [];
      const fetch: typeof globalThis.fetch = async (_url, init) => {
        const [from, to] = /(\d+)-(\d+)/.exec(new Headers(init?.headers).get('range')!)!.slice(1).map(Number) as [
          number,
          number,
        ];
        asked.push([from, to + 1]);
        const headers = { 'content-range': `bytes ${from}-${to}/${600 * MIB}` };
        return new Response(new Uint8Array(to + 1 - from), { status: 206, headers });
      };
      const source = await openRemoteSource(URL_OF_FILE, { fetch });
      asked.length = 0;
      return { source, asked };
    };

    it('is kept in part: the header and what came last, 32 MiB in all', async () => {
      const { source, asked } = await opened();
      for (let at = 8; at < 48; at += 8) await source.read(at * MIB, 8 * MIB);
      asked.length = 0;
      // 511 blocks of 64 KiB besides the header: all from 16 MiB + 64 KiB on.
      await source.read(16 * MIB + 64 * KIB, 64 * KIB);
      await source.read(48 * MIB - 64 * KIB, 64 * KIB);
      await source.read(0, 64 * KIB);
      expect(asked).toEqual([]);
      await source.read(16 * MIB, 64 * KIB);
      expect(asked).toEqual([[16 * MIB, 16 * MIB + 64 * KIB]]);
    });

    it('may send 512 MiB for one scene, and not more', async () => {
      const { source, asked } = await opened();
      for (let at = 0; at < 512; at += 8) await source.read(at * MIB, 8 * MIB);
      const refused = { code: 'download-failed', reply: expect.stringContaining('too many bytes') };
      await expect(source.read(512 * MIB, 1)).rejects.toMatchObject(refused);
      expect(asked.at(-1)).toEqual([512 * MIB, 512 * MIB + 64 * KIB]);
    });

    it('is not asked for more than that at once', async () => {
      const { source, asked } = await opened();
      const refused = { code: 'download-failed', reply: expect.stringContaining('too many bytes') };
      await expect(source.read(0, 512 * MIB + 1)).rejects.toMatchObject(refused);
      expect(asked).toEqual([]);
    });
  });

  describe('says so, and invents no pixels, when the server', () => {
    type Change = { cut?: number; late?: number; move?: number; size?: number; headers?: Record<string, string> };
    /** Good at first, then with something changed. */
    const opened = (change: Change, first: Change = {}) => {
      let asked = 0;
      const fetch: typeof globalThis.fetch = async (_url, init) => {
        const [from, to] = /(\d+)-(\d+)/.exec(new Headers(init?.headers).get('range')!)!.slice(1).map(Number) as [
          number,
          number,
        ];
        const {
          cut = 0,
          late = 0,
          move = 0,
          size = bytes.length,
          headers = { etag: '"1"' },
        } = asked++ === 0 ? first : change;
        const part = new Uint8Array(bytes.subarray(from + late, to + 1 - cut));
        const range = `bytes ${from + late + move}-${from + late + move + part.length + cut - 1}/${size}`;
        return new Response(part, { status: 206, headers: { 'content-range': range, ...headers } });
      };
      return openRemoteSource(URL_OF_FILE, { fetch });
    };
    const read = async (change: Change, first?: Change) => (await opened(change, first)).read(60_000, 20_000);

    it.each<[string, string, Change, Change?]>([
      ['sends less than it said', 'it broke off', { cut: 1 }],
      ['sends nothing', 'it broke off', { cut: 65_536 }],
      ['sends another part', 'another part of the file', { move: 1 }],
      ['begins later than it was asked to', 'another part of the file', { late: 1 }],
      ['has a longer file now', 'the file changed while I was reading it', { size: 900_000 }],
      ['has another version now', 'the file changed while I was reading it', { headers: { etag: '"2"' } }],
      ['says no version any more', 'the file changed while I was reading it', { headers: {} }],
      [
        'has a younger file now',
        'the file changed while I was reading it',
        { headers: { 'last-modified': 'Tue, 02 Jan 2024 00:00:00 GMT' } },
        { headers: { 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' } },
      ],
    ])('%s', async (_name, reason, change, first) => {
      await expect(read(change, first)).rejects.toMatchObject({
        code: 'download-failed',
        reply: expect.stringContaining(reason),
      });
    });

    it.each([
      ['claims a length that no image has', 2 ** 53 - 1, 'a length that no image has'],
      ['claims no length', Number.NaN, 'how long the file is'],
    ])('%s', async (_name, size, reason) => {
      await expect(opened({}, { size })).rejects.toMatchObject({ reply: expect.stringContaining(reason) });
    });

    it('and reads on where all is well', async () => {
      expect(Buffer.from(await read({})).equals(bytes.subarray(60_000, 80_000))).toBe(true);
    });

    it('knows the file again by address, version and size', async () => {
      const { identity } = await opened({});
      expect(identity).toMatch(/^[0-9a-f]{64}$/);
      expect((await opened({})).identity).toBe(identity);
      expect((await opened({}, { headers: { etag: '"2"' } })).identity).not.toBe(identity);
    });
  });

  it('is refused when it changed since the scene was first read, and is another scene when it is sent again', async () => {
    const image = tiffBytes({ width: 2, height: 1, type: 'uint8', bands: [[1, 2]] });
    const range = `bytes 0-${image.length - 1}/${image.length}`;
    const version = (etag: string) =>
      server(
        image,
        () => new Response(new Uint8Array(image), { status: 206, headers: { 'content-range': range, etag } }),
      ).options;
    const open = (files: { name: string; path: string }[], etag: string) =>
      openScene(files, {}, { remote: (address) => openRemoteSource(address, version(etag)) });
    const file = { name: 'B04.tif', path: URL_OF_FILE };
    const { info } = await open([file], '"1"');
    expect((await open([...info.files], '"1"')).info.id).toBe(info.id);
    expect((await open([file], '"2"')).info.id).not.toBe(info.id);
    await expect(open([...info.files], '"2"')).rejects.toMatchObject({
      code: 'scene-unreadable',
      reply: expect.stringContaining('has changed since I first read it'),
    });
  });

  it.each([
    ['data.example.org', true],
    ['.example.org', true],
    ['example.org', false],
    ['.data.example.org', false],
  ])('an owner who allows %j allows data.example.org: %s', async (row, allowed) => {
    const { options } = server(bytes);
    const opening = openRemoteSource('https://data.example.org/a.tif', { ...options, hosts: [row] });
    if (allowed) await expect(opening).resolves.toMatchObject({ size: 300_000 });
    else await expect(opening).rejects.toMatchObject({ code: 'address-refused' });
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
