import { inflateSync } from 'node:zlib';
import { getDecoder } from 'geotiff';
import type { BlockShape } from './tiff-codecs.ts';

/** TIFF tag 50674, second value: what the LERC blob was packed with once more. */
const DEFLATE = 1;
const ZSTD = 2;

/**
 * A LERC block of a TIFF. geotiff.js decodes the numbers, but leaves 0 where the blob's own mask says "no value"; libtiff
 * writes NaN as such a mask.
 *
 * @returns numbers in this machine's byte order; float32 and float64 with NaN where the blob has no value
 */
export async function decodeLerc(bytes: ArrayBuffer, shape: BlockShape, expected: number): Promise<ArrayBuffer> {
  const packed = shape.lercParameters?.[1] ?? 0;
  const blob = await unpack(bytes, packed, expected);
  const decoder = await getDecoder(34887, {
    ...PLAIN,
    planarConfiguration: shape.planar ? 2 : 1,
    ...{ LercParameters: [shape.lercParameters?.[0] ?? 4, 0] },
  });
  const decoded = new Uint8Array((await decoder.decode(blob)) as ArrayBuffer).slice().buffer;
  const mask = lercMask(new DataView(blob));
  if (shape.samples === 4 && shape.bitsPerSample === 8 && decoded.byteLength === expected - expected / 4) {
    return withAlpha(new Uint8Array(decoded), mask?.valid ?? (() => true));
  }
  if (!mask || (shape.bitsPerSample !== 32 && shape.bitsPerSample !== 64)) return decoded;
  // Only real numbers have NaN; whole numbers with a mask keep 0, as GDAL has it.
  const values = shape.bitsPerSample === 32 ? new Float32Array(decoded) : new Float64Array(decoded);
  if (!mask.real) return decoded;
  for (let i = 0; i < values.length; i++) if (!mask.valid(Math.floor(i / shape.samples))) values[i] = Number.NaN;
  return decoded;
}

/** libtiff stores an alpha band of only 0 and 255 as the mask of the three colours. */
function withAlpha(colours: Uint8Array, valid: (pixel: number) => boolean): ArrayBuffer {
  const pixels = colours.length / 3;
  const out = new Uint8Array(pixels * 4);
  for (let i = 0; i < pixels; i++) {
    out.set(colours.subarray(i * 3, i * 3 + 3), i * 4);
    out[i * 4 + 3] = valid(i) ? 255 : 0;
  }
  return out.buffer;
}

const PLAIN = { tileWidth: 0, tileHeight: 0, predictor: 1, bitsPerSample: 8 };

async function unpack(bytes: ArrayBuffer, packed: number, expected: number): Promise<ArrayBuffer> {
  if (packed === DEFLATE) {
    const blob = inflateSync(new Uint8Array(bytes), { maxOutputLength: expected * 2 + 65_536 });
    return new Uint8Array(blob).slice().buffer;
  }
  if (packed !== ZSTD) return bytes;
  const zstd = await getDecoder(50000, { ...PLAIN, planarConfiguration: 1 });
  return new Uint8Array((await zstd.decode(bytes)) as ArrayBuffer).slice().buffer;
}

/**
 * The validity mask of a LERC 2 blob; null where every pixel has a value.
 *
 * @see https://github.com/Esri/lerc, "LERC blob format": header, then a run-length coded bit mask, most significant bit first
 */
function lercMask(blob: DataView): { real: boolean; valid: (pixel: number) => boolean } | null {
  const version = blob.byteLength > 80 && blob.getUint32(0, true) === 0x6372654c ? blob.getInt32(6, true) : 0;
  if (version < 2 || version > 6) return null;
  const at = 10 + (version >= 3 ? 4 : 0); // a checksum since version 3
  const [rows, cols] = [blob.getInt32(at, true), blob.getInt32(at + 4, true)];
  const counts = at + 8 + (version >= 4 ? 4 : 0); // values per pixel since version 4
  const validPixels = blob.getInt32(counts, true);
  const type = blob.getInt32(counts + 12, true);
  const header = counts + 16 + (version >= 6 ? 8 : 0) + 24 + (version >= 6 ? 16 : 0);
  const real = type >= 6; // 6 float, 7 double
  if (validPixels === rows * cols) return null;
  if (validPixels === 0) return { real, valid: () => false };
  const bits = new Uint8Array(Math.ceil((rows * cols) / 8));
  let from = header + 4; // after the mask's length
  for (let to = 0; to < bits.length; ) {
    const run = blob.getInt16(from, true);
    from += 2;
    if (run === -32768) break;
    if (run > 0) for (let i = 0; i < run; i++) bits[to++] = blob.getUint8(from++);
    else {
      bits.fill(blob.getUint8(from++), to, to - run);
      to -= run;
    }
  }
  return { real, valid: (pixel) => ((bits[pixel >> 3]! >> (7 - (pixel & 7))) & 1) === 1 };
}
