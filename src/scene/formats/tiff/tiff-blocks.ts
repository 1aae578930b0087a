import type { PixelWindow } from '../../../domain/grid.ts';
import type { ByteSource } from '../../sources/byte-source.ts';
import type { BlockCache, Shelf } from '../block-cache.ts';
import { type DnArray, dnArray, type SampleType } from '../raster-file.ts';
import { type BlockShape, blockBytes, mostStoredBytes } from './block-shape.ts';
import { decodeBlock } from './tiff-codecs.ts';
import { decodeSamples } from './tiff-samples.ts';

/** Everything needed to read the pixels of one TIFF image (one directory). */
export interface TiffLayout {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly type: SampleType;
  readonly bitsPerSample: number;
  readonly compression: number;
  readonly predictor: number;
  readonly planar: boolean;
  readonly photometric: number;
  readonly littleEndian: boolean;
  /** Strips are blocks as wide as the image. */
  readonly tiled: boolean;
  readonly blockWidth: number;
  readonly blockHeight: number;
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
  readonly jpegTables: Uint8Array | null;
  readonly lercParameters: readonly number[] | null;
  /** The tagged nodata value as a pixel can equal it, NaN included; null = none. */
  readonly nodata: number | null;
  /** What absent blocks are made of. */
  readonly fill: number;
}

/** Uncompressed strips longer than this are read in parts. */
const RAW_PART_BYTES = 2 ** 20;
/** Strips and tiles of one file, overviews included: two arrays hold a number for each. */
export const MAX_BLOCKS = 2 ** 22;

/** Windows of one TIFF image. */
export class TiffBlocks {
  readonly layout: TiffLayout;
  readonly #source: ByteSource;
  readonly #blocks: Shelf;

  /** @throws {Error} when its strips would have to be read in too many parts */
  constructor(source: ByteSource, layout: TiffLayout, cache: BlockCache) {
    this.#source = source;
    this.#blocks = cache.shelf();
    this.layout = splitRawStrips(layout);
  }

  /** Bytes of a block, unpacked: as stored or as numbers, whichever is more. */
  get decodedBytes(): number {
    const shape = this.#shapeOf(0);
    const { width, height, samples } = shape;
    return Math.max(blockBytes(shape), width * height * samples * dnArray(this.layout.type, 0).BYTES_PER_ELEMENT);
  }

  /** @returns one array per band asked for, row-major */
  async read(bands: readonly number[], window: PixelWindow): Promise<DnArray[]> {
    const { blockWidth, blockHeight, width, height, planar, type } = this.layout;
    const across = Math.ceil(width / blockWidth);
    const down = Math.ceil(height / blockHeight);
    const out = bands.map(() => dnArray(type, window.width * window.height));
    const lastCol = Math.floor((window.col + window.width - 1) / blockWidth);
    const lastRow = Math.floor((window.row + window.height - 1) / blockHeight);
    for (let y = Math.floor(window.row / blockHeight); y <= lastRow; y++) {
      for (let x = Math.floor(window.col / blockWidth); x <= lastCol; x++) {
        const index = y * across + x;
        const shared = planar ? null : await this.#block(index, y);
        for (const [i, band] of bands.entries()) {
          const block = shared ?? (await this.#block(band * across * down + index, y));
          this.#copy(block, planar ? 0 : band, x, y, window, out[i]!);
        }
      }
    }
    return out;
  }

  #copy(block: DnArray, sample: number, x: number, y: number, window: PixelWindow, out: DnArray): void {
    const { blockWidth, blockHeight, planar, bands } = this.layout;
    const step = planar ? 1 : bands;
    const left = Math.max(window.col, x * blockWidth);
    const right = Math.min(window.col + window.width, (x + 1) * blockWidth);
    const top = Math.max(window.row, y * blockHeight);
    const bottom = Math.min(window.row + window.height, (y + 1) * blockHeight);
    for (let row = top; row < bottom; row++) {
      let from = ((row - y * blockHeight) * blockWidth + left - x * blockWidth) * step + sample;
      let to = (row - window.row) * window.width + left - window.col;
      if (step === 1) out.set(block.subarray(from, from + right - left), to);
      else for (let col = left; col < right; col++, from += step) out[to++] = block[from]!;
    }
  }

  async #block(index: number, y: number): Promise<DnArray> {
    const shape = this.#shapeOf(y);
    const absent = this.layout.byteCounts[index] === 0;
    // Blocks that are not there are all alike: one stands for those of a height.
    const key = absent ? `absent ${shape.height}` : String(index);
    const [block] = await this.#blocks.get(key, async () => [
      absent ? absentBlock(shape, this.layout) : await this.#decode(index, shape),
    ]);
    return block!;
  }

  async #decode(index: number, shape: BlockShape): Promise<DnArray> {
    const { layout } = this;
    const byteCount = layout.byteCounts[index]!;
    const raw = layout.compression === 1;
    if (!raw && byteCount > mostStoredBytes(shape)) throw new Error('a block is longer than it can be');
    const wanted = raw ? Math.min(byteCount, blockBytes(shape)) : byteCount;
    const stored = new Uint8Array(await this.#source.read(layout.offsets[index]!, wanted));
    if (stored.length < wanted) throw new Error('its pixels are cut off');
    return decodeSamples(await decodeBlock(stored, layout.compression, shape), shape, layout);
  }

  /** @param y  row of blocks */
  #shapeOf(y: number): BlockShape {
    const { layout } = this;
    return {
      width: layout.blockWidth,
      // Tiles are always whole; the last strip ends with the image.
      height: layout.tiled ? layout.blockHeight : Math.min(layout.blockHeight, layout.height - y * layout.blockHeight),
      paddedHeight: layout.blockHeight,
      samples: layout.planar ? 1 : layout.bands,
      bitsPerSample: layout.bitsPerSample,
      photometric: layout.photometric,
      jpegTables: layout.jpegTables,
      lercParameters: layout.lercParameters,
    };
  }
}

function absentBlock({ width, height, samples }: BlockShape, { type, fill }: TiffLayout): DnArray {
  const block = dnArray(type, width * height * samples);
  return fill === 0 ? block : block.fill(fill);
}

/** Parts of long uncompressed strips as blocks of their own, so that a window costs its rows and not the strip. */
function splitRawStrips(layout: TiffLayout): TiffLayout {
  const { tiled, compression, blockHeight, width, bands, planar, bitsPerSample, height } = layout;
  const rowBytes = Math.ceil((width * (planar ? 1 : bands) * bitsPerSample) / 8);
  if (tiled || compression !== 1 || rowBytes * Math.min(blockHeight, height) <= RAW_PART_BYTES) return layout;
  const wanted = Math.max(1, Math.floor(RAW_PART_BYTES / rowBytes));
  // Parts may not reach over the end of their strip.
  const part = blockHeight >= height ? wanted : largestDivisor(blockHeight, wanted);
  const strips = Math.ceil(height / blockHeight);
  if (Math.ceil(height / part) * (planar ? bands : 1) > MAX_BLOCKS)
    throw new Error('its strips cannot be read in parts');
  const offsets: number[] = [];
  const byteCounts: number[] = [];
  for (let plane = 0; plane < (planar ? bands : 1); plane++) {
    for (let row = 0; row < height; row += part) {
      const strip = plane * strips + Math.floor(row / blockHeight);
      const skipped = (row % blockHeight) * rowBytes;
      offsets.push(layout.offsets[strip]! + skipped);
      byteCounts.push(Math.max(0, Math.min(part * rowBytes, layout.byteCounts[strip]! - skipped)));
    }
  }
  return { ...layout, blockHeight: part, offsets, byteCounts };
}

function largestDivisor(of: number, atMost: number): number {
  for (let divisor = Math.min(of, atMost); divisor > 1; divisor--) if (of % divisor === 0) return divisor;
  return 1;
}
