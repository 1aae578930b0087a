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
  /** Share of the two commonest values, 0–1. */
  readonly twoCommonest: number;
}

/** @returns null when every value is nodata (NaN) */
export function bandStatistics(values: Float32Array): BandStatistics | null {
  const valid = values.filter((value) => !Number.isNaN(value)).sort();
  if (valid.length === 0) return null;
  const at = (share: number): number => valid[Math.min(valid.length - 1, Math.floor(share * valid.length))]!;
  const runs: number[] = [];
  for (let i = 0; i < valid.length; ) {
    let end = i + 1;
    while (end < valid.length && valid[end] === valid[i]) end++;
    runs.push(end - i);
    i = end;
  }
  const [first = 0, second = 0] = runs.toSorted((a, b) => b - a);
  return {
    count: valid.length,
    min: valid[0]!,
    p2: at(0.02),
    median: at(0.5),
    p98: at(0.98),
    max: valid.at(-1)!,
    distinct: Math.min(1000, runs.length),
    twoCommonest: (first + second) / valid.length,
  };
}
