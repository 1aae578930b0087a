import type { PixelWindow } from '../../../domain/grid.ts';
import { UserFacingError } from '../../../errors.ts';
import type { SceneLimits } from '../../limits.ts';
import { sceneTooLarge, sceneUnreadable } from '../../scene-errors.ts';
import type { ByteSource } from '../../sources/byte-source.ts';
import { BlockCache, type Shelf } from '../block-cache.ts';
import {
  checkWindow,
  type DnArray,
  dnArray,
  type Interpretation,
  type RasterFile,
  type SampleType,
} from '../raster-file.ts';
import { type Jp2Boxes, readJp2Boxes } from './jp2-boxes.ts';
import { type Codestream, readCodestream, tileRect, tileStream } from './jp2-codestream.ts';
import { decodeJpeg2000 } from './jp2-decoder.ts';

/** Coarser levels are offered down to this width. */
const SMALLEST_LEVEL = 128;
const MOST_SAMPLES_DECODED = 500_000_000;

/**
 * A JPEG 2000 file (JP2 or bare codestream): tiles are decoded as they are needed, at the resolution that is needed.
 *
 * @throws {UserFacingError} `scene-unreadable`, `scene-too-large`
 */
export async function openJp2(
  source: ByteSource,
  bare: boolean,
  label: string,
  limits: SceneLimits,
  cache = new BlockCache(limits.decodedBytes),
): Promise<RasterFile> {
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error) => {
      if (error instanceof UserFacingError) throw error;
      throw sceneUnreadable(label, `the JPEG 2000 file is damaged (${(error as Error).message})`, error);
    });
  const boxes: Jp2Boxes = bare
    ? { codestream: 0, transform: null, crs: null, interpretation: [] }
    : await guarded(readJp2Boxes(source));
  const read = (offset: number, length: number) => source.read(offset, length);
  const stream = await guarded(readCodestream(read, boxes.codestream, source.size));
  const { width, height, components } = stream;
  if (components.length * width * height > limits.samples || components.length > limits.bands) {
    throw sceneTooLarge(label, `it declares ${width} x ${height} pixels with ${components.length} bands`);
  }
  const tilePixels = Math.min(stream.tileWidth, width) * Math.min(stream.tileHeight, height);
  // Of more than three components the decoder gives out one at a time, and decodes all of them each time.
  if (components.length > 3 && components.length ** 2 * tilePixels > MOST_SAMPLES_DECODED) {
    throw sceneTooLarge(label, `it has tiles of ${components.length} bands together`);
  }
  const { bits, signed } = components[0]!;
  if (components.some((component) => component.bits !== bits || component.signed !== signed) || bits > 16) {
    throw sceneUnreadable(label, 'its bands are stored in different or unusual types');
  }
  const type: SampleType = `${signed ? 'int' : 'uint'}${bits > 8 ? 16 : 8}`;
  const levels = levelsOf(stream);
  const tiles: Tiles = { stream, read, kept: cache.shelf() };
  const count = components.length;
  return {
    format: 'jp2',
    grid: { width, height, transform: boxes.transform, crs: boxes.crs },
    bands: count,
    // The decoder holds all components of a tile as 32-bit numbers, beside the result.
    decodedBytes: tilePixels * count * 6,
    type,
    levels,
    nodata: null,
    hints: {
      descriptions: Array(count).fill(null),
      interpretation: interpretationOf(boxes.interpretation, count),
      wavelengthsNm: Array(count).fill(null),
      scales: Array(count).fill(null),
      metadata: {},
      lossy: stream.lossy,
      notes: [],
    },
    readDn: async (level, bands, window) => {
      const size = levels[level]!;
      checkWindow(window, size.width, size.height);
      return guarded(readTiles(tiles, level, bands, window, type));
    },
    readMask: async () => null,
    close: () => source.close(),
  };
}

function levelsOf(stream: Codestream): { width: number; height: number }[] {
  const levels = [{ width: stream.width, height: stream.height }];
  // Where the image does not begin at the origin, halving moves it by parts of a pixel: not worth the trouble.
  if (stream.originX !== 0 || stream.originY !== 0 || stream.tileOriginX !== 0 || stream.tileOriginY !== 0)
    return levels;
  for (let level = 1; level <= stream.decompositions; level++) {
    const width = Math.ceil(stream.width / 2 ** level);
    const height = Math.ceil(stream.height / 2 ** level);
    if (Math.min(width, height) < SMALLEST_LEVEL) break;
    levels.push({ width, height });
  }
  return levels;
}

interface Tiles {
  readonly stream: Codestream;
  readonly read: (offset: number, length: number) => Promise<ArrayBuffer>;
  readonly kept: Shelf;
}

async function readTiles(
  { stream, read, kept }: Tiles,
  level: number,
  bands: readonly number[],
  window: PixelWindow,
  type: SampleType,
): Promise<DnArray[]> {
  const out = bands.map(() => dnArray(type, window.width * window.height));
  const factor = 2 ** level;
  for (let tile = 0; tile < stream.parts.length; tile++) {
    const rect = tileRect(stream, tile);
    const left = Math.ceil(rect.x0 / factor) - stream.originX;
    const top = Math.ceil(rect.y0 / factor) - stream.originY;
    const right = Math.ceil(rect.x1 / factor) - stream.originX;
    const bottom = Math.ceil(rect.y1 / factor) - stream.originY;
    const from = { col: Math.max(left, window.col), row: Math.max(top, window.row) };
    const to = { col: Math.min(right, window.col + window.width), row: Math.min(bottom, window.row + window.height) };
    if (from.col >= to.col || from.row >= to.row) continue;
    const size = { width: right - left, height: bottom - top };
    const decoded = await kept.get(`${tile} ${level} ${bands.join()}`, async () => {
      const { components } = stream;
      const declared = { total: components.length, ...components[0]! };
      return decodeJpeg2000(await tileStream(stream, tile, read), declared, bands, level, size);
    });
    for (const [i, values] of decoded.entries()) {
      for (let row = from.row; row < to.row; row++) {
        const at = (row - top) * size.width - left;
        out[i]!.set(
          values.subarray(at + from.col, at + to.col),
          (row - window.row) * window.width + from.col - window.col,
        );
      }
    }
  }
  return out;
}

function interpretationOf(defined: readonly Interpretation[], count: number): Interpretation[] {
  return Array.from({ length: count }, (_, i) => defined[i] ?? (count === 1 ? 'gray' : 'undefined'));
}
