import type { BandName } from '../domain/band.ts';
import type { Look } from './look.ts';

const VISIBLE: readonly BandName[] = ['blue', 'green', 'red'];

/** No scene is so dark that its brightest ground reflects less: a lake alone stays dark. */
const LEAST_WHITE = 0.2;

/**
 * What becomes white when reflectance of which the model sees blue, green and red only is shown as a picture: the 98th
 * percentile of the brightest band, at least 0.2. Null where the model sees other bands too, and for pictures: it takes
 * those as they are.
 *
 * Models know three-band scenes as pictures; reflectance as it is would be too dark to them (spex-compact 1.4.0's vision
 * side on 8 scenes with their infrared hidden, mean IoU as they are and like this: building 0.13 and 0.29, vegetation 0.71
 * and 0.75, water 0.15 and 0.19; chosen on these scenes, of five ways to stretch).
 *
 * @param whole  the look at the whole scene
 */
export function whitePoint(
  whole: Look,
  values: 'reflectance' | 'display',
  packBands: readonly string[],
): number | null {
  if (values === 'display') return null;
  const seen = [...whole.bands].filter(([name]) => packBands.includes(name === 'nir08' ? 'nir' : name));
  if (seen.length !== VISIBLE.length || !seen.every(([name]) => VISIBLE.includes(name))) return null;
  let white = LEAST_WHITE;
  for (const [, raster] of seen) {
    const measured = raster.values.filter((_, i) => whole.valid[i] === 1).sort();
    if (measured.length > 0) white = Math.max(white, measured[Math.round(0.98 * (measured.length - 1))]!);
  }
  return white;
}

/** One value as a picture has it, 0–1: white at 0.8, the dark half lifted a little. */
export const asPicture = (value: number, white: number): number =>
  Math.min(Math.max((value / white) * 0.8, 0), 1) ** 0.85;
