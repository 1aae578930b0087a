import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPictureHeader } from '../../../src/scene/formats/decode-picture.ts';
import type { BlockShape } from '../../../src/scene/formats/tiff/block-shape.ts';
import { readJpegHeader } from '../../../src/scene/formats/tiff/jpeg-header.ts';
import { decodeBlock } from '../../../src/scene/formats/tiff/tiff-codecs.ts';
import { lercBlob } from '../../fuzz/bombs.ts';

/** The last strip of 4 × 3 bytes, where the others have 4 rows. */
const SHAPE: BlockShape = {
  width: 4,
  height: 3,
  paddedHeight: 4,
  samples: 1,
  bitsPerSample: 8,
  photometric: 1,
  jpegTables: null,
  lercParameters: [4, 0],
};
const rows = (count: number): Buffer => Buffer.from(Array.from({ length: 4 * count }, (_, i) => i));
/** As it is, in the form of each compression. */
const FORMS: readonly (readonly [string, number, (bytes: Buffer) => Uint8Array])[] = [
  ['Deflate', 8, (bytes) => deflateSync(bytes)],
  ['PackBits', 32773, (bytes) => Buffer.concat([Buffer.of(bytes.length - 1), bytes])],
  ['LZW', 5, (bytes) => lzw([256, ...bytes, 257])],
  [
    'Zstandard',
    50000,
    (bytes) =>
      Buffer.concat([Buffer.from('28b52ffd20', 'hex'), Buffer.of(bytes.length, bytes.length * 8 + 1, 0, 0), bytes]),
  ],
];

/** Codes of 9 bits, which few bytes need. */
function lzw(codes: readonly number[]): Buffer {
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  return Buffer.from(bits.match(/.{1,8}/g)!.map((octet) => Number.parseInt(octet.padEnd(8, '0'), 2)));
}

describe.each(FORMS)('%s', (_name, compression, pack) => {
  const decode = (count: number) => decodeBlock(pack(rows(count)), compression, SHAPE);

  it('fills exactly its block, or the padded rows of a last strip', async () => {
    expect(Buffer.from(await decode(3))).toEqual(rows(3));
    expect(Buffer.from(await decode(4))).toEqual(rows(3));
  });

  it.each([1, 2, 8])('of %i rows is damaged', async (count) => {
    await expect(decode(count)).rejects.toThrow();
  });

  it('of far more bytes than the block is not looked at', async () => {
    const long = Buffer.concat([pack(rows(3)), Buffer.alloc(70_000)]);
    await expect(decodeBlock(long, compression, SHAPE)).rejects.toThrow('longer than it can be');
  });
});

describe('a block that is a picture', () => {
  const colour = { ...SHAPE, width: 16, height: 16, paddedHeight: 16, samples: 3, photometric: 2 };
  const of = (width: number, height: number, channels: 1 | 3 = 3) =>
    sharp(Buffer.alloc(width * height * channels, 90), { raw: { width, height, channels } });

  it.each([
    ['JPEG', 7, (width: number, height: number) => of(width, height).jpeg().toBuffer()],
    ['WebP', 50001, (width: number, height: number) => of(width, height).webp({ lossless: true }).toBuffer()],
  ] as const)('%s has its size', async (_name, compression, make) => {
    expect((await decodeBlock(await make(16, 16), compression, colour)).length).toBe(768);
    await expect(decodeBlock(await make(16, 8), compression, colour)).rejects.toThrow('16 x 8 px, not 16 x 16');
    await expect(decodeBlock(await make(24, 16), compression, colour)).rejects.toThrow('24 x 16 px');
  });

  it('and its channels', async () => {
    const gray = await of(16, 16, 1).toColourspace('b-w').jpeg().toBuffer();
    expect((await decodeBlock(gray, 7, { ...colour, samples: 1, photometric: 1 })).length).toBe(256);
    await expect(decodeBlock(gray, 7, colour)).rejects.toThrow('1 channels, not 3');
  });

  it('and is what it is said to be: no drawing, no other format', async () => {
    const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"/>');
    const hidden = Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBP'), drawing]);
    for (const bytes of [drawing, await of(16, 16).png().toBuffer(), hidden]) {
      await expect(decodeBlock(bytes, 50001, colour)).rejects.toThrow();
      await expect(readPictureHeader(bytes, 'webp')).rejects.toThrow();
    }
  });
});

describe('LERC', () => {
  const real = { ...SHAPE, width: 8, height: 8, paddedHeight: 8, bitsPerSample: 32 };

  it('fills its block', async () => {
    const bytes = await decodeBlock(lercBlob(8, 8), 34887, real);
    expect([...new Float32Array(bytes.buffer, bytes.byteOffset, 64)]).toEqual(Array(64).fill(7));
  });

  it('is compared with its block before it is decoded', async () => {
    await expect(decodeBlock(lercBlob(8, 9), 34887, real)).rejects.toThrow('a LERC block is 8 x 9 px');
  });

  it.each([
    ['another size', lercBlob(8, 9), real],
    ['a size that is not in its bytes', lercBlob(46_000, 46_000), real],
    ['another type', lercBlob(8, 8), { ...real, bitsPerSample: 64 }],
    ['another number of bands', lercBlob(8, 8), { ...real, samples: 2 }],
    ['its end missing', lercBlob(8, 8).subarray(0, 40), real],
    ['Deflate around far too much', deflateSync(Buffer.alloc(2 ** 22)), { ...real, lercParameters: [4, 1] }],
    ['packed as nobody knows', lercBlob(8, 8), { ...real, lercParameters: [4, 9] }],
  ])('is damaged with %s', async (_name, bytes, shape) => {
    await expect(decodeBlock(bytes, 34887, shape)).rejects.toThrow();
  });
});

describe('what a picture needs decoded', () => {
  const photo = sharp(Buffer.alloc(40 * 30 * 3), { raw: { width: 40, height: 30, channels: 3 } });
  const whole = 40 * 30 * 3;

  it.each([
    ['PNG', 'png', () => photo.clone().png(), whole],
    ['interlaced PNG', 'png', () => photo.clone().png({ progressive: true }), whole * 2],
    ['JPEG', 'jpeg', () => photo.clone().jpeg(), whole],
    ['JPEG of several passes', 'jpeg', () => photo.clone().jpeg({ progressive: true }), whole * 3],
    ['WebP', 'webp', () => photo.clone().webp(), whole * 2],
  ] as const)('%s', async (_name, format, make, expected) => {
    const header = await readPictureHeader(await make().toBuffer(), format);
    expect(header).toMatchObject({ width: 40, height: 30, bands: 3, decodedBytes: expected });
  });

  it('counts the passes of a JPEG, jumping over what looks like one', async () => {
    const plain = await photo
      .clone()
      .jpeg()
      .withExif({ IFD0: { ImageDescription: '\xff\xda\xff\xd9' } })
      .toBuffer();
    expect(readJpegHeader(plain)).toEqual({ width: 40, height: 30, components: 3, scans: 1 });
    expect(readJpegHeader(await photo.clone().jpeg({ progressive: true }).toBuffer()).scans).toBeGreaterThan(3);
    const scan = Buffer.from([0xff, 0xda, 0, 2]);
    const many = (count: number) =>
      Buffer.concat([plain.subarray(0, -2), ...Array<Buffer>(count).fill(scan), plain.subarray(-2)]);
    expect(readJpegHeader(many(99)).scans).toBe(100);
    expect(() => readJpegHeader(many(100))).toThrow('more passes than any JPEG');
    expect(() => readJpegHeader(plain.subarray(0, 100))).toThrow('holds no JPEG picture');
  });
});
