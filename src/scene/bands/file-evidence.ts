import type { FileHints, SampleType } from '../formats/raster-file.ts';
import type { BandStatistics } from './band-statistics.ts';

/** What is known about one file before its bands are named. */
export interface FileEvidence {
  /** Uploader's file name without directory. */
  readonly name: string;
  readonly type: SampleType;
  readonly hints: FileHints;
  /** Of every band; null = all nodata. */
  readonly statistics: readonly (BandStatistics | null)[];
  readonly format: string;
  /** Ground size of a pixel in metres, null when unknown. */
  readonly pixelM: number | null;
}

/** File name without directory and extension. */
export const stem = (name: string): string =>
  name.replace(/^.*[\\/]/, '').replace(/\.(tiff?|jp2|png|jpe?g|webp|j2k|gtiff)$/i, '');

/** Grey values for a screen: 8 bits, or more bits holding 0 to 255. */
export function isDisplay(file: Pick<FileEvidence, 'type' | 'statistics'>): boolean {
  if (file.type === 'uint8') return true;
  if (!/^u?int/.test(file.type)) return false;
  const known = file.statistics.filter((s) => s !== null);
  return known.length > 0 && known.every((s) => s.min >= 0 && s.max <= 255) && known.some((s) => s.max > 128);
}

/**
 * What the file calls each of its bands; null where it calls a band nothing. A file whose bands all have the same name, or
 * the file's own, says nothing of them.
 */
export function bandTexts({ hints: { descriptions }, name }: FileEvidence): readonly (string | null)[] {
  const said = descriptions.map((text) => text?.trim() || null);
  const same = said.length > 1 && new Set(said).size === 1;
  return same || said.every((text) => text === null || text === stem(name)) ? said.map(() => null) : said;
}

/** Whether names only number the bands: `Band_1`, `Band_2` …, `b1`, `b2` …, `scene_1`, `scene_2` … */
export function onlyNumbers(texts: readonly (string | null)[]): boolean {
  const prefixes = texts.map((text, i) => {
    const [, prefix, number] = /^(.*?)0*(\d+)$/.exec(text ?? '') ?? [];
    return number !== undefined && Number(number) === i + 1 ? prefix : null;
  });
  return prefixes.length > 1 && prefixes.every((prefix) => prefix !== null && prefix === prefixes[0]);
}
