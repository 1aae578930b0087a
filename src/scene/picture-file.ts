import sharp from 'sharp';
import type { PixelWindow } from '../domain/grid.ts';
import type { ByteSource } from './byte-source.ts';
import type { SceneLimits } from './limits.ts';
import { checkWindow, type DnArray, dnArray, type Interpretation, type RasterFile } from './raster-file.ts';
import { sceneTooLarge, sceneUnreadable } from './scene-errors.ts';

const CHANNELS: Readonly<Record<number, readonly Interpretation[]>> = {
  1: ['gray'],
  2: ['gray', 'alpha'],
  3: ['red', 'green', 'blue'],
  4: ['red', 'green', 'blue', 'alpha'],
};

/**
 * A PNG, JPEG or WebP: decoded once, whole, when its pixels are first asked for.
 *
 * Colours are as stored; an EXIF orientation is not applied, because a companion file or a mask of ours would not fit then.
 *
 * @throws {UserFacingError} `scene-unreadable`, `scene-too-large`
 */
export async function openPicture(
  source: ByteSource,
  format: 'png' | 'jpeg' | 'webp',
  label: string,
  limits: SceneLimits,
): Promise<RasterFile> {
  const bytes = Buffer.from(await source.read(0, source.size));
  await source.close();
  const options = { failOn: 'warning', limitInputPixels: limits.wholePixels } as const;
  const damaged = (error: unknown) => sceneUnreadable(label, `the ${format.toUpperCase()} is damaged`, error);
  const meta = await sharp(bytes, { ...options, limitInputPixels: false })
    .metadata()
    .catch((error) => {
      throw damaged(error);
    });
  const { width, height } = meta;
  if (width * height > limits.wholePixels) throw sceneTooLarge(label, `it declares ${width} x ${height} pixels`);
  const gray = meta.space === 'b-w' || meta.space === 'grey16';
  const bands = (gray ? 1 : 3) + (meta.hasAlpha ? 1 : 0);
  const deep = meta.depth === 'ushort';
  let decoded: Promise<DnArray> | null = null;
  const decode = async (): Promise<DnArray> => {
    const space = `${gray ? 'b-w' : 'srgb'}` as const;
    const { data, info } = await sharp(bytes, options)
      .toColourspace(deep ? (gray ? 'grey16' : 'rgb16') : space)
      .raw({ depth: deep ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true })
      .catch((error) => {
        throw damaged(error);
      });
    if (info.channels !== bands) throw damaged(new Error(`${info.channels} channels instead of ${bands}`));
    return deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  };
  const size = { width, height };
  return {
    format,
    grid: { ...size, transform: null, crs: null },
    bands,
    type: deep ? 'uint16' : 'uint8',
    levels: [size],
    nodata: null,
    hints: {
      descriptions: Array(bands).fill(null),
      interpretation: CHANNELS[bands]!,
      wavelengthsNm: Array(bands).fill(null),
      scales: Array(bands).fill(null),
      metadata: meta.exif ? exifDate(meta.exif) : {},
      lossy: format !== 'png',
      notes: [],
    },
    readDn: async (_level, wanted, window) => {
      checkWindow(window, width, height);
      decoded ??= decode();
      const pixels = await decoded;
      return wanted.map((band) => pick(pixels, band, bands, width, window, deep));
    },
    readMask: async () => null,
    close: async () => {
      decoded = null;
    },
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

/** `DateTimeOriginal` of an EXIF block: found by its form, since it is the only fact we want from it. */
function exifDate(exif: Buffer): Record<string, string> {
  const found = /(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(exif.toString('latin1'));
  return found ? { DateTimeOriginal: `${found[1]}-${found[2]}-${found[3]}T${found[4]}` } : {};
}
