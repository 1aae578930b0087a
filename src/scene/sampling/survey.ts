import type { PixelWindow } from '../../domain/grid.ts';
import { type BandStatistics, bandStatistics } from '../bands/band-statistics.ts';
import type { RasterFile } from '../formats/raster-file.ts';
import { readValid, type ValidityRule } from './sample-file.ts';

/** Up to so many samples (pixels × bands) a file is surveyed whole, which also proves that it can be decoded. */
const WHOLE_SAMPLES = 6_000_000;
/** Width of an overview that is good enough for a survey. */
const OVERVIEW_PIXELS = 256 * 256;
/** Windows along each side that are looked at where there is no overview. */
const LATTICE = 5;
const WINDOW_SIDE = 128;

/** The windows of one stored level that stand for a whole file. */
interface Survey {
  readonly level: number;
  readonly windows: readonly PixelWindow[];
}

function surveyOf(file: RasterFile): Survey {
  const { width, height } = file.grid;
  const small = file.levels.findLastIndex((level) => level.width * level.height >= OVERVIEW_PIXELS);
  const level = width * height * file.bands <= WHOLE_SAMPLES ? 0 : Math.max(0, small);
  const size = file.levels[level]!;
  if (size.width * size.height * file.bands <= WHOLE_SAMPLES) {
    return { level, windows: [{ col: 0, row: 0, ...size }] };
  }
  // Of many bands less of each.
  const side = Math.min(WINDOW_SIDE, Math.floor(Math.sqrt(WHOLE_SAMPLES / LATTICE ** 2 / file.bands)));
  const w = Math.min(side, size.width);
  const h = Math.min(side, size.height);
  const along = (room: number, i: number): number => Math.round((room * i) / (LATTICE - 1));
  const windows = Array.from({ length: LATTICE * LATTICE }, (_, i) => ({
    col: along(size.width - w, i % LATTICE),
    row: along(size.height - h, Math.floor(i / LATTICE)),
    width: w,
    height: h,
  }));
  return { level, windows };
}

/** Whether the survey of a file rests on every part of it. */
export const isSurveyedWhole = (file: RasterFile): boolean => surveyOf(file).windows.length === 1;

/** Statistics of the digital numbers of every band; tagged nodata and the file's mask are left out. */
export async function statisticsOf(file: RasterFile): Promise<(BandStatistics | null)[]> {
  const rule: ValidityRule = { alpha: null, nodata: file.nodata, together: null };
  const all = Array.from({ length: file.bands }, (_, i) => i);
  const { level, windows } = surveyOf(file);
  const parts: Float32Array[][] = [];
  for (const window of windows) parts.push(await readValid(file, rule, level, all, window));
  return all.map((band) => bandStatistics(joined(parts.map((part) => part[band]!))));
}

/** Share of pixels that are not nodata in the first band that is not alpha, 0–1. */
export async function validFraction(file: RasterFile, rule: ValidityRule): Promise<number> {
  const { level, windows } = surveyOf(file);
  const band = rule.alpha === 0 && file.bands > 1 ? 1 : 0;
  let valid = 0;
  let total = 0;
  for (const window of windows) {
    const [values] = await readValid(file, rule, level, [band], window);
    for (const value of values!) if (!Number.isNaN(value)) valid++;
    total += values!.length;
  }
  return total > 0 ? valid / total : 0;
}

/** Shares of the outline and of the whole that a margin must have before it is taken as nodata. */
const OUTLINE_SHARE = 0.05;
const WHOLE_SHARE = 0.005;

/**
 * Whether a file has a margin in which every band is exactly `value`, as reprojected scenes have: much of its outline is, more
 * than in its inside. Only looked for where a whole level was surveyed, and not in files of one 8-bit band (masks, classes).
 */
export async function hasMargin(file: RasterFile, bands: readonly number[], value: number): Promise<boolean> {
  const { level, windows } = surveyOf(file);
  if (windows.length > 1 || bands.length === 0 || (bands.length === 1 && file.type.endsWith('int8'))) return false;
  const { width, height } = windows[0]!;
  const values = await file.readDn(level, bands, windows[0]!);
  let edge = 0;
  let all = 0;
  for (let i = 0; i < width * height; i++) {
    if (!values.every((band) => band[i] === value)) continue;
    all++;
    const col = i % width;
    if (col === 0 || col === width - 1 || i < width || i >= width * (height - 1)) edge++;
  }
  const outline = edge / Math.max(1, 2 * (width + height) - 4);
  const whole = all / (width * height);
  return whole < 1 && whole >= WHOLE_SHARE && outline >= OUTLINE_SHARE && outline > whole / 2;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
