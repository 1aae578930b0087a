import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJp2 } from '../../../src/scene/formats/jpeg2000/jp2-file.ts';
import { DEFAULT_LIMITS } from '../../../src/scene/limits.ts';
import type { ByteSource } from '../../../src/scene/sources/byte-source.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/scene');

const sourceOf = (bytes: Buffer): ByteSource => ({
  size: bytes.length,
  read: async (offset, length) =>
    new Uint8Array(bytes.subarray(offset, Math.min(bytes.length, offset + length))).buffer,
  close: async () => undefined,
});
const load = async (name: string) => readFile(join(FIXTURES, name));
const open = async (name: string) => openJp2(sourceOf(await load(name)), false, name, DEFAULT_LIMITS);

/** What the fixtures hold: 7 per row, 3 per column, 1000 per band. */
const plane = (band: number, col: number, row: number) => row * 7 + col * 3 + band * 1000 - 500;

describe('JPEG 2000', () => {
  it('reads five signed bands across tiles, in any order', async () => {
    const file = await open('five-bands-int16.jp2');
    expect([file.grid.width, file.grid.height, file.bands, file.type]).toEqual([100, 60, 5, 'int16']);
    // Tiles are 64 x 32: this window touches four of them.
    const window = { col: 62, row: 30, width: 4, height: 4 };
    const read = await file.readDn(0, [4, 0, 2], window);
    for (const [i, band] of [4, 0, 2].entries()) {
      const expected = Array.from({ length: 16 }, (_, k) => plane(band, 62 + (k % 4), 30 + Math.floor(k / 4)));
      expect([...read[i]!]).toEqual(expected);
    }
  });

  it.each(['five-bands-int16.jp2', 'gml.jp2'])('knows where %s lies', async (name) => {
    const { grid } = await open(name); // the first by GeoJP2, the second by GML alone
    expect(grid.transform).toEqual([10, 0, 500000, 0, -10, 5000000]);
    expect(grid.crs?.name).toBe('EPSG:32633');
  });

  it('reads reduced resolutions', async () => {
    const file = await open('levels.jp2');
    expect(file.levels).toEqual([
      { width: 512, height: 512 },
      { width: 256, height: 256 },
      { width: 128, height: 128 },
    ]);
    const [values] = await file.readDn(2, [0], { col: 10, row: 60, width: 1, height: 8 });
    // 80 above row 256, 180 below; a quarter of the size puts the edge at row 64.
    expect(Math.abs(values![0]! - 80)).toBeLessThanOrEqual(1);
    expect(Math.abs(values![7]! - 180)).toBeLessThanOrEqual(1);
  });

  it('decodes only the tiles that a window needs', async () => {
    const bytes = await load('five-bands-int16.jp2');
    const damaged = Buffer.from(bytes);
    damaged.fill(0xff, damaged.length - 200, damaged.length - 20); // in the last tile
    const file = await openJp2(sourceOf(damaged), false, 'x.jp2', DEFAULT_LIMITS);
    const [values] = await file.readDn(0, [0], { col: 0, row: 0, width: 2, height: 1 });
    expect([...values!]).toEqual([-500, -497]);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), 'its end is missing'],
    ['without a stream', (bytes: Buffer) => bytes.subarray(0, 80), 'it holds no JPEG 2000 stream'],
  ])('refuses a file that is %s', async (_name, cut, reason) => {
    const bytes = cut(await load('gml.jp2'));
    await expect(openJp2(sourceOf(bytes), false, 'x.jp2', DEFAULT_LIMITS)).rejects.toMatchObject({
      code: 'scene-unreadable',
      reply: expect.stringContaining(reason),
    });
  });

  it('says what a tile needs decoded: all components as 32-bit numbers, beside the result', async () => {
    const { decodedBytes } = await openJp2(sourceOf(await load('levels.jp2')), false, 'x.jp2', DEFAULT_LIMITS);
    expect(decodedBytes).toBe(256 * 256 * 6);
  });
});
