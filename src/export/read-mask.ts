import { fromFile } from 'geotiff';
import type { Mask, Raster } from '../domain/raster.ts';

/** Some complete rows of a single-band file of ours, as stored (a mask: 0, 1, 255 = nodata). */
export interface RowBlock<Values = Uint8Array | Float32Array> {
  /** Index of the first row. */
  readonly row: number;
  readonly width: number;
  readonly height: number;
  /** Rows of the whole file. */
  readonly of: number;
  readonly values: Values;
}

/** Rows at a time: the height of our tiles, so that each is decoded once. */
const BLOCK_ROWS = 256;

/** Row blocks of a mask, probability or index file that `createGeoTiffWriter` wrote, top to bottom. */
export async function* readRows(path: string): AsyncGenerator<RowBlock> {
  const tiff = await fromFile(path);
  try {
    const image = await tiff.getImage();
    const [width, height] = [image.getWidth(), image.getHeight()];
    for (let row = 0; row < height; row += BLOCK_ROWS) {
      const last = Math.min(row + BLOCK_ROWS, height);
      const [values] = (await image.readRasters({ window: [0, row, width, last] })) as unknown as [RowBlock['values']];
      if (!(values instanceof Uint8Array || values instanceof Float32Array))
        throw new Error('not a file that we wrote');
      yield { row, width, height: last - row, of: height, values };
    }
  } finally {
    await tiff.close();
  }
}

/** Row blocks of a mask file, top to bottom. */
export async function* readMaskRows(path: string): AsyncGenerator<RowBlock<Uint8Array>> {
  for await (const block of readRows(path)) {
    const { values } = block;
    if (!(values instanceof Uint8Array)) throw new Error('not a mask that we wrote');
    yield { ...block, values };
  }
}

/** A whole mask file. Nodata is not target: it reads as 0. */
export async function readMask(path: string): Promise<Mask> {
  let mask: Mask = { width: 0, height: 0, values: new Uint8Array(0) };
  for await (const { row, width, of: height, values } of readMaskRows(path)) {
    if (row === 0) mask = { width, height, values: new Uint8Array(width * height) };
    for (let i = 0; i < values.length; i++) mask.values[row * width + i] = values[i] === 1 ? 1 : 0;
  }
  return mask;
}

/** A whole probability or index file (float32). Nodata is NaN, as it is in the file. */
export async function readRaster(path: string): Promise<Raster> {
  let raster: Raster = { width: 0, height: 0, values: new Float32Array(0) };
  for await (const { row, width, of: height, values } of readRows(path)) {
    if (row === 0) raster = { width, height, values: new Float32Array(width * height) };
    raster.values.set(values, row * width);
  }
  return raster;
}
