/** A benchmark that `spex-chat bench` can run. Adding one = a file here and a line in `../commands/bench.ts`. */
export interface Benchmark {
  readonly name: string;
  /** What it measures, in one line. */
  readonly describe: string;
  run(options: BenchmarkOptions): Promise<readonly BenchmarkRow[]>;
}

export interface BenchmarkOptions {
  /** Folder of a model pack; each benchmark has its own default or asks for it. */
  readonly model?: string;
  /** Folder of a checkpoint, for benchmarks that convert or compare with PyTorch. */
  readonly checkpoint?: string;
  /** dataset.json, for benchmarks on real scenes. */
  readonly dataset?: string;
  readonly threads: number;
  onProgress(line: string): void;
}

/** One measured number, beside what it is to be compared with. */
export interface BenchmarkRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** `what` of the row of the same run that this one is compared with, and this value over that one. */
  readonly baseline?: { readonly what: string; readonly ratio: number };
  /** What is to be reached, as text: `≤ 4`. */
  readonly target?: string;
}

/** A row compared with another row of the same run. */
export function against(baseline: BenchmarkRow, row: BenchmarkRow): BenchmarkRow {
  return { ...row, baseline: { what: baseline.what, ratio: row.value / baseline.value } };
}

/** Shortest of `times` runs in seconds: the least disturbed by other processes. The result is that of the last run. */
export async function fastest<T>(times: number, run: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  let best = Number.POSITIVE_INFINITY;
  let result!: T;
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    result = await run();
    best = Math.min(best, (performance.now() - started) / 1000);
  }
  return { seconds: best, result };
}

/** Most memory this process has had so far, MiB. */
export const peakMemoryMb = (): number => process.resourceUsage().maxRSS / 1024;
