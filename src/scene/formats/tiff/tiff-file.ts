import type { PixelWindow } from '../../../domain/grid.ts';
import { UserFacingError } from '../../../errors.ts';
import type { SceneLimits } from '../../limits.ts';
import { sceneTooLarge, sceneUnreadable } from '../../scene-errors.ts';
import type { ByteSource } from '../../sources/byte-source.ts';
import { BlockCache } from '../block-cache.ts';
import {
  checkWindow,
  type DnArray,
  type Interpretation,
  type RasterFile,
  SAMPLE_TYPES,
  type SampleType,
} from '../raster-file.ts';
import { parseGdalMetadata } from './gdal-metadata.ts';
import { MAX_BLOCKS, TiffBlocks, type TiffLayout } from './tiff-blocks.ts';
import { CODECS } from './tiff-codecs.ts';
import { readTiffStructure, type TiffDirectory } from './tiff-directory.ts';
import { readGeoreference } from './tiff-georeference.ts';

/**
 * A TIFF, GeoTIFF, BigTIFF or COG: its first image, the overviews and the mask that belong to it.
 *
 * Only directories are read here. Closing the result closes the source.
 *
 * @param label  what to call the file in a reply
 * @param cache  of the scene that the file belongs to
 * @throws {UserFacingError} `scene-unreadable`, `scene-too-large`
 */
export async function openTiff(
  source: ByteSource,
  label: string,
  limits: SceneLimits,
  cache = new BlockCache(limits.decodedBytes),
): Promise<RasterFile> {
  try {
    return await open(source, label, limits, cache);
  } catch (error) {
    throw error instanceof UserFacingError
      ? error
      : sceneUnreadable(label, `the TIFF is damaged (${reason(error)})`, error);
  }
}

async function open(source: ByteSource, label: string, limits: SceneLimits, cache: BlockCache): Promise<RasterFile> {
  const { littleEndian, directories } = await readTiffStructure(source);
  const kinds = await Promise.all(directories.map(async (directory) => (await directory.number(254)) ?? 0));
  // Some cameras store a thumbnail before the picture.
  const first =
    directories[
      Math.max(
        0,
        kinds.findIndex((kind) => (kind & 1) === 0 && (kind & 4) === 0),
      )
    ]!;
  const layout = await readLayout(first, littleEndian, source.size, label, limits);
  const images = [new TiffBlocks(source, layout, cache)];
  let blocks = layout.offsets.length;
  const masks = new Map<string, TiffBlocks>();
  let pages = 1;
  for (const [i, directory] of directories.entries()) {
    if (directory === first) continue;
    const kind = kinds[i]!;
    const other = await readLayout(directory, littleEndian, source.size, label, limits);
    blocks += other.offsets.length;
    if (blocks > MAX_BLOCKS) throw new Error('its images are stored in too many pieces');
    if (kind & 4) masks.set(`${other.width}x${other.height}`, new TiffBlocks(source, other, cache));
    else if (isOverview(other, layout, kind)) images.push(new TiffBlocks(source, other, cache));
    else pages++;
  }
  images.sort((a, b) => b.layout.width - a.layout.width);
  const colours = layout.photometric === 3 ? await first.numbers(320, 3 * 2 ** 16) : null;
  if (colours && colours.length !== 3 * 2 ** layout.bitsPerSample) throw new Error('its colour table has another size');
  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error) => {
      if (error instanceof UserFacingError) throw error;
      throw sceneUnreadable(label, `its pixels are damaged (${reason(error)})`, error);
    });
  const metadata = parseGdalMetadata((await first.text(42112, MAX_METADATA)) ?? '', layout.bands);
  const bands = colours ? 3 : layout.bands;
  const georeference = await readGeoreference(first);
  return {
    format: 'tiff',
    grid: {
      width: layout.width,
      height: layout.height,
      ...georeference,
    },
    bands,
    decodedBytes: Math.max(...[...images, ...masks.values()].map((image) => image.decodedBytes)),
    type: colours ? 'uint8' : layout.type,
    levels: images.map(({ layout: { width, height } }) => ({ width, height })),
    nodata: colours ? null : layout.nodata,
    hints: {
      descriptions: colours ? ['red', 'green', 'blue'] : metadata.descriptions,
      interpretation: colours
        ? ['red', 'green', 'blue']
        : (await interpretationOf(first, layout)).map((role, i) => metadata.interpretation[i] ?? role),
      wavelengthsNm: colours ? [null, null, null] : metadata.wavelengthsNm,
      scales: colours ? [null, null, null] : metadata.scales,
      metadata: { ...metadata.file, ...(await textTags(first)) },
      palette: colours !== null,
      lossy: CODECS[layout.compression]!.lossy && layout.compression !== 34887,
      notes: [
        ...(pages > 1 ? [`${label} holds ${pages} images; I read the first.`] : []),
        ...(colours ? [`${label} has a colour table; I read its colours.`] : []),
      ],
    },
    readDn: (level, wanted, window) => {
      const image = images[level]!;
      checkWindow(window, image.layout.width, image.layout.height);
      return guarded(() => (colours ? readColours(image, colours, wanted, window) : image.read(wanted, window)));
    },
    readMask: async (level, window) => {
      const { width, height } = images[level]!.layout;
      const mask = masks.get(`${width}x${height}`);
      return mask ? Uint8Array.from((await guarded(() => mask.read([0], window)))[0]!) : null;
    },
    close: () => source.close(),
  };
}

async function readLayout(
  directory: TiffDirectory,
  littleEndian: boolean,
  fileSize: number,
  label: string,
  limits: SceneLimits,
): Promise<TiffLayout> {
  const get = async (tag: number, otherwise: number) => (await directory.number(tag)) ?? otherwise;
  const [width, height, bands] = [await get(256, 0), await get(257, 0), await get(277, 1)];
  const declared = `it declares ${width} x ${height} pixels with ${bands} bands`;
  if (![width, height, bands].every(isCount)) throw new Error(declared);
  if (width * height * bands > limits.samples || bands > limits.bands) throw sceneTooLarge(label, declared);
  const bits = (await directory.numbers(258, bands)) ?? [1];
  const formats = (await directory.numbers(339, bands)) ?? [1];
  if (bits.some((b) => b !== bits[0]) || formats.some((f) => f !== formats[0])) {
    throw sceneUnreadable(label, 'its bands are stored in different types');
  }
  const compression = await get(259, 1);
  const photometric = await get(262, 1);
  if (!CODECS[compression])
    throw sceneUnreadable(label, `it is compressed in a way I don't know (TIFF code ${compression})`);
  if (photometric === 6 && compression !== 7) throw sceneUnreadable(label, 'it stores colours as YCbCr without JPEG');
  const tiled = directory.has(324);
  const blockWidth = tiled ? await get(322, 0) : width;
  const rows = tiled ? await get(323, 0) : await get(278, height);
  const blockHeight = tiled ? rows : Math.min(height, rows);
  if (!isCount(blockWidth) || !isCount(rows)) throw new Error(`its blocks are ${blockWidth} x ${rows} pixels`);
  const predictor = await get(317, 1);
  const type = sampleType(bits[0]!, formats[0]!, label);
  if (predictor !== 1 && bits[0]! % 8 !== 0) throw new Error('it stores differences of parts of bytes');
  const planar = (await get(284, 1)) === 2 && bands > 1;
  const tables = await directory.numbers(347, MAX_JPEG_TABLES);
  const nodata = nodataOf(await directory.text(42113, 64), type);
  const blocks = Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight) * (planar ? bands : 1);
  const layout = {
    width,
    height,
    bands,
    type,
    bitsPerSample: bits[0]!,
    compression,
    predictor,
    planar,
    photometric,
    littleEndian,
    tiled,
    blockWidth,
    blockHeight,
    jpegTables: tables && Uint8Array.from(tables),
    lercParameters: await directory.numbers(50674, 2),
    nodata,
    fill: nodata ?? 0,
  };
  return { ...layout, ...(await blocksOf(directory, layout, blocks, fileSize)) };
}

/** Whole and at least 1, small enough to be multiplied. */
const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value < 2 ** 32;

/** Where the strips or tiles lie: one number for each, all inside the file. */
async function blocksOf(
  directory: TiffDirectory,
  layout: Pick<TiffLayout, 'tiled' | 'bands' | 'width' | 'height' | 'blockWidth' | 'blockHeight'>,
  blocks: number,
  fileSize: number,
): Promise<Pick<TiffLayout, 'offsets' | 'byteCounts'>> {
  const [offsetsTag, countsTag] = layout.tiled ? [324, 325] : [273, 279];
  const claimed = Math.min(directory.count(offsetsTag), directory.count(countsTag));
  // Some writers repeat the numbers for each band.
  if (claimed < blocks || claimed > blocks * layout.bands) {
    throw new Error(`it has ${claimed} blocks of pixels, not ${blocks}`);
  }
  // Each costs a read: whole files of single pixels would keep us busy for hours.
  const tiny = layout.blockWidth * layout.blockHeight < 64;
  if (blocks > (tiny ? 65_536 : MAX_BLOCKS)) throw new Error('it is stored in too many pieces');
  const offsets = (await directory.numbers(offsetsTag, blocks))!;
  const byteCounts = (await directory.numbers(countsTag, blocks))!;
  for (const [i, count] of byteCounts.entries()) {
    const offset = offsets[i]!;
    const sane = Number.isSafeInteger(offset) && Number.isSafeInteger(count) && offset >= 0 && count >= 0;
    if (!sane || (count > 0 && offset + count > fileSize)) throw new Error('its end is missing');
  }
  return { offsets, byteCounts };
}

/** @throws {UserFacingError} `scene-unreadable` for complex numbers and odd sizes */
function sampleType(bits: number, format: number, label: string): SampleType {
  if (!isCount(bits) || bits > 64) throw new Error(`it declares ${bits} bits a sample`);
  if (format === 5 || format === 6)
    throw sceneUnreadable(label, 'its pixels are complex numbers (radar), not an image');
  const kind = format === 3 ? 'float' : format === 2 ? 'int' : 'uint';
  if (kind === 'uint' && bits < 16 && bits !== 8) return bits < 8 ? 'uint8' : 'uint16';
  const type = `${kind}${bits}`;
  const known = SAMPLE_TYPES.find((name) => name === type);
  if (known) return known;
  throw sceneUnreadable(label, `its pixels are ${kind} numbers of ${bits} bits`);
}

/** Reduced-resolution images say so; some writers leave the flag out. */
function isOverview(other: TiffLayout, first: TiffLayout, kind: number): boolean {
  if (other.bands !== first.bands || other.type !== first.type || other.width >= first.width) return false;
  const factor = first.width / other.width;
  return (kind & 1) === 1 || Math.abs(other.height * factor - first.height) <= factor;
}

/** The nodata text as a number that a pixel can equal: of float32 files, rounded to float32. */
function nodataOf(text: string | null, type: SampleType): number | null {
  if (!text?.trim()) return null;
  const value = /^[-+]?nan/i.test(text.trim()) ? Number.NaN : Number(text);
  if (Number.isNaN(value)) return /nan/i.test(text) ? Number.NaN : null;
  return type === 'float32' ? Math.fround(value) : value;
}

/** Colour meaning of every band from photometric interpretation and extra samples. */
async function interpretationOf(directory: TiffDirectory, layout: TiffLayout): Promise<Interpretation[]> {
  const extra = (await directory.numbers(338, layout.bands)) ?? [];
  const rgb = layout.photometric === 2 || layout.photometric === 6;
  const colours: Interpretation[] = rgb && layout.bands >= 3 ? ['red', 'green', 'blue'] : ['gray'];
  return Array.from({ length: layout.bands }, (_, i) => {
    const role = extra[i - colours.length];
    return colours[i] ?? (role === 1 || role === 2 ? 'alpha' : 'undefined');
  });
}

/** GDAL's metadata; more of it is not looked at. */
const MAX_METADATA = 2 ** 20;
const MAX_JPEG_TABLES = 65_536;
const TEXT_TAGS = { 269: 'document', 270: 'description', 271: 'make', 272: 'model', 305: 'software' } as const;

async function textTags(directory: TiffDirectory): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [tag, name] of Object.entries(TEXT_TAGS)) {
    const text = await directory.text(Number(tag), 2000);
    if (text) found[`tiff:${name}`] = text;
  }
  return found;
}

/** Bands of a colour table: `colours` holds all reds, then greens, then blues, 16 bits each. */
async function readColours(
  image: TiffBlocks,
  colours: readonly number[],
  bands: readonly number[],
  window: PixelWindow,
): Promise<DnArray[]> {
  const [indices] = await image.read([0], window);
  const entries = colours.length / 3;
  return bands.map((band) => Uint8Array.from(indices!, (index) => (colours[band * entries + index] ?? 0) >> 8));
}

const reason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 120);
