import type { Pack } from './pack.ts';

/**
 * The probability above which a pixel of a scene belongs to the mask: the pack's, or half the F1 that the scene's own
 * probabilities promise. Of all cuts that one has the largest expected F1 (Lipton et al. 2014, arXiv 1402.1892), if the
 * probabilities are calibrated: near 0.5 where the model is sure, lower where it hesitates.
 *
 * Marking the n most probable of all pixels is expected to reach F1 = 2 Σ p(marked) / (n + Σ p).
 *
 * @param logits  mask logits of the scene, any order; NaN = nodata
 */
export function maskThreshold(
  logits: Float32Array,
  { threshold, temperature }: Pick<Pack, 'threshold' | 'temperature'>,
): number {
  if (typeof threshold === 'number') return threshold;
  const ascending = logits.filter((logit) => !Number.isNaN(logit)).sort();
  const probable = ascending.map((logit) => 1 / (1 + Math.exp(-logit / temperature))).reverse();
  const all = probable.reduce((sum, p) => sum + p, 0);
  let [marked, best] = [0, 0];
  for (let i = 0; i < probable.length; i++) {
    marked += probable[i]!;
    best = Math.max(best, (2 * marked) / (i + 1 + all));
  }
  return Math.max(threshold.least, best / 2);
}
