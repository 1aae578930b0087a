import type { PixelWindow } from '../../domain/grid.ts';
import type { RasterFile } from '../formats/raster-file.ts';
import { type Rect, resample } from './resample.ts';

/** What marks nodata in a file, decided once when the scene is opened. */
export interface ValidityRule {
  /** Band whose zeros mean nodata. */
  readonly alpha: number | null;
  readonly nodata: number | null;
  /**
   * Bands that must all hold the nodata value for a pixel to be nodata; null = every band for itself. Black is a colour: one
   * band of 0 where 0 is nodata is a dark pixel, all of them are not.
   */
  readonly together: readonly number[] | null;
}

/** Fill values such as 3.4e38 that lost their nodata tag; NaN and infinity fail the comparison as well. */
const ABSURD = 1e30;

/** Source pixels that are held at a time. */
const STRIPE_PIXELS = 4 * 2 ** 20;

/**
 * Digital numbers of some bands in a rectangle of a file, on a grid of another size, NaN where there is no data.
 *
 * Reads the coarsest stored level that is still as fine as what is asked for, a stripe at a time.
 *
 * @param rect  in pixels of the file's grid, may be fractional and may reach outside (nodata there)
 * @returns     one array per band, row-major, length `width * height`
 */
export async function sampleFile(
  file: RasterFile,
  rule: ValidityRule,
  bands: readonly number[],
  rect: Rect,
  width: number,
  height: number,
): Promise<Float32Array[]> {
  if (rect.width === width && rect.height === height && Number.isInteger(rect.col) && Number.isInteger(rect.row)) {
    const inside =
      rect.col >= 0 && rect.row >= 0 && rect.col + width <= file.grid.width && rect.row + height <= file.grid.height;
    if (inside) return readValid(file, rule, 0, bands, rect);
  }
  const level = levelFor(file, Math.min(rect.width / width, rect.height / height));
  const size = file.levels[level]!;
  const fx = size.width / file.grid.width;
  const fy = size.height / file.grid.height;
  const at: Rect = { col: rect.col * fx, row: rect.row * fy, width: rect.width * fx, height: rect.height * fy };
  const left = clamp(Math.floor(at.col) - 1, 0, size.width - 1);
  const right = clamp(Math.ceil(at.col + at.width) + 1, left + 1, size.width);
  const step = at.height / height;
  const rowsPerStripe = clamp(Math.floor(STRIPE_PIXELS / ((right - left) * Math.max(1, step))), 1, height);
  const out = bands.map(() => new Float32Array(width * height));
  for (let row = 0; row < height; row += rowsPerStripe) {
    const rows = Math.min(rowsPerStripe, height - row);
    const top = clamp(Math.floor(at.row + row * step) - 1, 0, size.height - 1);
    const bottom = clamp(Math.ceil(at.row + (row + rows) * step) + 1, top + 1, size.height);
    const window = { col: left, row: top, width: right - left, height: bottom - top };
    const values = await readValid(file, rule, level, bands, window);
    const part: Rect = { col: at.col - left, row: at.row + row * step - top, width: at.width, height: rows * step };
    for (const [i, band] of values.entries()) {
      out[i]!.set(resample({ ...window, values: band }, part, width, rows), row * width);
    }
  }
  return out;
}

/**
 * The same for looking only. Where more pixels would have to be averaged than a moment allows, the nearest one of each is
 * taken.
 */
export async function sampleForLooking(
  file: RasterFile,
  rule: ValidityRule,
  bands: readonly number[],
  rect: Rect,
  width: number,
  height: number,
): Promise<Float32Array[]> {
  const level = levelFor(file, Math.min(rect.width / width, rect.height / height));
  const { width: across, height: down } = file.levels[level]!;
  const pixels = (rect.width * rect.height * across * down) / (file.grid.width * file.grid.height);
  return pixels > MOMENT_PIXELS
    ? sampleNearest(file, rule, bands, rect, width, height, level)
    : sampleFile(file, rule, bands, rect, width, height);
}

/** A band of so many pixels is averaged in about half a second. */
const MOMENT_PIXELS = 16e6;

/**
 * The same by the nearest pixel of a stored level, the full resolution if none is named: for classes and bits, which cannot
 * be averaged. Reads the rows it needs, one at a time.
 */
export async function sampleNearest(
  file: RasterFile,
  rule: ValidityRule,
  bands: readonly number[],
  rect: Rect,
  width: number,
  height: number,
  level = 0,
): Promise<Float32Array[]> {
  const out = bands.map(() => new Float32Array(width * height).fill(Number.NaN));
  const size = file.levels[level]!;
  const fx = size.width / file.grid.width;
  const fy = size.height / file.grid.height;
  const at: Rect = { col: rect.col * fx, row: rect.row * fy, width: rect.width * fx, height: rect.height * fy };
  const stepX = at.width / width;
  const first = clamp(Math.floor(at.col), 0, size.width - 1);
  const last = clamp(Math.ceil(at.col + at.width), first + 1, size.width);
  let line: Float32Array[] = [];
  let lineRow = -1;
  for (let row = 0; row < height; row++) {
    const y = Math.floor(at.row + ((row + 0.5) * at.height) / height);
    if (y < 0 || y >= size.height) continue;
    if (y !== lineRow)
      line = await readValid(file, rule, level, bands, { col: first, row: y, width: last - first, height: 1 });
    lineRow = y;
    for (let col = 0; col < width; col++) {
      const x = Math.floor(at.col + (col + 0.5) * stepX) - first;
      for (const [i, values] of line.entries()) out[i]![row * width + col] = values[x] ?? Number.NaN;
    }
  }
  return out;
}

/** Digital numbers in a window of one stored level, NaN where there is no data. */
export async function readValid(
  file: RasterFile,
  rule: ValidityRule,
  level: number,
  bands: readonly number[],
  window: PixelWindow,
): Promise<Float32Array[]> {
  const extra = [...(rule.together ?? []), ...(rule.alpha === null ? [] : [rule.alpha])];
  const wanted = [...new Set([...bands, ...extra])];
  const dn = new Map((await file.readDn(level, wanted, window)).map((values, i) => [wanted[i]!, values]));
  const mask = await file.readMask(level, window);
  const pixels = window.width * window.height;
  const invalid = new Uint8Array(pixels);
  if (mask) for (let i = 0; i < pixels; i++) if (mask[i] === 0) invalid[i] = 1;
  const alpha = rule.alpha === null ? null : dn.get(rule.alpha)!;
  if (alpha) for (let i = 0; i < pixels; i++) if (alpha[i] === 0) invalid[i] = 1;
  if (rule.together && rule.nodata !== null) {
    const all = rule.together.map((band) => dn.get(band)!);
    for (let i = 0; i < pixels; i++) if (all.every((values) => values[i] === rule.nodata)) invalid[i] = 1;
  }
  const own = rule.together ? null : rule.nodata;
  const marked = mask !== null || alpha !== null || rule.together !== null;
  const real = file.type.startsWith('float');
  return bands.map((band) => {
    const values = dn.get(band)!;
    const out = new Float32Array(values);
    // A loop for what there is: large scenes are read through here whole.
    if (own !== null) for (let i = 0; i < pixels; i++) if (values[i] === own) out[i] = Number.NaN;
    if (real) for (let i = 0; i < pixels; i++) if (!(Math.abs(values[i]!) < ABSURD)) out[i] = Number.NaN;
    if (marked) for (let i = 0; i < pixels; i++) if (invalid[i] === 1) out[i] = Number.NaN;
    return out;
  });
}

/** The coarsest level whose pixels are at most `factor` times those of the grid. */
function levelFor(file: RasterFile, factor: number): number {
  let best = 0;
  for (const [i, level] of file.levels.entries()) {
    if (file.grid.width / level.width <= factor * 1.01) best = i;
  }
  return best;
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
