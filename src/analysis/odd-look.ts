import type { Raster } from '../domain/raster.ts';
import type { Look } from './look.ts';

/** What no scene of the ground is: one value everywhere, or pixels that have nothing to do with their neighbours. */
export type Oddity = 'blank' | 'noise';

/** A band varies by so much where it shows anything, in reflectance or display values. */
const LEAST_DEVIATION = 1e-4;

/**
 * Below this correlation of neighbours a band with contrast is noise. Of the labelled scenes of `val` none has a best band
 * below 0.82; white noise has 0, and a radar scene that is not filtered little more. Calm water is all sensor noise, too, but
 * hardly varies: that is no oddity.
 */
const LEAST_CORRELATION = 0.5;
const CONTRAST = 0.02;

/** What is odd about a look at a whole scene, so that nothing the model says of it can be trusted; null for any other. */
export function oddLook({ bands, valid }: Pick<Look, 'bands' | 'valid'>): Oddity | null {
  const seen = [...bands.values()].map((band) => textureOf(band, valid));
  if (seen.every(({ deviation }) => deviation < LEAST_DEVIATION)) return 'blank';
  const contrasting = seen.filter(({ deviation }) => deviation > CONTRAST);
  return contrasting.length > 0 && contrasting.every(({ correlation }) => correlation < LEAST_CORRELATION)
    ? 'noise'
    : null;
}

/** Standard deviation of the valid pixels, and the correlation of those beside each other (lag 1, both directions). */
function textureOf({ width, values }: Raster, valid: Uint8Array): { deviation: number; correlation: number } {
  let [count, sum, squares, pairs, differences] = [0, 0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (valid[i] !== 1) continue;
    const value = values[i]!;
    count++;
    sum += value;
    squares += value * value;
    for (const before of [i % width > 0 ? i - 1 : -1, i - width]) {
      if (before < 0 || valid[before] !== 1) continue;
      pairs++;
      differences += (value - values[before]!) ** 2;
    }
  }
  const variance = count > 0 ? Math.max(0, squares / count - (sum / count) ** 2) : 0;
  const correlation = pairs > 0 && variance > 0 ? 1 - differences / pairs / (2 * variance) : 0;
  return { deviation: Math.sqrt(variance), correlation };
}
