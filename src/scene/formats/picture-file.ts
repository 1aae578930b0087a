import type { PixelWindow } from '../../domain/grid.ts';
import { UserFacingError } from '../../errors.ts';
import type { SceneLimits } from '../limits.ts';
import { sceneTooLarge, sceneUnreadable } from '../scene-errors.ts';
import type { ByteSource } from '../sources/byte-source.ts';
import { BlockCache } from './block-cache.ts';
import { type PictureFormat, readPicture, readPictureHeader } from './decode-picture.ts';
import { checkWindow, type DnArray, dnArray, type Interpretation, type RasterFile } from './raster-file.ts';

const CHANNELS: Readonly<Record<number, readonly Interpretation[]>> = {
  1: ['gray'],
  2: ['gray', 'alpha'],
  3: ['red', 'green', 'blue'],
  4: ['red', 'green', 'blue', 'alpha'],
};

/**
 * A PNG, JPEG or WebP: decoded whole, when its pixels are asked for and not in the cache.
 *
 * Colours are as stored; an EXIF orientation is not applied, because a companion file or a mask of ours would not fit then.
 *
 * @throws {UserFacingError} `scene-unreadable`, `scene-too-large`
 */
export async function openPicture(
  source: ByteSource,
  format: PictureFormat,
  label: string,
  limits: SceneLimits,
  cache = new BlockCache(limits.decodedBytes),
): Promise<RasterFile> {
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error) => {
      if (error instanceof UserFacingError) throw error;
      throw sceneUnreadable(label, `the ${format.toUpperCase()} is damaged`, error);
    });
  if (source.size > limits.decodedBytes) throw sceneTooLarge(label, 'it has more bytes than I take of a picture');
  const bytes = Buffer.from(await source.read(0, source.size));
  await source.close();
  const header = await guarded(readPictureHeader(bytes, format));
  const { width, height, bands, deep } = header;
  const whole = cache.shelf();
  const decode = async (): Promise<DnArray[]> => {
    const { buffer, byteOffset, length } = await readPicture(bytes, header);
    return [deep ? new Uint16Array(buffer, byteOffset, length / 2) : new Uint8Array(buffer, byteOffset, length)];
  };
  const size = { width, height };
  return {
    format,
    grid: { ...size, transform: null, crs: null },
    bands,
    type: deep ? 'uint16' : 'uint8',
    decodedBytes: bytes.length + header.decodedBytes,
    levels: [size],
    nodata: null,
    hints: {
      descriptions: Array(bands).fill(null),
      interpretation: CHANNELS[bands]!,
      wavelengthsNm: Array(bands).fill(null),
      scales: Array(bands).fill(null),
      metadata: header.exif ? exifDate(header.exif) : {},
      lossy: format !== 'png',
      notes: [],
    },
    readDn: async (_level, wanted, window) => {
      checkWindow(window, width, height);
      const [pixels] = await guarded(whole.get('', decode));
      return wanted.map((band) => pick(pixels!, band, bands, width, window, deep));
    },
    readMask: async () => null,
    close: async () => undefined,
  };
}

function pick(
  pixels: DnArray,
  band: number,
  bands: number,
  width: number,
  window: PixelWindow,
  deep: boolean,
): DnArray {
  const out = dnArray(deep ? 'uint16' : 'uint8', window.width * window.height);
  for (let row = 0; row < window.height; row++) {
    for (let col = 0; col < window.width; col++) {
      out[row * window.width + col] = pixels[((window.row + row) * width + window.col + col) * bands + band]!;
    }
  }
  return out;
}

/** EXIF has 64 KiB at most. */
const MAX_EXIF = 65_536;

/** `DateTimeOriginal` of an EXIF block: found by its form, since it is the only fact we want from it. */
function exifDate(exif: Buffer): Record<string, string> {
  const text = exif.subarray(0, MAX_EXIF).toString('latin1');
  const found = /(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(text);
  return found ? { DateTimeOriginal: `${found[1]}-${found[2]}-${found[3]}T${found[4]}` } : {};
}
