import { explain } from '../../analysis/explain.ts';
import { type Answering, segment } from '../../analysis/segment.ts';
import type { LandCover } from '../../domain/land-cover.ts';
import { DEMO_SCENE } from '../../scene/demo/demo-scene.ts';
import { openScene } from '../../scene/open-scene.ts';
import type { Scene } from '../../scene/sampling/scene-reader.ts';
import { ComponentScan } from '../../spectral/find-components.ts';
import { SpexModel } from '../../spex/spex-model.ts';
import { SHIPPED_PACK } from './answer-benchmark.ts';
import { against, type Benchmark, type BenchmarkRow } from './benchmark.ts';

const TIMES = 5;

export const firstAnswer: Benchmark = {
  name: 'first-answer',
  describe: 'model time of the demo scene’s first answer and of a further target; with --model beside the shipped pack',
  async run({ model, threads, onProgress }) {
    const scene = await openScene([DEMO_SCENE], {});
    try {
      const shipped = await benchmarkPack(SHIPPED_PACK, scene, threads);
      for (const row of shipped) onProgress(`${row.what}: ${row.value.toPrecision(3)} ${row.unit}`);
      if (model === undefined) return shipped;
      const own = await benchmarkPack(model, scene, threads);
      return [...shipped, ...own.map((row, i) => against(shipped[i]!, row))];
    } finally {
      await scene.close();
    }
  },
};

/** The shortest of some runs, each on a chip that the model has not seen; vision is part of the first answer. */
async function benchmarkPack(folder: string, scene: Scene, threads: number): Promise<BenchmarkRow[]> {
  const spex = await SpexModel.load(folder, { threads });
  try {
    const least = { vision: Infinity, first: Infinity, further: Infinity, explaining: Infinity };
    for (let run = 0; run < TIMES; run++) {
      const timed = timedModel(spex, `run ${run}`);
      const first = await secondsOf(timed, scene, 'vegetation');
      const further = await secondsOf(timed, scene, 'water');
      least.vision = Math.min(least.vision, first.encode);
      least.first = Math.min(least.first, first.encode + first.answer + first.explain);
      least.further = Math.min(least.further, further.encode + further.answer + further.explain);
      least.explaining = Math.min(least.explaining, further.explain);
    }
    const { name, version } = spex.pack;
    const row = (what: string, value: number, target?: string): BenchmarkRow => ({
      what: `${name} ${version}: ${what}`,
      value,
      unit: 's',
      ...(target !== undefined && { target }),
    });
    return [
      row('a 512 × 512 chip through the vision side', least.vision, '≤ 0.25'),
      row('first answer, vision and explanation included', least.first, '≤ 0.75'),
      row('further target on the same scene', least.further, '≤ 0.3'),
      row('of which explanation from the mask', least.explaining),
    ];
  } finally {
    await spex.release();
  }
}

/** Of the model's calls for one target as the bot asks for it, the words about its mask included. */
async function secondsOf({ model, seconds }: TimedModel, scene: Scene, target: LandCover): Promise<Seconds> {
  Object.assign(seconds, NONE);
  const { width, height } = scene.info.grid;
  const { signal } = new AbortController();
  const scan = new ComponentScan(width, height);
  let inside = 0;
  const { whole } = await segment(scene, model, { target }, { signal, onProgress: () => {} }, async (rows, cut) => {
    const mask = Uint8Array.from(rows.logits, (logit) => Number(logit > cut));
    inside += mask.reduce((sum, value) => sum + value, 0);
    scan.addRows(mask);
  });
  await explain(model, target, whole, { components: scan.finish(), share: inside / (width * height) }, signal);
  return { ...seconds };
}

type Seconds = Record<'encode' | 'answer' | 'explain', number>;

const NONE: Readonly<Seconds> = { encode: 0, answer: 0, explain: 0 };

interface TimedModel {
  readonly model: Answering;
  /** Spent in each of its calls since they were set to nothing. */
  readonly seconds: Seconds;
}

/** @param run  chips of other runs are other chips */
function timedModel(spex: SpexModel, run: string): TimedModel {
  const seconds: Seconds = { ...NONE };
  const timed = async <T>(call: keyof Seconds, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    seconds[call] += (performance.now() - started) / 1000;
    return result;
  };
  const model: Answering = {
    pack: spex.pack,
    encode: (chip, key) => timed('encode', () => spex.encode(chip, `${run}:${key}`)),
    answer: (features: Parameters<SpexModel['answer']>[0], prompt, options) =>
      timed('answer', () => spex.answer(features, prompt, options)),
    explain: (features: Parameters<SpexModel['answer']>[0], prompt, options) =>
      timed('explain', () => spex.explain(features, prompt, options)),
  };
  return { model, seconds };
}
