import { deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';
import type { Upload } from './sandbox.ts';
import { tiffOfBlocks } from './tiff-of-blocks.ts';

export interface Bomb {
  readonly name: string;
  /** `refused` in words, or `read`: what is hostile in it is not looked at. */
  readonly ends: 'refused' | 'read';
  readonly make: () => readonly Upload[];
}

const one = (name: string, make: () => Uint8Array, ends: Bomb['ends'] = 'refused', file = 'bomb.tif'): Bomb => ({
  name,
  ends,
  make: () => [{ name: file, bytes: make() }],
});
const zeros = (length: number): Buffer => deflateSync(Buffer.alloc(length), { level: 9 });
const double = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return { type: 12, count: 1, bytes };
};
const image = (width: number, height: number, rows = height) => ({ 256: [width], 257: [height], 278: [rows] });
const plain = Buffer.alloc(4096, 7);
const good = (): Buffer => tiffOfBlocks([plain]);

const TAGS: readonly Bomb[] = [
  one('100000² in one strip', () => tiffOfBlocks([zeros(1000)], { ...image(1e5, 1e5), 259: [8] })),
  one('a strip of 512 MiB', () => tiffOfBlocks([zeros(2 ** 29)], { ...image(2 ** 15, 2 ** 14), 259: [8] })),
  one('5·10⁷ bands without pixels', () => tiffOfBlocks([], { ...image(1, 1), 277: [5e7], 273: [0], 279: [0] })),
  one('4·10⁹ bands without pixels', () => tiffOfBlocks([], { ...image(1, 1), 277: [4e9], 273: [0], 279: [0] })),
  one('a width that is no number', () => tiffOfBlocks([plain], { 256: double(Number.NaN) })),
  one('a width and a half', () => tiffOfBlocks([plain], { 256: double(4.5), 257: double(4.5) })),
  one('bands that are no number', () => tiffOfBlocks([plain], { 277: double(Number.NaN) })),
  one('samples of 0 bits', () => tiffOfBlocks([plain], { ...image(1e5, 1e5), 258: [0] })),
  one('samples of -8 bits', () => tiffOfBlocks([plain], { 258: double(-8) })),
  one('rows that cannot be split', () => {
    const strips = Math.ceil(2e9 / 2_000_003);
    return tiffOfBlocks([Buffer.alloc(64)], {
      ...image(10, 2e9, 2_000_003),
      273: Array(strips).fill(8),
      279: Array(strips).fill(1),
    });
  }),
  one('four million offsets of one strip', () =>
    tiffOfBlocks([plain], { 273: Array(4e6).fill(8), 279: Array(4e6).fill(1) }),
  ),
  one('tiles of one pixel', () =>
    tiffOfBlocks([plain], {
      ...image(512, 512),
      322: [1],
      323: [1],
      324: Array(2 ** 18).fill(8),
      325: Array(2 ** 18).fill(1),
    }),
  ),
  one('a tile of 2³¹ pixels a side', () =>
    tiffOfBlocks([plain], { 259: [8], 322: [2 ** 31], 323: [2 ** 31], 324: [8], 325: [64] }),
  ),
  one('a strip where a number of bytes is negative', () => tiffOfBlocks([plain], { 279: double(-4096) })),
  one(
    'a thousand bands of 400²',
    () =>
      tiffOfBlocks([zeros(160_000_000)], {
        ...image(400, 400),
        258: Array(1000).fill(8),
        259: [8],
        277: [1000],
      }),
    'read',
  ),
  one('a colour table of another size', () => tiffOfBlocks([plain], { 262: [3], 320: Array(9).fill(1) })),
  one(
    'one GeoKey a thousand times, of a megabyte',
    () =>
      tiffOfBlocks([plain], {
        34735: [1, 1, 0, 16_000, ...Array.from({ length: 16_000 }, () => [1026, 34737, 60_000, 0]).flat()],
        34737: 'a|'.repeat(500_000),
      }),
    'read',
  ),
];

const pack = (compression: number, bytes: Uint8Array, tags = {}): Buffer =>
  tiffOfBlocks([bytes], { 259: [compression], ...tags });

/** Zstandard frame (RFC 8878) that states a size of four bytes, or none; its blocks repeat one byte. */
function zstdFrame(size: number | null, blocks: readonly number[]): Buffer {
  const header = Buffer.from(size === null ? '28b52ffd0058' : '28b52ffda000000000', 'hex');
  if (size !== null) header.writeUInt32LE(size, 5);
  const body = blocks.map((length, i) => {
    const block = Buffer.alloc(4, 0x41);
    block.writeUIntLE(length * 8 + 2 + (i === blocks.length - 1 ? 1 : 0), 0, 3);
    return block;
  });
  return Buffer.concat([header, ...body]);
}

/** LERC 2 blob, version 2, of one value everywhere. @see https://github.com/Esri/lerc, "LERC blob format" */
export function lercBlob(width: number, height: number): Buffer {
  const blob = Buffer.alloc(62);
  blob.write('Lerc2 ', 'latin1');
  for (const [i, value] of [2, height, width, Math.min(2 ** 31 - 1, width * height), 8, 62, 6].entries()) {
    blob.writeInt32LE(value, 6 + i * 4);
  }
  for (const [i, value] of [0.5, 7, 7].entries()) blob.writeDoubleLE(value, 34 + i * 8);
  return blob;
}

const FLOAT = { 258: [32], 339: [3] };
const jpegSegment = (code: number, body: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from([0xff, code, (body.length + 2) >> 8, (body.length + 2) & 255]), Buffer.from(body)]);

/** A JPEG whose header declares a picture, with so many passes of nothing. */
function jpeg(width: number, height: number, components: number, passes = 1): Buffer {
  const ids = Array.from({ length: components }, (_, i) => i + 1);
  const table = (kind: number) => jpegSegment(0xc4, [kind, 1, ...Array(15).fill(0), 0]);
  const frame = [
    8,
    height >> 8,
    height & 255,
    width >> 8,
    width & 255,
    components,
    ...ids.flatMap((id) => [id, 0x11, 0]),
  ];
  const pass = Buffer.concat([
    jpegSegment(0xda, [components, ...ids.flatMap((id) => [id, 0]), 0, 0, 0]),
    Buffer.alloc(4),
  ]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xdb, [0, ...Array(64).fill(1)]),
    jpegSegment(passes > 1 ? 0xc2 : 0xc0, frame),
    table(0),
    table(0x10),
    ...Array<Buffer>(passes).fill(pass),
    Buffer.from([0xff, 0xd9]),
  ]);
}

const DATA: readonly Bomb[] = [
  one('PackBits of 64 times the block', () =>
    pack(32773, Buffer.from(Array.from({ length: 8e6 }, (_, i) => (i % 2 ? 0 : 0x81))), image(4000, 1000)),
  ),
  one('LZW of another block', () => pack(5, Buffer.alloc(8000, 0x80), image(64, 64))),
  one('Deflate of 64 MiB', () => pack(8, zeros(2 ** 26))),
  one('Zstandard, a second frame of 3.9 GB', () =>
    pack(50000, Buffer.concat([zstdFrame(4096, [4096]), zstdFrame(3_932_160_000, Array(600).fill(131_072))])),
  ),
  one('Zstandard that does not say its size', () =>
    pack(50000, zstdFrame(null, Array(1000).fill(131_072)), image(64, 64)),
  ),
  one('Zstandard without an end', () => pack(50000, zstdFrame(4096, [4096, 0]).subarray(0, 13))),
  one('Zstandard that says more than it has', () => pack(50000, zstdFrame(4096, [100]))),
  one('Zstandard frames of nothing', () => pack(50000, Buffer.concat(Array(7000).fill(zstdFrame(0, [0]))))),
  ...[10_000, 30_000, 46_000].map((side) =>
    one(`LERC of ${side}² in a block of 64²`, () => pack(34887, lercBlob(side, side), { ...FLOAT, 50674: [2, 0] })),
  ),
  one('LERC packed into 256 MiB of zeros', () =>
    pack(34887, zeros(2 ** 28), { ...FLOAT, ...image(512, 512), 50674: [2, 1] }),
  ),
  one('LERC packed as Zstandard of 3.9 GB', () =>
    pack(34887, zstdFrame(3_932_160_000, Array(100).fill(131_072)), { ...FLOAT, 50674: [2, 2] }),
  ),
  ...[1, 3, 4].map((channels) =>
    one(`a JPEG block of 65500² with ${channels} channels`, () =>
      pack(7, jpeg(65_500, 65_500, channels), {
        277: [channels],
        258: Array(channels).fill(8),
        262: [channels === 1 ? 1 : 2],
      }),
    ),
  ),
  one('a WebP block that is a drawing', () =>
    pack(50001, Buffer.from('<svg a="WEBP" xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>'), {
      277: [3],
      258: [8, 8, 8],
      262: [2],
    }),
  ),
];

const CRC = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** A PNG of zeros of whatever size. */
export function png(width: number, height: number, depth: number, colour: number, data: Uint8Array): Buffer {
  const chunk = (type: string, body: Uint8Array): Buffer => {
    const content = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    const crc = content.reduce((c, byte) => CRC[(c ^ byte) & 255]! ^ (c >>> 8), 0xffffffff) ^ 0xffffffff;
    return Buffer.concat([u32(body.length), content, u32(crc)]);
  };
  const header = Buffer.concat([u32(width), u32(height), Buffer.from([depth, colour, 0, 0, 0])]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

const PICTURES: readonly Bomb[] = [
  one('a PNG of 100000²', () => png(1e5, 1e5, 8, 0, zeros(1000)), 'refused', 'bomb.png'),
  one(
    'a PNG of 12000² with four channels of 16 bits',
    () => png(12_000, 12_000, 16, 6, zeros(1000)),
    'refused',
    'bomb.png',
  ),
  one('a JPEG of 65500²', () => jpeg(65_500, 65_500, 3), 'refused', 'bomb.jpg'),
  one('a JPEG of 20,000 passes', () => jpeg(8000, 8000, 3, 20_000), 'refused', 'bomb.jpg'),
  one('a JPEG of 10000² in two passes', () => jpeg(10_000, 10_000, 3, 2), 'refused', 'bomb.jpg'),
  ...['<svg a="WEBP" xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 'GIF89aWEWEBP'].map((text) =>
    one(`a WebP that is ${text.slice(0, 4)}`, () => Buffer.from(text.padEnd(600)), 'refused', 'bomb.webp'),
  ),
  {
    name: '8 PNG of 12000² in a ZIP',
    ends: 'refused',
    make: () => {
      const bytes = png(12_000, 12_000, 8, 2, zeros(12_000 * 36_001));
      return [
        { name: 'p.zip', bytes: zipSync(Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`${i}.png`, bytes]))) },
      ];
    },
  },
  {
    name: '64 strips of 440 MiB in a ZIP',
    ends: 'refused',
    make: () => {
      const bytes = tiffOfBlocks([zeros(2 ** 20)], { ...image(2 ** 15, 14_000), 259: [8] });
      const files = Array.from({ length: 64 }, (_, i) => [`S_B${i + 1}.tif`, bytes]);
      return [{ name: 'p.zip', bytes: zipSync(Object.fromEntries(files)) }];
    },
  },
];

const box = (type: string, body: Uint8Array): Buffer =>
  Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);

/** A JPEG 2000 codestream whose tiles hold nothing (ISO/IEC 15444-1, Annex A). */
function j2k(
  width: number,
  height: number,
  tileWidth: number,
  tileHeight: number,
  components: number,
  layers = 1,
): Buffer {
  const siz = Buffer.alloc(40 + 3 * components, 1);
  siz.fill(0, 0, 40);
  siz.writeUInt16BE(0xff51, 0);
  siz.writeUInt16BE(38 + 3 * components, 2);
  for (const [at, value] of [
    [6, width],
    [10, height],
    [22, tileWidth],
    [26, tileHeight],
  ] as const)
    siz.writeUInt32BE(value, at);
  siz.writeUInt16BE(components, 38);
  for (let i = 0; i < components; i++) siz[40 + 3 * i] = 7;
  const cod = Buffer.from([0xff, 0x52, 0, 12, 0, 0, layers >> 8, layers & 255, 0, 0, 4, 4, 0, 1]);
  const qcd = Buffer.from([0xff, 0x5c, 0, 4, 0x40, 0x40]);
  const tiles = Math.min(65_535, Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight));
  const parts = Array.from({ length: tiles }, (_, tile) => {
    const part = Buffer.from([0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 15, 0, 1, 0xff, 0x93, 0]);
    part.writeUInt16BE(tile, 4);
    return part;
  });
  return Buffer.concat([Buffer.from([0xff, 0x4f]), siz, cod, qcd, ...parts, Buffer.from([0xff, 0xd9])]);
}

const jp2 = (xml: string): Buffer =>
  Buffer.concat([
    box('jP  ', Buffer.from([0x0d, 0x0a, 0x87, 0x0a])),
    box('ftyp', Buffer.from('jp2 \0\0\0\0jp2 ', 'latin1')),
    box('xml ', Buffer.from(`RectifiedGrid${xml}`)),
    box('jp2c', j2k(64, 64, 64, 64, 1)),
  ]);

const JPEG2000: readonly Bomb[] = [
  one('one tile of 12000²', () => j2k(12_000, 12_000, 12_000, 12_000, 1), 'refused', 'bomb.j2k'),
  one('16,000 components', () => j2k(1000, 1000, 1000, 1000, 16_000), 'refused', 'bomb.j2k'),
  one('a thousand components of 300²', () => j2k(300, 300, 300, 300, 1000), 'refused', 'bomb.j2k'),
  one('65,535 tiles of 16 pixels', () => j2k(65_535, 16, 1, 16, 1), 'refused', 'bomb.j2k'),
  one('65,535 layers', () => j2k(512, 512, 512, 512, 3, 65_535), 'refused', 'bomb.j2k'),
  one('<gml:origin> and nothing else', () => jp2('<gml:origin>'.repeat(170_000)), 'read', 'bomb.jp2'),
  one('an srsName without an end', () => jp2(`<gml:Point srsName="${'EPSG'.repeat(500_000)}`), 'read', 'bomb.jp2'),
];

const beside = (name: string, text: string): Bomb => ({
  name,
  ends: 'read',
  make: () => [
    { name: 'a.tif', bytes: good() },
    { name: 'a_MTL.txt', bytes: Buffer.from(text) },
  ],
});

const MTL = 'GROUP = L1_METADATA_FILE\n';
const TEXTS: readonly Bomb[] = [
  one(
    'GDAL metadata of <Item and nothing else',
    () => tiffOfBlocks([plain], { 42112: '<Item '.repeat(160_000) }),
    'read',
  ),
  beside('MTL, half a megabyte of empty lines', `${MTL}${'\n'.repeat(500_000)}!`),
  beside('MTL, a line of blanks', `${MTL}A = ${' '.repeat(500_000)}"x!"y`),
  beside('add_offset and nothing else', `MSIL2A ${'<BOA_ADD_OFFSET '.repeat(30_000)}`),
];

const zip = (name: string, make: () => Uint8Array): Bomb => one(name, make, 'refused', 'bomb.zip');
const ARCHIVES: readonly Bomb[] = [
  zip('names that lead out', () => zipSync({ '../../../../../tmp/slipped.tif': good() })),
  zip('an archive in an archive', () => zipSync({ 'a.tif': zipSync({ 'b.tif': good() }) })),
  zip('a size that lies', () => {
    const bytes = Buffer.from(zipSync({ 'a.tif': Buffer.alloc(5e7) }));
    bytes.writeUInt32LE(100, bytes.indexOf(Buffer.from('504b0102', 'hex')) + 24);
    return bytes;
  }),
];

/** Small files, each made to need far more time or memory than it has bytes; and what is readable must stay so. */
export const BOMBS: readonly Bomb[] = [
  one('a plain TIFF, as a control', good, 'read'),
  one(
    'a LERC block of its own size, as a control',
    () => pack(34887, lercBlob(64, 64), { ...FLOAT, 50674: [2, 0] }),
    'read',
  ),
  one(
    'Zstandard of two frames, as a control',
    () => pack(50000, Buffer.concat([zstdFrame(4000, [4000]), zstdFrame(null, [96])])),
    'read',
  ),
  ...TAGS,
  ...DATA,
  ...PICTURES,
  ...JPEG2000,
  ...TEXTS,
  ...ARCHIVES,
];
