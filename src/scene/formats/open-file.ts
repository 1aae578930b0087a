import { basename } from 'node:path';
import type { SceneFile } from '../../domain/scene.ts';
import type { SceneLimits } from '../limits.ts';
import { sceneUnreadable } from '../scene-errors.ts';
import { type ByteSource, isAddress, type OpenRemote, openFileSource } from '../sources/byte-source.ts';
import { digestOfFile } from '../sources/file-digest.ts';
import { openRemoteSource } from '../sources/remote-source.ts';
import type { BlockCache } from './block-cache.ts';
import { openJp2 } from './jpeg2000/jp2-file.ts';
import { openPicture } from './picture-file.ts';
import type { RasterFile } from './raster-file.ts';
import { describeFormat, SNIFF_BYTES, type SniffedFormat, sniffFormat } from './sniff.ts';
import { openTiff } from './tiff/tiff-file.ts';

/** What a file of a scene turned out to be. */
export type OpenedFile = { readonly digest: string } & (
  | { readonly kind: 'raster'; readonly raster: RasterFile }
  /** Text beside the images, such as Landsat's `*_MTL.txt`; the beginning of it. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'archive' }
);

const TEXT_BYTES = 512 * 1024;

/**
 * @param cache  of the scene that the file belongs to
 * @throws {UserFacingError} `scene-unreadable`, `scene-too-large`, `address-refused`, `download-failed`
 */
export async function openFile(
  file: SceneFile,
  limits: SceneLimits,
  cache: BlockCache,
  openRemote: OpenRemote = openRemoteSource,
): Promise<OpenedFile> {
  const label = cleanName(file.name);
  const source = isAddress(file.path)
    ? await openRemote(file.path)
    : await openFileSource(file.path).catch((cause) => {
        throw sceneUnreadable(label, 'there is no such file, or it may not be opened', cause);
      });
  try {
    if (source.identity && file.digest && source.identity !== file.digest) {
      throw sceneUnreadable(label, 'the file behind its address has changed since I first read it');
    }
    const digest = source.identity ?? file.digest ?? (await digestOfFile(file.path));
    const format = sniffFormat(new Uint8Array(await source.read(0, SNIFF_BYTES)));
    if (format === 'zip') {
      await source.close();
      return { kind: 'archive', digest };
    }
    if (format === 'text' && /\.(txt|xml|json|tfw|jgw|pgw|j2w|prj|wld|met|imd)$/i.test(file.name)) {
      const text = new TextDecoder().decode(await source.read(0, TEXT_BYTES));
      await source.close();
      return { kind: 'text', digest, text };
    }
    return { kind: 'raster', digest, raster: await openRaster(source, format, label, limits, cache) };
  } catch (error) {
    await source.close().catch(() => undefined);
    throw error;
  }
}

async function openRaster(
  source: ByteSource,
  format: SniffedFormat,
  label: string,
  limits: SceneLimits,
  cache: BlockCache,
): Promise<RasterFile> {
  if (source.size === 0) throw sceneUnreadable(label, 'the file is empty');
  switch (format) {
    case 'tiff':
      return openTiff(source, label, limits, cache);
    case 'png':
    case 'jpeg':
    case 'webp':
      return openPicture(source, format, label, limits, cache);
    case 'jp2':
    case 'j2k':
      return openJp2(source, format === 'j2k', label, limits, cache);
    default:
      throw sceneUnreadable(label, `it is ${describeFormat(format)}`);
  }
}

/** A file name as we show it: no directory, no control characters, not endless. */
export function cleanName(name: string): string {
  const clean = basename(name.replaceAll('\\', '/'))
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
  return (clean || 'the file').slice(0, 120);
}
