import { fileURLToPath } from 'node:url';
import { type ChipFeatures, SpexModel } from '../../spex/spex-model.ts';
import type { Chip } from '../../spex/vision-encoder.ts';
import { against, type BenchmarkRow, fastest, peakMemoryMb } from './benchmark.ts';

export const SHIPPED_PACK = fileURLToPath(new URL('../../../models/spex-compact', import.meta.url));

export interface AnswerBenchmark {
  readonly pack: string;
  readonly threads: number;
  /** Tokens of an answer; the model is not allowed to end earlier or later. */
  readonly tokens: number;
  /** Repetitions of what is short. */
  readonly times: number;
  readonly targets?: Partial<Record<'vision' | 'decode' | 'answer' | 'second' | 'memory', string>>;
  onProgress(line: string): void;
}

/** A SPIE prompt of usual length: five regions. */
export function spiePrompt(regions: string): string {
  const region = (i: number): string =>
    `{'Size of area': 'medium', 'Centroid': [0.${314 + i}, 0.${662 - i}], 'Location': 'bottom-left', ` +
    `'Bounding box': [[0.208, 0.571], [0.417, 0.548], [0.433, 0.749], [0.221, 0.${772 + i}]]}`;
  const list = Array.from({ length: 5 }, (_, i) => region(i)).join(', ');
  return `<image>\nBased on the provided image and the attributes of the ${regions} regions, please provide a detailed description of them:[${list}]`;
}

/**
 * One chip and two targets on it, as the bot asks for them: what each part takes, and what reuse saves.
 */
export async function benchmarkAnswers(options: AnswerBenchmark): Promise<BenchmarkRow[]> {
  const { threads, times, targets = {}, onProgress } = options;
  const rows: BenchmarkRow[] = [];
  const add = (what: string, value: number, unit: string, target?: string): BenchmarkRow => {
    const row = { what, value, unit, ...(target ? { target } : {}) };
    rows.push(row);
    onProgress(`${what}: ${value.toPrecision(3)} ${unit}`);
    return row;
  };

  const load = await fastest(1, () => SpexModel.load(options.pack, { threads }));
  const model = load.result;
  add('loading and checking the pack', load.seconds, 's');
  add('memory after loading', peakMemoryMb(), 'MiB');
  const chip = randomChip(model);
  let count = 0;
  const vision = await fastest(times, () => model.encode(chip, `chip ${count++}`));
  const visionRow = add(`vision encoder, ${chip.size} × ${chip.size} chip`, vision.seconds, 's', targets.vision);
  const again = await fastest(1, () => model.encode(chip, `chip ${count - 1}`));
  rows.push(against(visionRow, { what: 'the same chip again: kept features', value: again.seconds, unit: 's' }));

  const features = vision.result;
  const first = await answer(model, features, 'vegetation', options.tokens);
  const { seconds, promptTokens } = first;
  add(`prefill of the image prefix, ${features.imageTokens.dims[1]} image tokens`, seconds.prefix, 's');
  const text = promptTokens - features.imageTokens.dims[1]!;
  add(`prefill of the rest, ${text} text tokens in all`, seconds.prefill, 's');
  add('decoding', (first.ids - 1) / seconds.decode, 'tokens/s', targets.decode);
  add('condensation and mask decoder', seconds.mask, 's');
  const whole = add(
    `whole answer of ${first.ids} tokens, vision included`,
    vision.seconds + total(seconds),
    's',
    targets.answer,
  );
  const second = await answer(model, features, 'water bodies', options.tokens);
  rows.push(
    against(whole, {
      what: `second target on the same chip, ${second.ids} tokens`,
      value: total(second.seconds),
      unit: 's',
      ...(targets.second ? { target: targets.second } : {}),
    }),
  );
  const alone = total({ ...second.seconds, prefix: 0 });
  rows.push(...(await together(model, features, options.tokens, alone)));
  add('peak memory of the process', peakMemoryMb(), 'MiB', targets.memory);
  await model.release();
  return rows;
}

/** As many answers as the pack takes on, on one chip, against as many one by one; both without vision and prefix. */
async function together(
  model: SpexModel,
  features: ChipFeatures,
  tokens: number,
  alone: number,
): Promise<BenchmarkRow[]> {
  const count = model.answersTogether;
  if (count === 1) return [];
  const requests = Array.from({ length: count }, () => ({ features, prompt: spiePrompt('water bodies') }));
  const { seconds } = await fastest(1, () => model.answerTogether(requests, { maxNewTokens: tokens }));
  const one = { what: 'an answer of its own, prefix kept', value: alone, unit: 's' };
  return [one, against(one, { what: `an answer among ${count} together`, value: seconds / count, unit: 's' })];
}

async function answer(model: SpexModel, features: ChipFeatures, regions: string, tokens: number) {
  const { seconds, promptTokens, ids } = await model.answer(features, spiePrompt(regions), { maxNewTokens: tokens });
  return { seconds, promptTokens, ids: ids.length };
}

const total = (seconds: Readonly<Record<string, number>>): number =>
  Object.values(seconds).reduce((sum, value) => sum + value, 0);

/** Smooth noise: what it shows does not change the time, but constant pixels would make all samples equal. */
export function randomChip({ pack }: SpexModel): Chip {
  const { chip: size, bands } = pack.input;
  let state = 1;
  const pixels = Float32Array.from({ length: bands.length * size * size }, () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  });
  return { size, pixels, bandPresent: new Float32Array(bands.length).fill(1) };
}
