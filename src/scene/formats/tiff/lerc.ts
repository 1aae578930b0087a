import { inflateSync } from 'node:zlib';
import { decode, getBlobInfo, load } from 'lerc';
import { foreign } from '../../scene-errors.ts';
import { type BlockShape, mostStoredBytes, paddedBytes } from './block-shape.ts';
import { decodeZstd } from './zstd.ts';

/** TIFF tag 50674, second value: what the LERC blob was packed with once more. */
const DEFLATE = 1;
const ZSTD = 2;

/** Bits of a sample by LERC's data type: char, byte, short, ushort, int, uint, float, double. */
const TYPE_BITS = [8, 8, 16, 16, 32, 32, 32, 64];

/**
 * A LERC block of a TIFF. Where the blob's own mask says "no value", real numbers are NaN, as libtiff has it.
 *
 * @returns numbers in this machine's byte order
 */
export async function decodeLerc(bytes: Uint8Array, shape: BlockShape): Promise<Uint8Array> {
  const blob = await unpack(bytes, shape);
  await load(); // once for all
  const { width, height, depthCount, bandCount, dataType, blobSize } = await foreign('its LERC header', () =>
    getBlobInfo(blob),
  );
  // libtiff stores an alpha band of only 0 and 255 as the mask of the three colours.
  const masked = shape.samples === 4 && shape.bitsPerSample === 8 && depthCount === 3;
  const fits =
    width === shape.width &&
    (height === shape.height || height === shape.paddedHeight) &&
    bandCount === 1 &&
    (depthCount === shape.samples || masked) &&
    TYPE_BITS[dataType] === shape.bitsPerSample &&
    blobSize <= blob.length;
  if (!fits) throw new Error(`a LERC block is ${width} x ${height} px with ${depthCount} values of type ${dataType}`);
  const { pixels, mask, validPixelCount } = await foreign('its LERC data', () =>
    decode(blob, { returnInterleaved: true }),
  );
  const values = pixels[0]!;
  const valid = (pixel: number): boolean => validPixelCount > 0 && mask?.[pixel] !== 0;
  if (masked) return withAlpha(new Uint8Array(values.buffer), valid);
  // Only real numbers have NaN; whole numbers with a mask keep 0, as GDAL has it.
  if (values instanceof Float32Array || values instanceof Float64Array) {
    for (let i = 0; i < values.length; i++) if (!valid(Math.floor(i / shape.samples))) values[i] = Number.NaN;
  }
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function withAlpha(colours: Uint8Array, valid: (pixel: number) => boolean): Uint8Array {
  const pixels = colours.length / 3;
  const out = new Uint8Array(pixels * 4);
  for (let i = 0; i < pixels; i++) {
    out.set(colours.subarray(i * 3, i * 3 + 3), i * 4);
    out[i * 4 + 3] = valid(i) ? 255 : 0;
  }
  return out;
}

/** The blob itself is never much longer than its numbers. */
async function unpack(bytes: Uint8Array, shape: BlockShape): Promise<Uint8Array> {
  const most = mostStoredBytes(shape);
  switch (shape.lercParameters?.[1] ?? 0) {
    case 0:
      return bytes;
    case DEFLATE:
      return foreign('its Deflate data', () =>
        inflateSync(bytes, { maxOutputLength: most, chunkSize: paddedBytes(shape) + 4096 }),
      );
    case ZSTD:
      return decodeZstd(bytes, most);
    default:
      throw new Error('its LERC data are packed in a way I do not know');
  }
}
