import { LAND_BANDS } from '../../domain/band.ts';
import type { BlindContent } from '../../domain/scene.ts';
import type { Identification } from './bands.ts';
import { exportedPicture } from './exported-picture.ts';
import { bandTexts, type FileEvidence, isDisplay } from './file-evidence.ts';

/**
 * What a scene holds on which nothing can be looked for: no band of light that models and indices know, or nothing on it.
 *
 * @param files    of one scene
 * @param isWhole  the statistics rest on every part of the files, not on some windows
 */
export function blindContent(
  files: readonly FileEvidence[],
  { bands }: Identification,
  isWhole: boolean,
): BlindContent | null {
  const flat = bands.flatMap((file, f) => file.map((band, b) => ({ ...band, s: files[f]!.statistics[b] ?? null })));
  const content = flat.filter(({ name, code }) => name !== 'alpha' && !(name === null && code !== null));
  if (isWhole && content.length > 0) {
    if (content.every(({ s }) => s === null)) return { kind: 'empty' };
    if (content.every(({ s }) => s === null || s.min === s.max)) return { kind: 'constant' };
  }
  if (files.some((file) => exportedPicture(file)?.bands === null)) return { kind: 'index-picture' };
  const codes = codesOf(files);
  if (files.some(({ hints }) => hints.palette) && codes) return { kind: 'classes', codes };
  if (flat.some(({ name }) => name !== null && LAND_BANDS.includes(name))) return null;
  const indices = flat.flatMap(({ holdsIndex }) => holdsIndex ?? []);
  if (indices.length > 0) return { kind: 'index', indices };
  const text = files
    .map((file) => [file.name, ...bandTexts(file), ...Object.values(file.hints.metadata)].join(' '))
    .join(' ');
  const word = WORDS.find(([pattern]) => pattern.test(text.replaceAll('_', ' ')));
  if (word) return { kind: word[1] };
  if (flat.some(({ name }) => name === 'lwir')) return { kind: 'thermal' };
  if (codes) return { kind: 'classes', codes };
  const isGrey = content.length === 1 && (content[0]!.name === 'pan' || (files.every(isDisplay) && isPicture(files)));
  return isGrey ? { kind: 'grey' } : { kind: 'unknown', bands: content.length };
}

const WORDS: readonly (readonly [RegExp, 'radar' | 'elevation'])[] = [
  [
    /\b(vv|vh|hh|hv|sar|sigma ?0|gamma ?0|beta ?0|backscatter|coherence|sentinel ?-?1|s1[abc]|palsar|radarsat)\b/i,
    'radar',
  ],
  [
    /\b(dem|dsm|dtm|chm|ndsm|srtm|astgtm\w*|elevation|heights?|hillshade|slope|aspect|bathymetry|altitude)\b/i,
    'elevation',
  ],
];

/** A class map has few whole numbers, far fewer than its pixels. */
const PIXELS_A_CLASS = 64;

function codesOf(files: readonly FileEvidence[]): readonly number[] | null {
  const [file] = files;
  if (files.length !== 1 || !file || !/int/.test(file.type)) return null;
  // Of a colour table only the colours are read.
  if (file.hints.palette) return file.statistics.every((s) => s?.values) ? [] : null;
  const codes = file.statistics.length === 1 ? file.statistics[0]?.values : null;
  return codes && codes.length > 1 && file.statistics[0]!.count >= PIXELS_A_CLASS * codes.length ? codes : null;
}

/** Grey values of a photograph are many; with few of them nobody can tell. */
const isPicture = (files: readonly FileEvidence[]): boolean =>
  files.every(({ statistics }) => (statistics[0]?.distinct ?? 0) > 32);
