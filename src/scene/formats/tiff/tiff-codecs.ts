import { inflateSync } from 'node:zlib';
import { getDecoder } from 'geotiff';
import { foreign } from '../../scene-errors.ts';
import { decodePicture } from '../decode-picture.ts';
import { type BlockShape, blockBytes, mostStoredBytes, paddedBytes } from './block-shape.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { decodeLerc } from './lerc.ts';
import { decodeLzw } from './lzw.ts';
import { decodePackBits } from './pack-bits.ts';
import { decodeZstd } from './zstd.ts';

/** What its data declare is compared with the block before anything is decoded, and nothing longer comes back. */
type Codec = (bytes: Uint8Array, shape: BlockShape) => Promise<Uint8Array>;

/** TIFF Compression -> decoder. Adding a compression is adding a row. */
export const CODECS: Readonly<
  Record<number, { readonly name: string; readonly lossy: boolean; readonly decode: Codec }>
> = {
  1: { name: 'none', lossy: false, decode: async (bytes) => bytes },
  5: { name: 'LZW', lossy: false, decode: async (bytes, shape) => decodeLzw(bytes, paddedBytes(shape)) },
  7: { name: 'JPEG', lossy: true, decode: decodeJpeg },
  8: { name: 'Deflate', lossy: false, decode: decodeDeflate },
  32773: { name: 'PackBits', lossy: false, decode: async (bytes, shape) => decodePackBits(bytes, paddedBytes(shape)) },
  32946: { name: 'Deflate', lossy: false, decode: decodeDeflate },
  34887: { name: 'LERC', lossy: true, decode: decodeLerc },
  50000: { name: 'ZSTD', lossy: false, decode: (bytes, shape) => decodeZstd(bytes, paddedBytes(shape)) },
  50001: { name: 'WebP', lossy: true, decode: (bytes, shape) => decodePicture(bytes, 'webp', shape) },
};

/**
 * A strip or tile as it was before it was compressed.
 *
 * @returns exactly `blockBytes(shape)` bytes, samples of a pixel together
 * @throws {Error} when the data are damaged or for another block
 */
export async function decodeBlock(stored: Uint8Array, compression: number, shape: BlockShape): Promise<Uint8Array> {
  if (stored.length > mostStoredBytes(shape)) throw new Error('a block is longer than it can be');
  const bytes = await CODECS[compression]!.decode(stored, shape);
  const expected = blockBytes(shape);
  if (bytes.length !== expected && bytes.length !== paddedBytes(shape)) {
    throw new Error(`a block of pixels has ${bytes.length} bytes, not ${expected}`);
  }
  return new Uint8Array(bytes.buffer, bytes.byteOffset, expected); // a Buffer would copy nothing when it is sliced
}

function decodeDeflate(bytes: Uint8Array, shape: BlockShape): Promise<Uint8Array> {
  const most = paddedBytes(shape);
  // zlib itself stops at the bound; one chunk, so that a long block is not joined from thousands.
  return foreign('its Deflate data', () => inflateSync(bytes, { maxOutputLength: most, chunkSize: most + 64 }));
}

/** Longest block of four channels: the decoder of geotiff.js needs many times its bytes. */
const MOST_SCRIPT_BYTES = 16 * 2 ** 20;

/** libjpeg-turbo is strict about damage and fast; geotiff.js's decoder is neither, but knows other than one or three channels. */
async function decodeJpeg(bytes: Uint8Array, shape: BlockShape): Promise<Uint8Array> {
  if (shape.samples === 1 || shape.samples === 3) return decodePicture(completeJpeg(bytes, shape), 'jpeg', shape);
  const { width, height, components } = readJpegHeader(bytes);
  if (width !== shape.width || (height !== shape.height && height !== shape.paddedHeight)) {
    throw new Error(`a JPEG block is ${width} x ${height} px, not ${shape.width} x ${shape.height}`);
  }
  if (components !== shape.samples || paddedBytes(shape) > MOST_SCRIPT_BYTES) {
    throw new Error(`a JPEG block has ${components} channels, not ${shape.samples}, or is too long`);
  }
  if (bytes.at(-2) !== 0xff || bytes.at(-1) !== 0xd9) throw new Error('a JPEG block is cut off');
  return foreign('its JPEG data', async () => {
    const decoder = await getDecoder(7, {
      tileWidth: shape.width,
      tileHeight: shape.height,
      predictor: 1,
      bitsPerSample: shape.bitsPerSample,
      planarConfiguration: 1,
      samplesPerPixel: shape.samples,
      ...(shape.jpegTables && { JPEGTables: shape.jpegTables }),
    });
    return new Uint8Array((await decoder.decode(bytes.slice().buffer)) as ArrayBuffer);
  });
}

/**
 * A TIFF's abbreviated JPEG stream as a complete one: the shared tables first, and an Adobe marker that says whether the
 * colours are YCbCr (photometric 6), because libjpeg would otherwise guess from the component ids.
 */
function completeJpeg(stream: Uint8Array, { photometric, jpegTables, samples }: BlockShape): Uint8Array {
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
