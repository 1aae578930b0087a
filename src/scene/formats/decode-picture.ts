import sharp from 'sharp';
import { foreign } from '../scene-errors.ts';
import type { BlockShape } from './tiff/block-shape.ts';
import { readJpegHeader } from './tiff/jpeg-header.ts';

export type PictureFormat = 'png' | 'jpeg' | 'webp';

/** What a picture's header declares. */
export interface PictureHeader {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly gray: boolean;
  /** 16 bits a sample instead of 8. */
  readonly deep: boolean;
  /** Bytes that decoding holds at once, the result included. */
  readonly decodedBytes: number;
  readonly exif: Buffer | null;
}

// libvips knows dozens of formats, among them SVG and PDF: what is no JPEG, PNG or WebP never reaches a decoder.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadPngFile', // pictures that we have drawn ourselves
  ],
});

const SIGNATURES: Readonly<Record<PictureFormat, (bytes: Uint8Array) => boolean>> = {
  png: (bytes) => startsWith(bytes, '\x89PNG\r\n\x1a\n', 0),
  jpeg: (bytes) => startsWith(bytes, '\xff\xd8\xff', 0),
  webp: (bytes) => startsWith(bytes, 'RIFF', 0) && startsWith(bytes, 'WEBP', 8),
};

const MAX_SIDE = 1_000_000;

/** @throws {Error} when the bytes are not of that format, or damaged */
export async function readPictureHeader(bytes: Uint8Array, format: PictureFormat): Promise<PictureHeader> {
  if (!SIGNATURES[format](bytes)) throw new Error(`it is no ${format.toUpperCase()}`);
  const jpeg = format === 'jpeg' ? readJpegHeader(bytes) : null;
  const meta = await foreign('its header', () =>
    sharp(bytes, { failOn: 'warning', limitInputPixels: false }).metadata(),
  );
  const { width, height } = meta;
  if (meta.format !== format || (jpeg && (jpeg.width !== width || jpeg.height !== height))) {
    throw new Error('its header contradicts itself');
  }
  // A decoder goes line by line, however short they are.
  if (Math.max(width, height) > MAX_SIDE) throw new Error('it is longer than any picture');
  const gray = meta.space === 'b-w' || meta.space === 'grey16';
  const bands = (gray ? 1 : 3) + (meta.hasAlpha ? 1 : 0);
  const deep = meta.depth === 'ushort';
  const pixels = width * height * bands * (deep ? 2 : 1);
  // Whole pictures in the decoder itself: WebP; interlaced PNG; the coefficients, of 16 bits, of a JPEG of several passes.
  const inside =
    format === 'webp' || (format === 'png' && meta.isProgressive) ? pixels : jpeg && jpeg.scans > 1 ? 2 * pixels : 0;
  return { width, height, bands, gray, deep, decodedBytes: pixels + inside, exif: meta.exif ?? null };
}

/** The pixels of a picture whose header was read. @throws {Error} when they are damaged */
export async function readPicture(bytes: Uint8Array, header: PictureHeader): Promise<Uint8Array> {
  const { width, height, bands, gray, deep } = header;
  const { data, info } = await foreign('its pixels', () =>
    sharp(bytes, { failOn: 'warning', limitInputPixels: width * height })
      .toColourspace(deep ? (gray ? 'grey16' : 'rgb16') : gray ? 'b-w' : 'srgb')
      .raw({ depth: deep ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  );
  if (info.width !== width || info.height !== height || info.channels !== bands) {
    throw new Error(`it unpacks to ${info.width} x ${info.height} pixels with ${info.channels} channels`);
  }
  return data;
}

/** A block of 8-bit samples that is a picture of its own. */
export async function decodePicture(
  bytes: Uint8Array,
  format: 'jpeg' | 'webp',
  block: BlockShape,
): Promise<Uint8Array> {
  const jpeg = format === 'jpeg' ? readJpegHeader(bytes) : null;
  const { width, height } = jpeg ?? (await readPictureHeader(bytes, format));
  if (width !== block.width || (height !== block.height && height !== block.paddedHeight)) {
    throw new Error(`a block is a picture of ${width} x ${height} px, not ${block.width} x ${block.height}`);
  }
  if (jpeg && jpeg.components !== block.samples) {
    throw new Error(`a block has ${jpeg.components} channels, not ${block.samples}`);
  }
  const { data, info } = await foreign('its pixels', () => {
    const picture = sharp(bytes, { failOn: 'warning', limitInputPixels: width * height });
    const coloured = picture.toColourspace(block.samples === 1 ? 'b-w' : 'srgb');
    const opaque = block.samples === 4 ? coloured.ensureAlpha() : coloured.removeAlpha();
    return opaque.raw().toBuffer({ resolveWithObject: true });
  });
  if (info.channels !== block.samples) throw new Error(`a block has ${info.channels} channels, not ${block.samples}`);
  return data;
}

const startsWith = (bytes: Uint8Array, text: string, at: number): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .subarray(at, at + text.length)
    .toString('latin1') === text;
