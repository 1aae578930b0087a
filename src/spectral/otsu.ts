/** Bins over [-1, 1]: 1/128 of index units each. */
const BINS = 256;

export interface OtsuThreshold {
  /** Upper edge of the last bin of the lower class, so a multiple of 1/128 in (-1, 1]. */
  readonly threshold: number;
  /** Between-class over total variance, 0–1 (Otsu's η). A single Gaussian gives about 0.64, two clear peaks above 0.8. */
  readonly separability: number;
}

/**
 * Otsu's threshold of index values: the cut that separates two classes best.
 *
 * @param values  index values; NaN is ignored, values outside [-1, 1] count in the first or last bin
 * @returns       null when there are no two different bins to separate
 * @see Otsu 1979, doi:10.1109/TSMC.1979.4310076
 */
export function otsu(values: Float32Array): OtsuThreshold | null {
  const histogram = new Float64Array(BINS);
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    histogram[Math.min(BINS - 1, Math.max(0, Math.floor((value + 1) * (BINS / 2))))]! += 1;
    count++;
  }
  // Bins are counted 0, 1, 2 … here: the cut and η do not change under scaling.
  let [sum, squares] = [0, 0];
  for (let bin = 0; bin < BINS; bin++) {
    sum += bin * histogram[bin]!;
    squares += bin * bin * histogram[bin]!;
  }
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  let [best, bestBin, below, belowSum] = [0, -1, 0, 0];
  for (let bin = 0; bin < BINS - 1; bin++) {
    below += histogram[bin]!;
    belowSum += bin * histogram[bin]!;
    const above = count - below;
    if (below === 0 || above === 0) continue;
    const gap = belowSum / below - (sum - belowSum) / above;
    const between = (below / count) * (above / count) * gap * gap;
    // Strictly greater: over an empty valley the lowest cut wins.
    if (between > best) [best, bestBin] = [between, bin];
  }
  if (bestBin < 0) return null;
  return { threshold: (bestBin + 1) / (BINS / 2) - 1, separability: Math.min(1, best / variance) };
}
