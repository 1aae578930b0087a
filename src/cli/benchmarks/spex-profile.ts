import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { kvBytes } from '../../spex/kv-cache.ts';
import { kvSizes } from '../../spex/language-model.ts';
import { SpexModel } from '../../spex/spex-model.ts';
import { randomChip, SHIPPED_PACK, spiePrompt } from './answer-benchmark.ts';
import { against, type Benchmark, type BenchmarkRow } from './benchmark.ts';
import { memoryRate } from './memory-rate.ts';

export const spexProfile: Benchmark = {
  name: 'spex-profile',
  describe: 'where the time of a model pack goes: ONNX Runtime operators of vision, prefill and decoding (--model)',
  async run({ model: pack, threads, onProgress }) {
    const folder = await mkdtemp(join(tmpdir(), 'profile-'));
    try {
      const bytesPerSecond = await memoryRate(threads);
      const model = await SpexModel.load(pack ?? SHIPPED_PACK, { threads, profile: folder });
      const chip = randomChip(model);
      await model.encode(chip, 'to warm up');
      const features = await model.encode(chip, 'measured');
      onProgress('vision done');
      const { seconds, ids, promptTokens } = await model.answer(features, spiePrompt('vegetation'), {
        maxNewTokens: DECODED,
      });
      await model.release();
      const [vision, language] = await Promise.all(['vision', 'language'].map((name) => readRuns(folder, name)));
      const steps = language!.filter(({ positions }) => positions === 1);
      // A step reads every weight and all keys and values once.
      const cache = kvBytes(kvSizes(model.pack.architecture.language), promptTokens + ids.length);
      const bytes = cache + (await languageBytes(pack ?? SHIPPED_PACK));
      return [
        ...rowsOf('vision encoder', vision!.slice(-1)),
        ...rowsOf(
          'prefill',
          language!.filter(({ positions }) => positions > 1),
        ),
        // The first steps still move weights into place.
        ...rowsOf('one step of decoding', steps.slice(-Math.ceil(DECODED / 2)), true),
        {
          what: `one step of decoding: ${(bytes / 1e6).toFixed(0)} MB of weights and cache at the memory's ${(bytesPerSecond / 1e9).toPrecision(2)} GB/s`,
          value: bytes / bytesPerSecond,
          unit: 's',
        },
        { what: 'one step of decoding, as Node waits for it', value: seconds.decode / (ids.length - 1), unit: 's' },
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** Tokens of the answer that is profiled. */
const DECODED = 16;

/** Operators shown for each part; the others are summed up. */
const SHOWN = 6;

/** Weights of the language graph, inside it or beside it. */
async function languageBytes(pack: string): Promise<number> {
  const files = (await readdir(pack)).filter((name) => name.startsWith('language.onnx'));
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(pack, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const shapes = z.array(z.record(z.string(), z.array(z.number()))).default([]);
const eventSchema = z.object({
  name: z.string(),
  /** Microseconds. */
  ts: z.number(),
  dur: z.number(),
  args: z.object({ op_name: z.string().optional(), input_type_shape: shapes, output_type_shape: shapes }),
});

interface Operation {
  readonly name: string;
  readonly seconds: number;
  /** Multiplications with addition, for matrix products and convolutions; else 0. */
  readonly macs: number;
}

/** One call of a session. */
interface SessionRun {
  readonly seconds: number;
  /** Of the first operation's input: positions of the language model. */
  readonly positions: number;
  readonly operations: readonly Operation[];
}

async function readRuns(folder: string, session: string): Promise<SessionRun[]> {
  const file = (await readdir(folder)).find((name) => name.startsWith(`${session}_`));
  const events = z
    .array(z.looseObject({ name: z.string() }))
    .parse(JSON.parse(await readFile(join(folder, file!), 'utf8')));
  const runs = events.filter(({ name }) => name === 'model_run').map((event) => eventSchema.parse(event));
  const kernels = events.filter(({ name }) => name.endsWith('_kernel_time')).map((event) => eventSchema.parse(event));
  return runs.map(({ ts, dur }) => {
    const inside = kernels.filter((kernel) => kernel.ts >= ts && kernel.ts < ts + dur);
    const attention = inside.find(({ args }) => args.op_name === 'GroupQueryAttention');
    return {
      seconds: dur / 1e6,
      positions: attention ? dimsOf(attention.args.input_type_shape, 0)[1]! : 0,
      operations: inside.map(({ dur, args }) => ({
        name: args.op_name ?? '?',
        seconds: dur / 1e6,
        macs: macsOf(args),
      })),
    };
  });
}

const dimsOf = (list: z.infer<typeof shapes>, at: number): number[] => Object.values(list[at] ?? {})[0] ?? [];
const product = (dims: readonly number[]): number => dims.reduce((all, n) => all * n, 1);

function macsOf({
  op_name,
  input_type_shape: inputs,
  output_type_shape: outputs,
}: z.infer<typeof eventSchema>['args']) {
  const made = product(dimsOf(outputs, 0));
  if (op_name === 'Conv') return made * product(dimsOf(inputs, 1).slice(1));
  return /^(Gemm|MatMulNBits|DynamicQuantizeMatMul)$/.test(op_name ?? '') ? made * (dimsOf(inputs, 0).at(-1) ?? 0) : 0;
}

/** The whole, its operators by time, and how long the arithmetic alone takes at the rate of the fastest matrix product. */
function rowsOf(part: string, runs: readonly SessionRun[], each = false): BenchmarkRow[] {
  const count = each ? runs.length : 1;
  const operations = runs.flatMap((run) => run.operations);
  const seconds = (list: readonly { seconds: number }[]): number => list.reduce((sum, o) => sum + o.seconds, 0) / count;
  const gmacs = (list: readonly Operation[]): number => list.reduce((sum, o) => sum + o.macs, 0) / count / 1e9;
  const whole = { what: part, value: seconds(runs), unit: 's' };
  const names = [...new Set(operations.map(({ name }) => name))]
    .map((name) => ({ name, of: operations.filter((operation) => operation.name === name) }))
    .toSorted((a, b) => seconds(b.of) - seconds(a.of));
  const rows = names.slice(0, SHOWN).map(({ name, of }) => {
    const work = gmacs(of) > 0 ? `, ${gmacs(of).toPrecision(3)} GMAC` : '';
    const what = `${part}: ${name} × ${Math.round(of.length / count)}${work}`;
    return against(whole, { what, value: seconds(of), unit: 's' });
  });
  const others = names.slice(SHOWN).flatMap(({ of }) => of);
  rows.push(against(whole, { what: `${part}: other operators`, value: seconds(others), unit: 's' }));
  const large = operations.filter(({ macs }) => macs > 1e7);
  if (large.length > 0) {
    const rate = Math.max(...large.map(({ macs, seconds }) => macs / seconds)) / 1e9;
    const what = `${part}: ${gmacs(operations).toPrecision(3)} GMAC at its fastest product's ${rate.toPrecision(2)} GMAC/s`;
    rows.push(against(whole, { what, value: gmacs(operations) / rate, unit: 's' }));
  }
  return [whole, ...rows];
}
