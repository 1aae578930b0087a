import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { type TiffSpec, tiffBytes, UTM33 } from '../scene/tiff-bytes.ts';
import type { Upload } from './sandbox.ts';
import { tiffOfBlocks } from './tiff-of-blocks.ts';

const SIDE = 64;
const wave = (band: number): number[] =>
  Array.from({ length: SIDE * SIDE }, (_, i) =>
    Math.round(120 + 100 * Math.sin((i % SIDE) / 9 + band) + ((i * 7919) % 13)),
  );
const METADATA = [0, 1, 2]
  .map((i) => `<Item name="DESCRIPTION" sample="${i}" role="description">B0${i + 2}</Item>`)
  .join('');
const SPEC: TiffSpec = {
  width: SIDE,
  height: SIDE,
  type: 'uint16',
  bands: [wave(0), wave(1), wave(2)],
  tags: { ...UTM33, 42112: `<GDALMetadata>${METADATA}</GDALMetadata>`, 42113: '0' },
};

/** Good files of every format and compression that is read, small enough to be mutated by the thousand. */
export async function goodFiles(): Promise<readonly Upload[]> {
  const fixture = (name: string) => readFile(join(import.meta.dirname, '../fixtures/scene', name));
  const pixels = Buffer.from(
    Array.from({ length: SIDE * SIDE }, (_, i) => [0, 1, 2].map((band) => wave(band)[i]! & 255)).flat(),
  );
  const picture = () => sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } });
  const block = (bytes: Uint8Array, compression: number, photometric: number): Buffer =>
    tiffOfBlocks([bytes], { 258: [8, 8, 8], 259: [compression], 262: [photometric], 277: [3] });
  const tiffs: readonly (readonly [string, Partial<TiffSpec>])[] = [
    ['plain', {}],
    ['tiled-deflate', { tile: 16, compression: 'deflate', predictor: 2 }],
    ['big-endian-lzw', { bigEndian: true, compression: 'lzw', rowsPerStrip: 8 }],
    ['bigtiff-planar', { bigTiff: true, planar: true, compression: 'deflate' }],
    ['packbits', { type: 'uint8', compression: 'packbits' }],
    ['float', { type: 'float32', compression: 'deflate', predictor: 3 }],
    ['overview', { next: { ...SPEC, width: 32, height: 32, bands: SPEC.bands.map((b) => b.slice(0, 1024)) } }],
  ];
  const jpeg = await picture().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer();
  return [
    ...tiffs.map(([name, more]) => ({ name: `${name}.tif`, bytes: tiffBytes({ ...SPEC, ...more }) })),
    { name: 'zstd.tif', bytes: tiffOfBlocks([zstdOf(pixels)], { 258: [8, 8, 8], 259: [50000], 262: [2], 277: [3] }) },
    { name: 'jpeg.tif', bytes: block(jpeg, 7, 6) },
    { name: 'webp.tif', bytes: block(await picture().webp({ lossless: true }).toBuffer(), 50001, 2) },
    { name: 'lerc-nan.tif', bytes: await fixture('lerc-nan.tif') },
    { name: 'lerc-alpha.tif', bytes: await fixture('lerc-alpha.tif') },
    { name: 'gml.jp2', bytes: await fixture('gml.jp2') },
    { name: 'levels.jp2', bytes: await fixture('levels.jp2') },
    { name: 'a.png', bytes: await picture().png().toBuffer() },
    { name: 'interlaced.png', bytes: await picture().png({ progressive: true, palette: true }).toBuffer() },
    { name: 'a.jpg', bytes: jpeg },
    { name: 'progressive.jpg', bytes: await picture().jpeg({ progressive: true }).toBuffer() },
    { name: 'a.webp', bytes: await picture().webp().toBuffer() },
    { name: 'bands.zip', bytes: zipSync({ 'S2_B04.tif': tiffBytes(SPEC), 'S2_B08.tif': tiffBytes(SPEC) }) },
  ];
}

/** One Zstandard frame (RFC 8878) of one block, as it is. */
function zstdOf(bytes: Uint8Array): Buffer {
  const head = Buffer.from('28b52ffda000000000000000', 'hex');
  head.writeUInt32LE(bytes.length, 5);
  head.writeUIntLE(bytes.length * 8 + 1, 9, 3);
  return Buffer.concat([head, bytes]);
}

/** Numbers that multiply badly. */
const ODD = [0, 1, 2, 7, 8, 255, 256, 32_767, 65_535, 65_536, 0x7fffffff, 0x80000000, 0xffffffff, 1e6, 1e8, 1e9];

/** The file with some of it changed: bits, the head, a run of bytes, its end, pieces twice or left out, numbers of its tags. */
export function mutate(good: Uint8Array, random: () => number): Buffer {
  const bytes = Buffer.from(good);
  const below = (n: number): number => Math.floor(random() * n);
  const at = below(bytes.length);
  const length = 1 + below(200);
  switch (below(tagsOf(bytes).length > 0 ? 9 : 5)) {
    case 0:
      for (let i = 0; i <= below(16); i++) bytes[below(bytes.length)]! ^= 1 << below(8);
      return bytes;
    case 1:
      for (let i = 0; i <= below(6); i++)
        bytes[below(Math.min(bytes.length, 400))] = [0, 255, 127, 128, below(256)][below(5)]!;
      return bytes;
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return bytes.fill([0, 255, below(256)][below(3)]!, at, Math.min(bytes.length, at + length));
    case 4:
      return Buffer.concat([
        bytes.subarray(0, at),
        bytes.subarray(random() < 0.5 ? at + length : Math.max(0, at - length)),
      ]);
    default:
      for (let i = 0; i <= below(3); i++) changeTag(bytes, tagsOf(bytes), below);
      return bytes;
  }
}

/** Where the entries of a classic little-endian TIFF's first directory lie. */
function tagsOf(bytes: Buffer): number[] {
  if (bytes.length < 8 || bytes.readUInt32LE(0) !== 0x002a4949) return [];
  const directory = bytes.readUInt32LE(4);
  if (directory + 2 > bytes.length) return [];
  const entries = Array.from({ length: bytes.readUInt16LE(directory) }, (_, i) => directory + 2 + i * 12);
  return entries.filter((entry) => entry + 12 <= bytes.length);
}

function changeTag(bytes: Buffer, entries: readonly number[], below: (n: number) => number): void {
  if (entries.length === 0) return;
  const entry = entries[below(entries.length)]!;
  const value = ODD[below(ODD.length)]!;
  const other = bytes.readUInt16LE(entries[below(entries.length)]!);
  switch (below(4)) {
    case 0:
      bytes.writeUInt16LE(1 + below(18), entry + 2);
      break;
    case 1:
      bytes.writeUInt32LE(value, entry + 4);
      break;
    case 2:
      bytes.writeUInt32LE(value, entry + 8);
      break;
    default:
      bytes.writeUInt16LE(other, entry);
  }
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
