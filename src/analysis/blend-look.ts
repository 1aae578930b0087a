import { resample } from '../scene/sampling/resample.ts';
import type { Chip } from './chips.ts';

/**
 * Mask logits of a chip, averaged with those of the look at the whole scene, which sees a canopy among its neighbours where
 * a chip sees leaves: several scales at once (Chen et al. 2016, arXiv 1511.03339), at no cost, for that look is made anyway.
 *
 * The look counts for half while its pixels are up to four times as large as the chip's, and the less the larger they are: a
 * look at a very large scene knows nothing of single houses. Where it has no data the chip's logits stand alone.
 *
 * @param logits  of `chip`, row-major; NaN = nodata, which stays
 * @param whole   logits of the look at the whole scene; its chip's window begins at the scene's first pixel
 */
export function blendLook(logits: Float32Array, chip: Chip, whole: { chip: Chip; logits: Float32Array }): Float32Array {
  const { window, width, height } = whole.chip;
  const [across, down] = [width / window.width, height / window.height];
  const rect = {
    col: chip.window.col * across,
    row: chip.window.row * down,
    width: chip.window.width * across,
    height: chip.window.height * down,
  };
  const seen = resample({ width, height, values: whole.logits }, rect, chip.width, chip.height);
  // Pixels of the chip to one of the look.
  const ratio = chip.width / rect.width;
  const weight = Math.min(0.5, 2 / ratio);
  return logits.map((logit, i) => (Number.isNaN(seen[i]!) ? logit : logit + weight * (seen[i]! - logit)));
}
