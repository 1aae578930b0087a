import { describe, expect, it } from 'vitest';
import { openTiff } from '../../../src/scene/formats/tiff/tiff-file.ts';
import { DEFAULT_LIMITS } from '../../../src/scene/limits.ts';
import type { ByteSource } from '../../../src/scene/sources/byte-source.ts';
import { type TiffSpec, tiffBytes, UTM33 } from '../tiff-bytes.ts';

const sourceOf = (bytes: Buffer): ByteSource => ({
  size: bytes.length,
  read: async (offset, length) => {
    const part = bytes.subarray(offset, Math.min(bytes.length, offset + length));
    return new Uint8Array(part).buffer;
  },
  close: async () => undefined,
});

const open = (spec: TiffSpec) => openTiff(sourceOf(tiffBytes(spec)), 'test.tif', DEFAULT_LIMITS);

/** 7 × 5 pixels whose values need both bytes and both signs. */
const ramp = (factor: number, shift: number) => Array.from({ length: 35 }, (_, i) => i * factor + shift);
const WINDOW = { col: 2, row: 1, width: 4, height: 3 };
/** The window's indices in a 7 wide raster: rows 1 to 3, columns 2 to 5. */
const INSIDE = [9, 10, 11, 12, 16, 17, 18, 19, 23, 24, 25, 26];

describe('a window of a TIFF holds the values that were written', () => {
  const layouts: [string, Partial<TiffSpec>][] = [
    ['one strip', {}],
    ['strips of two rows', { rowsPerStrip: 2 }],
    ['tiles', { tile: 16 }],
    ['planar strips', { planar: true, rowsPerStrip: 2 }],
    ['planar tiles, deflate', { planar: true, tile: 16, compression: 'deflate' }],
    ['big-endian', { bigEndian: true }],
    ['BigTIFF', { bigTiff: true, tile: 16 }],
    ['big-endian BigTIFF, deflate', { bigTiff: true, bigEndian: true, compression: 'deflate' }],
    ['LZW', { compression: 'lzw', rowsPerStrip: 3 }],
    ['PackBits', { compression: 'packbits' }],
    ['horizontal differences', { compression: 'deflate', predictor: 2 }],
    ['horizontal differences, big-endian', { compression: 'lzw', predictor: 2, bigEndian: true, tile: 16 }],
    ['horizontal differences, planar', { compression: 'deflate', predictor: 2, planar: true }],
  ];
  const types = ['uint8', 'uint16', 'int16', 'uint32', 'int32'] as const;
  it.each(
    layouts.flatMap(([name, layout]) => types.map((type) => [name, type, layout] as const)),
  )('%s, %s', async (_name, type, layout) => {
    const sign = type.startsWith('int') ? -1 : 1;
    const factor = type === 'uint8' ? 7 : 911;
    const bands = [ramp(factor, 3), ramp(factor * sign, 5)];
    const file = await open({ width: 7, height: 5, type, bands, ...layout });
    const [second, first] = await file.readDn(0, [1, 0], WINDOW);
    expect([...first!]).toEqual(INSIDE.map((i) => bands[0]![i]));
    expect([...second!]).toEqual(INSIDE.map((i) => bands[1]![i]));
    expect(file.type).toBe(type);
  });

  it.each([
    ['plain', {}],
    ['big-endian', { bigEndian: true }],
    ['floating point predictor', { compression: 'deflate', predictor: 3 }],
    ['floating point predictor, big-endian', { compression: 'deflate', predictor: 3, bigEndian: true, tile: 16 }],
  ] as const)('float32 and float64, %s', async (_name, layout) => {
    for (const type of ['float32', 'float64'] as const) {
      const bands = [ramp(0.125, -2), ramp(-3.5, 1e5)];
      const file = await open({ width: 7, height: 5, type, bands, ...layout });
      const [first, second] = await file.readDn(0, [0, 1], WINDOW);
      expect([...first!]).toEqual(INSIDE.map((i) => bands[0]![i]));
      expect([...second!]).toEqual(INSIDE.map((i) => bands[1]![i]));
    }
  });

  it('reads strips that LZW had to clear its table in', async () => {
    // 60 000 bytes without repetition fill the table of 4096 codes many times.
    const noise = Array.from({ length: 60_000 }, (_, i) => (i * i * 31 + (i >> 3) * 17) % 256);
    const file = await open({ width: 300, height: 200, type: 'uint8', bands: [noise], compression: 'lzw' });
    const [values] = await file.readDn(0, [0], { col: 0, row: 0, width: 300, height: 200 });
    expect(Buffer.from(values!.buffer as ArrayBuffer).equals(Buffer.from(noise))).toBe(true);
  });

  it('reads a window of a long uncompressed strip without the strip', async () => {
    const width = 2000;
    const band = Array.from({ length: width * 1200 }, (_, i) => i % 251);
    const bytes = tiffBytes({ width, height: 1200, type: 'uint8', bands: [band] });
    let most = 0;
    const source = sourceOf(bytes);
    const counted: ByteSource = {
      ...source,
      read: (offset, length) => {
        most = Math.max(most, length);
        return source.read(offset, length);
      },
    };
    const file = await openTiff(counted, 'test.tif', DEFAULT_LIMITS);
    const [values] = await file.readDn(0, [0], { col: 1990, row: 1100, width: 2, height: 1 });
    expect([...values!]).toEqual([(1100 * width + 1990) % 251, (1100 * width + 1991) % 251]);
    expect(most).toBeLessThanOrEqual(2 ** 20);
  });

  it('takes absent blocks as the nodata value, or 0', async () => {
    const spec: TiffSpec = {
      width: 4,
      height: 4,
      type: 'int16',
      bands: [Array(16).fill(7)],
      rowsPerStrip: 2,
      sparse: [1],
    };
    const all = { col: 0, row: 0, width: 4, height: 4 };
    const [plain] = await (await open(spec)).readDn(0, [0], all);
    expect([...plain!]).toEqual([7, 7, 7, 7, 7, 7, 7, 7, 0, 0, 0, 0, 0, 0, 0, 0]);
    const [tagged] = await (await open({ ...spec, tags: { 42113: '-32768' } })).readDn(0, [0], all);
    expect([...tagged!].slice(8)).toEqual(Array(8).fill(-32768));
  });

  it('reads one-bit masks and four-bit samples', async () => {
    // 10 pixels a row: 1010101010 and 0000000011, rows padded to two bytes.
    const base = tiffBytes({
      width: 10,
      height: 2,
      type: 'uint8',
      bands: [[0xaa, 0x80, 0x00, 0xc0, ...Array(16).fill(0)]],
      tags: { 258: [1] },
    });
    const file = await openTiff(sourceOf(base), 'test.tif', DEFAULT_LIMITS);
    const [bits] = await file.readDn(0, [0], { col: 0, row: 0, width: 10, height: 2 });
    expect([...bits!]).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  });

  it('reads half floats', async () => {
    // 0x3c00 = 1, 0xc000 = -2, 0x3555 = 0.33325195, 0x7e00 = NaN, 0x0001 = 2^-24
    const halves = [0x3c00, 0xc000, 0x3555, 0x7e00, 0x0001, 0x7c00];
    const file = await open({ width: 6, height: 1, type: 'uint16', bands: [halves], tags: { 339: [3] } });
    const [values] = await file.readDn(0, [0], { col: 0, row: 0, width: 6, height: 1 });
    expect(file.type).toBe('float16');
    expect([...values!]).toEqual([1, -2, 0.333251953125, Number.NaN, 2 ** -24, Number.POSITIVE_INFINITY]);
  });
});

describe('what a TIFF says about itself', () => {
  const one: TiffSpec = { width: 2, height: 2, type: 'uint16', bands: [[1, 2, 3, 4]] };

  it('has a corner-based transform and a CRS', async () => {
    const { grid } = await open({ ...one, tags: { ...UTM33 } });
    expect(grid.transform).toEqual([10, 0, 500000, 0, -10, 5000000]);
    expect(grid.crs).toEqual({
      epsg: 32633,
      name: 'EPSG:32633',
      proj4: '+proj=utm +zone=33 +datum=WGS84 +units=m +no_defs',
      unit: 'metre',
    });
  });

  it('moves PixelIsPoint by half a pixel', async () => {
    const keys = [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 2, 3072, 0, 1, 32633];
    const { grid } = await open({ ...one, tags: { ...UTM33, 34735: keys } });
    expect(grid.transform).toEqual([10, 0, 499995, 0, -10, 5000005]);
  });

  it('counts the tie point from its own pixel', async () => {
    // Pixel (3, 4) lies at (1000, 2000): the corner is 3 columns west and 4 rows north of it.
    const { grid } = await open({ ...one, tags: { ...UTM33, 33922: [3, 4, 0, 1000, 2000, 0] } });
    expect(grid.transform).toEqual([10, 0, 970, 0, -10, 2040]);
  });

  it('reads a rotated matrix', async () => {
    const matrix = [8, 6, 0, 100, 6, -8, 0, 200, 0, 0, 0, 0, 0, 0, 0, 1];
    const { grid } = await open({ ...one, tags: { 34264: matrix } });
    expect(grid.transform).toEqual([8, 6, 100, 6, -8, 200]);
    expect(grid.crs).toBeNull();
  });

  it('takes a matrix without area as no transform', async () => {
    const { grid } = await open({ ...one, tags: { 34264: [8, 6, 0, 100, 4, 3, 0, 200, 0, 0, 0, 0, 0, 0, 0, 1] } });
    expect(grid.transform).toBeNull();
  });

  it.each([
    ['-9999', 'int16', -9999],
    ['nan', 'float32', Number.NaN],
    ['-3.4e38', 'float32', Math.fround(-3.4e38)],
    ['none', 'int16', null],
  ] as const)('nodata %s of %s is %s', async (text, type, nodata) => {
    const file = await open({ ...one, type, tags: { 42113: text } });
    expect(file.nodata).toBe(nodata);
  });

  it('names bands by GDAL metadata', async () => {
    const xml =
      '<GDALMetadata><Item name="DESCRIPTION" sample="1" role="description">Near &amp; far</Item>' +
      '<Item name="WAVELENGTH" sample="0">0.665</Item><Item name="WAVELENGTH_UNITS" sample="0">Micrometers</Item>' +
      '<Item name="SCALE" sample="0" role="scale">0.0001</Item><Item name="OFFSET" sample="0" role="offset">-0.1</Item>' +
      '<Item name="COLORINTERP" sample="1" role="colorinterp">Alpha</Item><Item name="SATELLITE">S2A</Item></GDALMetadata>';
    const { hints } = await open({
      ...one,
      bands: [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
      tags: { 42112: xml },
    });
    expect(hints.descriptions).toEqual([null, 'Near & far']);
    expect(hints.wavelengthsNm).toEqual([665, null]);
    expect(hints.scales).toEqual([{ scale: 0.0001, offset: -0.1 }, null]);
    expect(hints.interpretation).toEqual(['gray', 'alpha']);
    expect(hints.metadata.SATELLITE).toBe('S2A');
  });

  it('expands a colour table', async () => {
    // Entry 1 is (0x80, 0x40, 0xff), entry 2 is (1, 2, 3); 16 bits each, reds first.
    const table = Array(768).fill(0);
    for (const [i, [a, b]] of [
      [0x80, 1],
      [0x40, 2],
      [0xff, 3],
    ].entries()) {
      table[i * 256 + 1] = a! * 257;
      table[i * 256 + 2] = b! * 257;
    }
    const file = await open({ width: 3, height: 1, type: 'uint8', bands: [[0, 1, 2]], tags: { 262: [3], 320: table } });
    const bands = await file.readDn(0, [0, 1, 2], { col: 0, row: 0, width: 3, height: 1 });
    expect(bands.map((band) => [...band])).toEqual([
      [0, 0x80, 1],
      [0, 0x40, 2],
      [0, 0xff, 3],
    ]);
  });

  it('keeps overviews and the mask apart from further pages', async () => {
    const file = await open({
      width: 4,
      height: 2,
      type: 'uint8',
      bands: [[1, 2, 3, 4, 5, 6, 7, 8]],
      next: {
        width: 4,
        height: 2,
        type: 'uint8',
        bands: [[1, 0, 1, 1, 1, 1, 1, 0]],
        tags: { 254: [4] },
        next: {
          width: 2,
          height: 1,
          type: 'uint8',
          bands: [[30, 40]],
          tags: { 254: [1] },
          next: { width: 9, height: 9, type: 'uint8', bands: [Array(81).fill(0)] },
        },
      },
    });
    expect(file.levels).toEqual([
      { width: 4, height: 2 },
      { width: 2, height: 1 },
    ]);
    expect([...(await file.readDn(1, [0], { col: 0, row: 0, width: 2, height: 1 }))[0]!]).toEqual([30, 40]);
    expect([...(await file.readMask(0, { col: 0, row: 0, width: 4, height: 2 }))!]).toEqual([1, 0, 1, 1, 1, 1, 1, 0]);
    expect(await file.readMask(1, { col: 0, row: 0, width: 2, height: 1 })).toBeNull();
    expect(file.hints.notes).toEqual(['test.tif holds 2 images; I read the first.']);
  });
});

describe('a hostile TIFF ends in one sentence', () => {
  const good = tiffBytes({
    width: 64,
    height: 64,
    type: 'uint16',
    bands: [Array(4096).fill(9)],
    tile: 16,
    compression: 'deflate',
  });
  const spec: TiffSpec = { width: 4, height: 4, type: 'uint8', bands: [Array(16).fill(1)] };
  const refusal = async (bytes: Buffer, limits = DEFAULT_LIMITS) => {
    const work = openTiff(sourceOf(bytes), 'x.tif', limits).then((file) =>
      file.readDn(0, [0], { col: 0, row: 0, width: file.grid.width, height: file.grid.height }),
    );
    return work.then(
      () => 'read',
      (error) => `${error.code}: ${error.reply}`,
    );
  };

  it.each([
    ['cut in the pixels', good.subarray(0, 300), /^scene-unreadable: I can't read x\.tif: the TIFF is damaged/],
    ['cut in the header', good.subarray(0, 10), /^scene-unreadable.*damaged/],
    ['only a header', good.subarray(0, 4), /^scene-unreadable.*damaged/],
    ['a directory behind the end', Buffer.from('49492a00ffffff7f', 'hex'), /it is cut off/],
    [
      '4 billion bands',
      tiffBytes({ ...spec, tags: { 277: [4294967295] } }),
      /^scene-too-large: x\.tif is too large for me: it declares 4 x 4 pixels/,
    ],
    [
      'a picture of 65000 × 65000 × 100',
      tiffBytes({ ...spec, tags: { 256: [65000], 257: [65000], 277: [100] } }),
      /^scene-too-large/,
    ],
    [
      'more bands than any sensor has',
      tiffBytes({ ...spec, tags: { 277: [2000] } }),
      /^scene-too-large.* with 2000 bands/,
    ],
    ['a width that is not whole', tiffBytes({ ...spec, tags: { 256: [4.5] } }), /it declares 4\.5 x 4 pixels/],
    ['bands that are no number', tiffBytes({ ...spec, tags: { 277: [Number.NaN] } }), /with NaN bands/],
    ['samples of no bits', tiffBytes({ ...spec, tags: { 258: [0] } }), /it declares 0 bits a sample/],
    ['half a bit', tiffBytes({ ...spec, tags: { 258: [0.5] } }), /it declares 0\.5 bits a sample/],
    [
      'offsets for other strips',
      tiffBytes({ ...spec, tags: { 273: Array(9).fill(8), 279: Array(9).fill(1) } }),
      /it has 9 blocks of pixels, not 1/,
    ],
    ['an offset that is no number', tiffBytes({ ...spec, tags: { 273: [Number.NaN] } }), /its end is missing/],
    ['no width', tiffBytes({ ...spec, tags: { 256: [0] } }), /it declares 0 x 4 pixels/],
    ['tiles of nothing', tiffBytes({ ...spec, tile: 16, tags: { 322: [0] } }), /its blocks are 0 x 16 pixels/],
    ['fewer strips than rows', tiffBytes({ ...spec, tags: { 278: [1] } }), /it has 1 blocks of pixels, not 4/],
    ['a strip behind the end', tiffBytes({ ...spec, tags: { 273: [999999] } }), /its end is missing/],
    [
      'a strip that is too short',
      tiffBytes({ ...spec, tags: { 279: [3] } }),
      /its pixels are damaged \(a block of pixels has 3 bytes, not 16\)/,
    ],
    [
      'an unknown compression',
      tiffBytes({ ...spec, tags: { 259: [34661] } }),
      /compressed in a way I don't know \(TIFF code 34661\)/,
    ],
    ['complex numbers', tiffBytes({ ...spec, type: 'float64', tags: { 339: [6] } }), /complex numbers \(radar\)/],
    [
      'mixed types',
      tiffBytes({ ...spec, bands: [Array(16).fill(1), Array(16).fill(1)], tags: { 258: [8, 16] } }),
      /different types/,
    ],
    ['bytes that are not deflate', tiffBytes({ ...spec, tags: { 259: [8] } }), /its pixels are damaged/],
    [
      'LZW codes that cannot be',
      tiffBytes({ ...spec, bands: [Array(16).fill(255)], tags: { 259: [5] } }),
      /its LZW data are damaged/,
    ],
  ])('%s', async (_name, bytes, expected) => {
    expect(await refusal(Buffer.from(bytes))).toMatch(expected);
  });

  it('a circle of directories', async () => {
    const bytes = Buffer.from(tiffBytes(spec));
    const ifd = bytes.readUInt32LE(4);
    bytes.writeUInt32LE(ifd, ifd + 2 + bytes.readUInt16LE(ifd) * 12);
    expect(await refusal(bytes)).toContain('its directories form a circle');
  });

  it('a tag that counts to four billion', async () => {
    const bytes = Buffer.from(tiffBytes(spec));
    const ifd = bytes.readUInt32LE(4);
    bytes.writeUInt32LE(0xffffffff, ifd + 2 + 4); // the count of the first tag
    expect(await refusal(bytes)).toContain('points outside the file');
  });

  it('a deflate bomb does not unpack', async () => {
    // 64 MiB of zeros in 64 KiB, in a strip that holds 16 bytes.
    const { deflateSync } = await import('node:zlib');
    const bomb = deflateSync(Buffer.alloc(64 * 2 ** 20));
    const plain = tiffBytes({ width: bomb.length, height: 1, type: 'uint8', bands: [[...bomb]] });
    const ifd = plain.readUInt32LE(4);
    for (let i = 0; i < plain.readUInt16LE(ifd); i++) {
      const at = ifd + 2 + i * 12;
      if (plain.readUInt16LE(at) === 259) plain.writeUInt16LE(8, at + 8);
      if (plain.readUInt16LE(at) === 256) {
        plain.writeUInt16LE(4, at + 2);
        plain.writeUInt32LE(16, at + 8);
      }
    }
    const before = process.memoryUsage().rss;
    expect(await refusal(plain)).toContain('its pixels are damaged');
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * 2 ** 20);
  });

  it('says what its longest block needs decoded', async () => {
    const whole = await openTiff(sourceOf(tiffBytes({ ...spec, compression: 'deflate' })), 'x.tif', DEFAULT_LIMITS);
    expect(whole.decodedBytes).toBe(16);
    const deep = { ...spec, type: 'float64', rowsPerStrip: 2, compression: 'deflate' } as const;
    expect((await openTiff(sourceOf(tiffBytes(deep)), 'x.tif', DEFAULT_LIMITS)).decodedBytes).toBe(4 * 2 * 8);
  });
});
