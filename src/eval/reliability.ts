/** One bin of a reliability curve. */
export interface ReliabilityBin {
  /** Lower edge of the probabilities in it; its width is 0.1. */
  readonly from: number;
  readonly pixels: number;
  readonly meanProbability: number | null;
  /** Share of its pixels that the label marks: equal to the mean probability when probabilities mean something. */
  readonly positive: number | null;
}

/** A reliability curve, and what another temperature would do. */
export interface ReliabilityCurve {
  readonly bins: readonly ReliabilityBin[];
  /** Mean distance of probability and share over the bins, weighted by pixels (Guo et al. 2017); null without pixels. */
  readonly expectedCalibrationError: number | null;
  /** The temperature, of those from 0.1 to 20 in steps of 5 %, with the least error, and that error. */
  readonly best: { readonly temperature: number; readonly expectedCalibrationError: number } | null;
}

const BINS = 10;

/** Logits are counted in cells of 1/32 from -32 to 32, so that any temperature can be tried afterwards. */
const PER_LOGIT = 32;
const LARGEST = 32;
const CELLS = 2 * LARGEST * PER_LOGIT;

/** How many judged pixels have which mask logit, and how many of them the label marks. Plain data. */
export interface LogitCounts {
  readonly pixels: Float64Array;
  readonly positives: Float64Array;
}

export const noLogits = (): LogitCounts => ({
  pixels: new Float64Array(CELLS),
  positives: new Float64Array(CELLS),
});

/** @param logits  NaN (nodata) is skipped; `label` other than 0 and 1 likewise */
export function countLogits(logits: Float32Array, label: Uint8Array): LogitCounts {
  const counts = noLogits();
  for (let i = 0; i < label.length; i++) {
    const logit = logits[i]!;
    if (label[i]! > 1 || Number.isNaN(logit)) continue;
    const cell = Math.min(CELLS - 1, Math.max(0, Math.floor((logit + LARGEST) * PER_LOGIT)));
    counts.pixels[cell]!++;
    counts.positives[cell]! += label[i]!;
  }
  return counts;
}

export function sumLogits(all: readonly LogitCounts[]): LogitCounts {
  const sum = noLogits();
  for (const { pixels, positives } of all) {
    for (let cell = 0; cell < CELLS; cell++) {
      sum.pixels[cell]! += pixels[cell]!;
      sum.positives[cell]! += positives[cell]!;
    }
  }
  return sum;
}

/** @param temperature  that divides the logits today */
export function reliabilityCurve(counts: LogitCounts, temperature: number): ReliabilityCurve {
  const bins = binsOf(counts, temperature);
  const now = errorOf(bins);
  if (now === null) return { bins, expectedCalibrationError: null, best: null };
  let best = { temperature, expectedCalibrationError: now };
  for (let tried = 0.1; tried <= 20; tried *= 1.05) {
    const error = errorOf(binsOf(counts, tried))!;
    if (error < best.expectedCalibrationError) best = { temperature: tried, expectedCalibrationError: error };
  }
  return { bins, expectedCalibrationError: now, best };
}

function binsOf(counts: LogitCounts, temperature: number): ReliabilityBin[] {
  const pixels = new Float64Array(BINS);
  const sums = new Float64Array(BINS);
  const positives = new Float64Array(BINS);
  for (let cell = 0; cell < CELLS; cell++) {
    if (counts.pixels[cell] === 0) continue;
    const logit = (cell + 0.5) / PER_LOGIT - LARGEST;
    const probability = 1 / (1 + Math.exp(-logit / temperature));
    const bin = Math.min(BINS - 1, Math.floor(probability * BINS));
    pixels[bin]! += counts.pixels[cell]!;
    sums[bin]! += probability * counts.pixels[cell]!;
    positives[bin]! += counts.positives[cell]!;
  }
  return Array.from({ length: BINS }, (_, bin) => {
    const count = pixels[bin]!;
    return {
      from: bin / BINS,
      pixels: count,
      meanProbability: count > 0 ? sums[bin]! / count : null,
      positive: count > 0 ? positives[bin]! / count : null,
    };
  });
}

function errorOf(bins: readonly ReliabilityBin[]): number | null {
  let [distance, pixels] = [0, 0];
  for (const bin of bins) {
    if (bin.pixels === 0) continue;
    distance += bin.pixels * Math.abs(bin.meanProbability! - bin.positive!);
    pixels += bin.pixels;
  }
  return pixels > 0 ? distance / pixels : null;
}
