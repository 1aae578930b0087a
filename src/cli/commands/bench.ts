import { availableParallelism, loadavg } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { UserFacingError } from '../../errors.ts';
import type { Benchmark, BenchmarkRow } from '../benchmarks/benchmark.ts';
import { table } from '../table.ts';

interface BenchArguments {
  readonly model?: string;
  readonly checkpoint?: string;
  readonly dataset?: string;
  readonly threads: number;
  readonly json?: boolean;
}

/** Adding a benchmark = a file in `../benchmarks/` and a line here. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  accept: async () => (await import('../benchmarks/accept.ts')).accept,
  conversation: async () => (await import('../benchmarks/conversation.ts')).conversation,
  'first-answer': async () => (await import('../benchmarks/first-answer.ts')).firstAnswer,
  'large-scene': async () => (await import('../benchmarks/large-scene.ts')).largeScene,
  spex: async () => (await import('../benchmarks/spex.ts')).spex,
  'spex-full': async () => (await import('../benchmarks/spex-full.ts')).spexFull,
  'spex-profile': async () => (await import('../benchmarks/spex-profile.ts')).spexProfile,
  'spex-weights': async () => (await import('../benchmarks/spex-weights.ts')).spexWeights,
};

/** Adds `spex-chat bench [NAME]`. */
export function register(program: Command): void {
  program
    .command('bench')
    .description('benchmarks, with ratios against named baselines of the same run; without a name: which there are')
    .argument('[name]', 'benchmark to run')
    .option('--model <pack>', 'folder of the model pack')
    .option('--checkpoint <dir>', 'folder of a checkpoint')
    .option('--dataset <file>', 'dataset.json of real scenes')
    .option('--threads <number>', 'threads of the model', parseThreads, availableParallelism())
    .option('--json', 'print one JSON document')
    .action(async (name: string | undefined, { json, ...options }: BenchArguments) => {
      if (name === undefined) {
        await list();
        return;
      }
      const load = BENCHMARKS[name];
      if (!load) {
        throw new UserFacingError(
          'wrong-usage',
          `There is no benchmark ${name}. There are: ${Object.keys(BENCHMARKS).join(', ')}.`,
        );
      }
      const load1 = loadavg()[0]!;
      const onProgress = (line: string): void => {
        process.stderr.write(`${line}\n`);
      };
      const rows = await (await load()).run({ ...options, onProgress });
      if (json) {
        process.stdout.write(`${JSON.stringify({ benchmark: name, loadAverage: load1, rows }, null, 2)}\n`);
        return;
      }
      if (load1 > 1) {
        process.stdout.write(
          `The machine was busy (load ${load1.toFixed(1)} on ${availableParallelism()} cores): times are too long.\n`,
        );
      }
      process.stdout.write(`${table(HEADER, rows.map(cells))}\n`);
    });
}

const HEADER = ['what', 'measured', 'unit', 'to reach', 'ratio', 'baseline'];

const cells = ({ what, value, unit, target, baseline }: BenchmarkRow): string[] => [
  what,
  value >= 1000 ? value.toFixed(0) : value.toPrecision(3),
  unit,
  target ?? '',
  baseline ? baseline.ratio.toPrecision(2) : '',
  baseline?.what ?? '',
];

async function list(): Promise<void> {
  const all = await Promise.all(Object.values(BENCHMARKS).map((load) => load()));
  process.stdout.write(
    `${table(
      ['name', 'what it measures'],
      all.map(({ name, describe }) => [name, describe]),
    )}\n`,
  );
}

function parseThreads(value: string): number {
  const threads = Number(value);
  if (!Number.isInteger(threads) || threads < 1) throw new InvalidArgumentError('A whole number, 1 or more.');
  return threads;
}
