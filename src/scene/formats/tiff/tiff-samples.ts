import { type DnArray, dnArray, type SampleType } from '../raster-file.ts';
import type { BlockShape } from './block-shape.ts';

/** How the numbers of a decoded block are laid down. */
export interface SampleCoding {
  readonly type: SampleType;
  readonly bitsPerSample: number;
  readonly littleEndian: boolean;
  /** TIFF Predictor: 1 none, 2 horizontal differences, 3 floating point. */
  readonly predictor: number;
  readonly compression: number;
}

/** Compressions whose decoders give numbers in this machine's byte order. */
const NATIVE_ORDER = new Set([7, 34887, 50001]);

/**
 * Digital numbers of a decompressed block: byte order, predictor and packed bits undone, in place where they lie well.
 *
 * @param bytes  `blockBytes(shape)` of them, of nobody else
 * @returns length `width * height * samples`, samples of a pixel together
 */
export function decodeSamples(bytes: Uint8Array, shape: BlockShape, coding: SampleCoding): DnArray {
  const { type, bitsPerSample, predictor, littleEndian, compression } = coding;
  if (bitsPerSample % 8 !== 0) return unpackBits(bytes, shape, type);
  const size = bitsPerSample / 8;
  const block = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  if (predictor === 3) undoFloatingPoint(block, shape, size);
  else if (!littleEndian && size > 1 && !NATIVE_ORDER.has(compression)) swapBytes(block, size);
  if (predictor === 2) undoDifferences(block, shape, size);
  return type === 'float16' ? widenHalf(viewAs('uint16', block) as Uint16Array) : viewAs(type, block);
}

function viewAs(type: SampleType, { buffer, byteOffset, byteLength }: Uint8Array): DnArray {
  const Typed = dnArray(type, 0).constructor as unknown as {
    new (buffer: ArrayBuffer, offset: number, length: number): DnArray;
    readonly BYTES_PER_ELEMENT: number;
  };
  return new Typed(buffer as ArrayBuffer, byteOffset, byteLength / Typed.BYTES_PER_ELEMENT);
}

/** 1 to 15 bits a sample, most significant bit first, every row starting on a byte. */
function unpackBits(
  bytes: Uint8Array,
  { width, height, samples, bitsPerSample }: BlockShape,
  type: SampleType,
): DnArray {
  const perRow = width * samples;
  const rowBytes = Math.ceil((perRow * bitsPerSample) / 8);
  const out = dnArray(type, perRow * height);
  const mask = 2 ** bitsPerSample - 1;
  for (let row = 0; row < height; row++) {
    for (let i = 0; i < perRow; i++) {
      const bit = i * bitsPerSample;
      const at = row * rowBytes + (bit >> 3);
      const three = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
      out[row * perRow + i] = (three >> (24 - bitsPerSample - (bit & 7))) & mask;
    }
  }
  return out;
}

function swapBytes({ buffer, byteOffset, byteLength }: Uint8Array, size: number): void {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  if (size === 2) bytes.swap16();
  else if (size === 4) bytes.swap32();
  else bytes.swap64();
}

/** Each sample is stored as the difference to the one before it in its row; sums wrap around (TIFF 6.0, section 14). */
function undoDifferences(block: Uint8Array, { width, height, samples }: BlockShape, size: number): void {
  const values = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array }[size];
  if (!values) throw new Error(`differences of ${size} bytes are not supported`);
  // The sum of bigints is written the same way.
  const all = new values(block.buffer as ArrayBuffer, block.byteOffset, block.byteLength / size) as Uint32Array;
  const perRow = width * samples;
  for (let row = 0; row < height; row++) {
    for (let i = row * perRow + samples; i < (row + 1) * perRow; i++) all[i] = all[i]! + all[i - samples]!;
  }
}

/** Bytes of all samples of a row, most significant plane first, as differences (Adobe TIFF technical note 3). */
function undoFloatingPoint(bytes: Uint8Array, { width, height, samples }: BlockShape, size: number): void {
  const perRow = width * samples;
  const rowBytes = perRow * size;
  for (let row = 0; row < height; row++) {
    const line = bytes.subarray(row * rowBytes, (row + 1) * rowBytes);
    for (let i = samples; i < rowBytes; i++) line[i] = line[i]! + line[i - samples]!;
    const planes = line.slice();
    for (let i = 0; i < perRow; i++) {
      for (let b = 0; b < size; b++) line[i * size + b] = planes[(size - 1 - b) * perRow + i]!;
    }
  }
}

/** IEEE 754 half precision. */
function widenHalf(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
