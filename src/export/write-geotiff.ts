import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Grid } from '../domain/grid.ts';
import { type GeoKeys, geoKeysOf } from './geo-keys.ts';
import { predict, type SampleArray, type SampleType, sampleBytes } from './tiff-predictor.ts';
import { encodeDirectory, type TiffTag } from './tiff-tags.ts';

export interface GeoTiffOptions {
  readonly sampleType: SampleType;
  /** One entry a band, in order: what GDAL shows as the band's description. */
  readonly bandDescriptions: readonly string[];
  /** Written as GDAL_NODATA; NaN is allowed for float32. null = every pixel is measured. */
  readonly nodata: number | null;
  /** Colours of a single uint8 band: value → [red, green, blue], 0–255. Values without a colour are black. */
  readonly colors?: Readonly<Record<number, readonly [number, number, number]>>;
  /** Stored as GDAL's band scale: value = sample × scale, for every band. */
  readonly scale?: number;
  /** CRS of the source file, for one without EPSG code (`readGeoKeys`). */
  readonly geoKeys?: GeoKeys | null;
  /** Provenance, shown by GDAL as metadata items. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** `YYYY:MM:DD HH:MM:SS`, TIFF's DateTime. */
  readonly dateTime?: string;
}

export interface GeoTiffWriter {
  /**
   * Append complete rows, top to bottom.
   *
   * @param row   index of the first of them; must be the next one to be written
   * @param rows  `n * width * bands` samples, row-major, bands interleaved by pixel
   */
  writeRows(row: number, rows: SampleArray): Promise<void>;
  /** Writes the directory and closes the file. @throws {RangeError} when rows are missing */
  close(): Promise<void>;
  /** Closes the file as it is, for a write that was abandoned. */
  abort(): Promise<void>;
}

/**
 * Write a GeoTIFF row block by row block: tiled, deflate, little-endian, BigTIFF where four gigabytes may not do.
 * Holds one row of tiles in memory, however large the grid.
 *
 * @param grid  a transform without CRS is kept; without either the file is a plain TIFF
 * @see TIFF 6.0; OGC GeoTIFF 1.1 (19-008r4); https://gdal.org/drivers/raster/gtiff.html (GDAL_METADATA, GDAL_NODATA)
 */
export async function createGeoTiffWriter(path: string, grid: Grid, options: GeoTiffOptions): Promise<GeoTiffWriter> {
  const { width, height } = grid;
  const bands = options.bandDescriptions.length;
  const unit = sampleBytes(options.sampleType);
  // Deflate can grow incompressible input a little, hence the margin below 2^32.
  const big = width * height * bands * unit > 4_000_000_000;
  const tile = { width: tileSide(width), height: tileSide(height) };
  const across = Math.ceil(width / tile.width);
  const stripe = new Uint8Array(tile.height * width * bands * unit);
  const rowBytes = width * bands * unit;
  const offsets: number[] = [];
  const byteCounts: number[] = [];
  const file = await open(path, 'w');
  let position = big ? 16 : 8;
  let nextRow = 0;

  /** Cut the buffered rows into tiles and append them. */
  const flush = async (rows: number): Promise<void> => {
    const tileRowBytes = tile.width * bands * unit;
    for (let i = 0; i < across; i++) {
      const samples = new Uint8Array(tile.height * tileRowBytes);
      const from = i * tileRowBytes;
      const length = Math.min(tileRowBytes, rowBytes - from);
      for (let row = 0; row < rows; row++) {
        samples.set(stripe.subarray(row * rowBytes + from, row * rowBytes + from + length), row * tileRowBytes);
      }
      const packed = await deflated(predict(samples, options.sampleType, tile.width, bands));
      await file.write(packed, 0, packed.length, position);
      offsets.push(position);
      byteCounts.push(packed.length);
      position += packed.length;
    }
  };

  return {
    async writeRows(row, rows) {
      const count = rows.length / (width * bands);
      if (row !== nextRow || !Number.isInteger(count) || row + count > height) {
        throw new RangeError(
          `${rows.length} samples at row ${row}, expected whole rows of ${width * bands} from row ${nextRow} of ${height}`,
        );
      }
      const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
      for (let i = 0; i < count; i++, nextRow++) {
        const inStripe = nextRow % tile.height;
        stripe.set(bytes.subarray(i * rowBytes, (i + 1) * rowBytes), inStripe * rowBytes);
        if (inStripe === tile.height - 1 || nextRow === height - 1) await flush(inStripe + 1);
      }
    },
    async close() {
      try {
        if (nextRow !== height) throw new RangeError(`${nextRow} of ${height} rows were written`);
        position += position % 2; // a directory starts on a word boundary
        const tags = [
          ...layoutTags(grid, options, tile, big, offsets, byteCounts),
          ...geoTags(grid, options.geoKeys ?? geoKeysOf(grid)),
          ...gdalTags(options),
        ];
        const directory = encodeDirectory(tags, position, big);
        await file.write(directory, 0, directory.length, position);
        await file.write(header(position, big), 0, null, 0);
      } finally {
        await file.close();
      }
    },
    abort: () => closeQuietly(file),
  };
}

const deflated = promisify(deflate) as (bytes: Uint8Array) => Promise<Uint8Array>;

/** Tile sides are multiples of 16 (TIFF 6.0, section 15); a small grid gets one small tile. */
const tileSide = (size: number): number => Math.min(256, Math.ceil(size / 16) * 16);

const SAMPLE_FORMAT: Readonly<Record<SampleType, number>> = { uint8: 1, uint16: 1, float32: 3 };
const PREDICTOR: Readonly<Record<SampleType, number>> = { uint8: 1, uint16: 2, float32: 3 };

function layoutTags(
  grid: Grid,
  options: GeoTiffOptions,
  tile: { readonly width: number; readonly height: number },
  big: boolean,
  offsets: readonly number[],
  byteCounts: readonly number[],
): TiffTag[] {
  const bands = options.bandDescriptions.length;
  const perBand = (value: number): number[] => new Array(bands).fill(value);
  const tags: TiffTag[] = [
    { id: 256, type: 'long', values: [grid.width] },
    { id: 257, type: 'long', values: [grid.height] },
    { id: 258, type: 'short', values: perBand(sampleBytes(options.sampleType) * 8) },
    { id: 259, type: 'short', values: [8] }, // Adobe deflate
    { id: 262, type: 'short', values: [options.colors ? 3 : 1] }, // palette, or black is zero
    { id: 277, type: 'short', values: [bands] },
    { id: 284, type: 'short', values: [1] }, // interleaved by pixel
    { id: 317, type: 'short', values: [PREDICTOR[options.sampleType]] },
    { id: 322, type: 'long', values: [tile.width] },
    { id: 323, type: 'long', values: [tile.height] },
    { id: 324, type: big ? 'long8' : 'long', values: offsets },
    { id: 325, type: big ? 'long8' : 'long', values: byteCounts },
    { id: 339, type: 'short', values: perBand(SAMPLE_FORMAT[options.sampleType]) },
  ];
  if (bands > 1) tags.push({ id: 338, type: 'short', values: new Array(bands - 1).fill(0) }); // extra samples, not alpha
  if (options.dateTime) tags.push({ id: 306, type: 'ascii', values: options.dateTime });
  if (options.colors) {
    const values = new Array<number>(3 * 256).fill(0);
    for (const [value, color] of Object.entries(options.colors)) {
      // 16-bit colours, all reds first; 257 maps 255 to 65535.
      color.forEach((part, channel) => {
        values[channel * 256 + Number(value)] = part * 257;
      });
    }
    tags.push({ id: 320, type: 'short', values });
  }
  return tags;
}

function geoTags(grid: Grid, keys: GeoKeys | null): TiffTag[] {
  const tags: TiffTag[] = [];
  if (grid.transform) {
    const [a, b, c, d, e, f] = grid.transform;
    if (b === 0 && d === 0 && a > 0 && e < 0) {
      tags.push({ id: 33550, type: 'double', values: [a, -e, 0] });
      tags.push({ id: 33922, type: 'double', values: [0, 0, 0, c, f, 0] });
    } else {
      tags.push({ id: 34264, type: 'double', values: [a, b, 0, c, d, e, 0, f, 0, 0, 0, 0, 0, 0, 0, 1] });
    }
  }
  if (keys) {
    tags.push({ id: 34735, type: 'short', values: keys.directory });
    if (keys.doubles.length > 0) tags.push({ id: 34736, type: 'double', values: keys.doubles });
    if (keys.ascii) tags.push({ id: 34737, type: 'ascii', values: keys.ascii });
  }
  return tags;
}

function gdalTags(options: GeoTiffOptions): TiffTag[] {
  const items = Object.entries(options.metadata ?? {}).map(
    ([name, value]) => `  <Item name="${escapeXml(name)}">${escapeItem(value)}</Item>\n`,
  );
  const descriptions = options.bandDescriptions.map(
    (text, i) => `  <Item name="DESCRIPTION" sample="${i}" role="description">${escapeItem(text)}</Item>\n`,
  );
  const scales =
    options.scale === undefined
      ? []
      : options.bandDescriptions.flatMap((_, i) => [
          `  <Item name="SCALE" sample="${i}" role="scale">${options.scale}</Item>\n`,
          `  <Item name="OFFSET" sample="${i}" role="offset">0</Item>\n`,
        ]);
  const xml = [...items, ...descriptions, ...scales].join('');
  const tags: TiffTag[] = [{ id: 42112, type: 'ascii', values: `<GDALMetadata>\n${xml}</GDALMetadata>\n` }];
  if (options.nodata !== null) {
    tags.push({ id: 42113, type: 'ascii', values: Number.isNaN(options.nodata) ? 'nan' : String(options.nodata) });
  }
  return tags;
}

/** File header that points to the directory. */
function header(directory: number, big: boolean): Uint8Array {
  const bytes = new Uint8Array(big ? 16 : 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x4949); // 'II', little-endian
  view.setUint16(2, big ? 43 : 42, true);
  if (big) {
    view.setUint16(4, 8, true); // bytes of an offset
    view.setBigUint64(8, BigInt(directory), true);
  } else {
    view.setUint32(4, directory, true);
  }
  return bytes;
}

async function closeQuietly(file: FileHandle): Promise<void> {
  await file.close().catch(() => undefined);
}

/** GDAL escapes item values twice when it writes and unescapes them twice when it reads (frmts/gtiff). */
const escapeItem = (text: string): string => escapeXml(escapeXml(text));

const escapeXml = (text: string): string =>
  text
    .replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '') // XML 1.0 has no control characters, not even escaped ones
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
