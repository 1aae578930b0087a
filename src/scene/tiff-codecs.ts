import { inflateSync } from 'node:zlib';
import { getDecoder } from 'geotiff';
import sharp from 'sharp';
import { decodeLerc } from './lerc.ts';
import { decodeLzw } from './lzw.ts';

/** What a decoder must know about a strip or tile. */
export interface BlockShape {
  readonly width: number;
  readonly height: number;
  /** Samples per pixel inside the block: all bands, or 1 where bands are stored one after another. */
  readonly samples: number;
  readonly bitsPerSample: number;
  /** TIFF PhotometricInterpretation. */
  readonly photometric: number;
  readonly planar: boolean;
  readonly jpegTables: Uint8Array | null;
  readonly lercParameters: readonly number[] | null;
}

export type Codec = (bytes: ArrayBuffer, shape: BlockShape) => Promise<ArrayBuffer>;

/** TIFF Compression -> decoder. Adding a compression is adding a row. Results are bounded by the block's size. */
export const CODECS: Readonly<
  Record<number, { readonly name: string; readonly lossy: boolean; readonly decode: Codec }>
> = {
  1: { name: 'none', lossy: false, decode: async (bytes) => bytes },
  5: {
    name: 'LZW',
    lossy: false,
    decode: async (bytes, shape) => toArrayBuffer(decodeLzw(new Uint8Array(bytes), blockBytes(shape))),
  },
  7: { name: 'JPEG', lossy: true, decode: decodeJpeg },
  8: { name: 'Deflate', lossy: false, decode: decodeDeflate },
  32773: { name: 'PackBits', lossy: false, decode: viaGeotiff(32773) },
  32946: { name: 'Deflate', lossy: false, decode: decodeDeflate },
  34887: { name: 'LERC', lossy: true, decode: (bytes, shape) => decodeLerc(bytes, shape, blockBytes(shape)) },
  50000: { name: 'ZSTD', lossy: false, decode: viaGeotiff(50000) },
  50001: { name: 'WebP', lossy: true, decode: decodeWebp },
};

/** Bytes of a decoded block; rows of less than whole bytes are padded. */
export function blockBytes({ width, height, samples, bitsPerSample }: BlockShape): number {
  return Math.ceil((width * samples * bitsPerSample) / 8) * height;
}

/** Bounded by zlib itself: a bomb fails with ERR_BUFFER_TOO_LARGE. */
async function decodeDeflate(bytes: ArrayBuffer, shape: BlockShape): Promise<ArrayBuffer> {
  // Some writers pad the last strip to its full height, hence some slack; whatever is too much is not looked at.
  const inflated = inflateSync(new Uint8Array(bytes), { maxOutputLength: blockBytes(shape) * 2 + 65_536 });
  return toArrayBuffer(inflated);
}

/** libjpeg-turbo through sharp is strict about damage and fast; geotiff.js's decoder is neither, but knows four channels. */
async function decodeJpeg(bytes: ArrayBuffer, shape: BlockShape): Promise<ArrayBuffer> {
  const stream = completeJpeg(new Uint8Array(bytes), shape);
  if (shape.samples !== 1 && shape.samples !== 3) return decodeJpegInScript(bytes, shape);
  const picture = sharp(stream, { failOn: 'warning', limitInputPixels: shape.width * shape.height * 2 });
  const { data, info } = await picture
    .toColourspace(shape.samples === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== shape.width || info.channels !== shape.samples) {
    throw new Error(
      `a JPEG block is ${info.width} px with ${info.channels} channels, not ${shape.width} with ${shape.samples}`,
    );
  }
  return toArrayBuffer(data);
}

async function decodeJpegInScript(bytes: ArrayBuffer, shape: BlockShape): Promise<ArrayBuffer> {
  const stream = new Uint8Array(bytes);
  if (stream.at(-2) !== 0xff || stream.at(-1) !== 0xd9) throw new Error('a JPEG block is cut off');
  return viaGeotiff(7)(bytes, shape);
}

/**
 * A TIFF's abbreviated JPEG stream as a complete one: the shared tables first, and an Adobe marker that says whether the
 * colours are YCbCr (photometric 6), because libjpeg would otherwise guess from the component ids.
 */
function completeJpeg(stream: Uint8Array, { photometric, jpegTables, samples }: BlockShape): Buffer {
  // Tables: SOI, DQT and DHT segments, EOI. Stream: SOI, ...
  const tables =
    jpegTables && jpegTables.length > 4 ? jpegTables.subarray(2, jpegTables.length - 2) : new Uint8Array(0);
  const transform = photometric === 6 ? 1 : 0;
  const adobe = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform];
  return Buffer.concat([
    Uint8Array.of(0xff, 0xd8),
    samples === 3 ? Uint8Array.from(adobe) : new Uint8Array(0),
    tables,
    stream.subarray(2),
  ]);
}

async function decodeWebp(bytes: ArrayBuffer, shape: BlockShape): Promise<ArrayBuffer> {
  const picture = sharp(new Uint8Array(bytes), { failOn: 'warning', limitInputPixels: shape.width * shape.height * 2 });
  const { data, info } = await (shape.samples === 4 ? picture.ensureAlpha() : picture.removeAlpha())
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== shape.width || info.channels !== shape.samples) {
    throw new Error(
      `a WebP block is ${info.width} px with ${info.channels} channels, not ${shape.width} with ${shape.samples}`,
    );
  }
  return toArrayBuffer(data);
}

/** A decoder of geotiff.js, without its predictor: that one ignores the byte order. */
function viaGeotiff(compression: number): Codec {
  return async (bytes, shape) => {
    // PackBits has a bound per input byte; input far above the block's size is nonsense.
    if (bytes.byteLength > blockBytes(shape) * 2 + 65_536) throw new Error('a block is longer than it can be');
    if (compression === 50000) checkZstdSize(new Uint8Array(bytes), blockBytes(shape));
    const decoder = await getDecoder(compression, {
      tileWidth: shape.width,
      tileHeight: shape.height,
      predictor: 1,
      bitsPerSample: shape.bitsPerSample,
      planarConfiguration: shape.planar ? 2 : 1,
      samplesPerPixel: shape.samples,
      ...(shape.jpegTables && { JPEGTables: shape.jpegTables }),
    });
    return toArrayBuffer(new Uint8Array(await decoder.decode(bytes)));
  };
}

/** Refuses a Zstandard frame that declares more than the block holds (RFC 8878, 3.1.1.1). */
function checkZstdSize(frame: Uint8Array, expected: number): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 6 || view.getUint32(0, true) !== 0xfd2fb528) throw new Error('a block is not Zstandard');
  const descriptor = frame[4]!;
  const single = (descriptor & 0x20) !== 0;
  const at = 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
  const flag = descriptor >> 6;
  if (flag === 0 && !single) return;
  const declared = [
    () => view.getUint8(at),
    () => view.getUint16(at, true) + 256,
    () => view.getUint32(at, true),
    () => Number(view.getBigUint64(at, true)),
  ][flag]!();
  if (declared > expected * 2 + 65_536) throw new Error(`a block claims to unpack to ${declared} bytes`);
}

const toArrayBuffer = (bytes: Uint8Array): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
