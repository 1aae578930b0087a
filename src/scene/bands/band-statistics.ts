/** Numbers that tell what a band holds: of its digital numbers, nodata left out. */
export interface BandStatistics {
  readonly count: number;
  readonly min: number;
  readonly p2: number;
  readonly median: number;
  readonly p98: number;
  readonly max: number;
  /** Different values, counted up to 1000. */
  readonly distinct: number;
  /** All different values in ascending order, where there are at most 64. */
  readonly values: readonly number[] | null;
  /** Share of the two commonest values, 0–1. */
  readonly twoCommonest: number;
  /** The smallest value: its share, and the value next to it; the largest likewise. */
  readonly low: Edge;
  readonly high: Edge;
}

export interface Edge {
  readonly share: number;
  readonly next: number;
}

/** Quantiles and counts of different values rest on at most so many values, evenly taken; minimum and maximum on all. */
const SAMPLED = 32_768;

/** @returns null when every value is nodata (NaN) */
export function bandStatistics(values: Float32Array): BandStatistics | null {
  let count = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    count++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (count === 0) return null;
  const sorted = evenly(values, count).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const runs = runLengths(sorted);
  const [first = 0, second = 0] = runs.toSorted((a, b) => b - a);
  return {
    count,
    min,
    p2: at(0.02),
    median: at(0.5),
    p98: at(0.98),
    max,
    distinct: Math.min(1000, runs.length),
    values: runs.length <= 64 ? [...new Set(sorted)] : null,
    twoCommonest: (first + second) / sorted.length,
    low: { share: runs[0]! / sorted.length, next: sorted[runs[0]!] ?? sorted[0]! },
    high: { share: runs.at(-1)! / sorted.length, next: sorted.at(-1 - runs.at(-1)!) ?? sorted.at(-1)! },
  };
}

/** Every n-th of the `count` values that are not NaN. */
function evenly(values: Float32Array, count: number): Float32Array {
  const step = Math.max(1, count / SAMPLED);
  const out = new Float32Array(Math.ceil(count / step));
  let seen = 0;
  let taken = 0;
  for (let i = 0; i < values.length && taken < out.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    if (seen++ >= taken * step) out[taken++] = values[i]!;
  }
  return out.subarray(0, taken);
}

/** How often each value occurs, in ascending order of the values. */
function runLengths(sorted: Float32Array): number[] {
  const runs: number[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i + 1;
    while (end < sorted.length && sorted[end] === sorted[i]) end++;
    runs.push(end - i);
    i = end;
  }
  return runs;
}
