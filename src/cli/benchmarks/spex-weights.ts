import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wholeSceneChip } from '../../analysis/chips.ts';
import { modelInput, readLook } from '../../analysis/look.ts';
import { whitePoint } from '../../analysis/white-point.ts';
import { convertCheckpoint } from '../../convert/convert.ts';
import type { VisionFormat, WeightFormat } from '../../convert/weight-format.ts';
import { LAND_COVERS } from '../../domain/land-cover.ts';
import { UserFacingError } from '../../errors.ts';
import { openLabelled, readDataset } from '../../eval/dataset.ts';
import { buildPrompt } from '../../prompt/build-prompt.ts';
import { chooseIndex } from '../../spectral/choose-index.ts';
import { indexMask } from '../../spectral/index-mask.ts';
import { regionAttributes } from '../../spectral/region-attributes.ts';
import { SpexModel } from '../../spex/spex-model.ts';
import type { Chip } from '../../spex/vision-encoder.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';

export const spexWeights: Benchmark = {
  name: 'spex-weights',
  describe: 'fp16, int8 and int4 weights of one checkpoint (--checkpoint) against fp32, on real scenes (--dataset)',
  async run({ checkpoint, dataset, threads, onProgress }) {
    if (!checkpoint || !dataset) {
      throw new UserFacingError(
        'wrong-usage',
        'Give a trained checkpoint with --checkpoint and scenes with --dataset.',
      );
    }
    const folder = await mkdtemp(join(tmpdir(), 'weights-'));
    try {
      const plain = await load(checkpoint, join(folder, 'plain'), { weights: 'fp32' }, threads);
      const questions = await questionsOf(dataset, plain, onProgress);
      const expected = await answersOf(plain, questions);
      const rows: BenchmarkRow[] = [];
      for (const [name, formats] of Object.entries(VARIANTS)) {
        const model = await load(checkpoint, join(folder, name), formats, threads);
        rows.push(...compare(name, expected, await answersOf(model, questions)));
        onProgress(`${name} done`);
        await model.release();
      }
      await plain.release();
      return rows;
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

interface Formats {
  readonly weights: WeightFormat;
  readonly vision?: VisionFormat;
}

const VARIANTS: Readonly<Record<string, Formats>> = {
  fp16: { weights: 'fp16' },
  int8: { weights: 'int8' },
  int4: { weights: 'int4' },
  'int8 with int8 vision': { weights: 'int8', vision: 'int8' },
};

interface Question {
  readonly scene: string;
  readonly chip: Chip;
  /** 1 = measured, row-major on the chip's square. */
  readonly valid: Uint8Array;
  readonly prompts: readonly string[];
}

interface Answered {
  readonly ids: readonly number[];
  /** 0 or 1 on the chip's square. */
  readonly mask: Uint8Array;
  readonly valid: Uint8Array;
}

async function load(checkpoint: string, out: string, formats: Formats, threads: number): Promise<SpexModel> {
  await convertCheckpoint({ checkpoint, out, ...formats });
  return SpexModel.load(out, { threads });
}

/** Every development scene (split `val`) as one chip, with the prompt of each target. */
async function questionsOf(path: string, model: SpexModel, onProgress: (line: string) => void): Promise<Question[]> {
  const { scenes } = await readDataset(path);
  const { input, prompt } = model.pack;
  const questions: Question[] = [];
  for (const labelled of scenes.filter(({ split }) => split === 'val')) {
    const scene = await openLabelled(labelled).catch(() => null);
    if (!scene) {
      onProgress(`${labelled.id}: left out, it cannot be opened`);
      continue;
    }
    const { grid, values } = scene.info;
    const look = await readLook(scene, wholeSceneChip(grid.width, grid.height, input.chip));
    await scene.close();
    const { side, width, height } = look.chip;
    const valid = new Uint8Array(side * side);
    for (let y = 0; y < height; y++) valid.set(look.valid.subarray(y * width, (y + 1) * width), y * side);
    const prompts: string[] = [];
    for (const target of LAND_COVERS) {
      const choice = chooseIndex(target, new Set(look.bands.keys()), values);
      const attributes = choice && regionAttributes(indexMask(choice, look.bands).mask).slice(0, prompt.maxAttributes);
      prompts.push(await buildPrompt({ target, attributes, version: prompt.version }));
    }
    const chip = modelInput(look, input.bands, whitePoint(look, values, input.bands), values);
    questions.push({ scene: labelled.id, chip, valid, prompts });
    onProgress(labelled.id);
  }
  return questions;
}

async function answersOf(model: SpexModel, questions: readonly Question[]): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (const { scene, chip, valid, prompts } of questions) {
    const features = await model.encode(chip, scene);
    for (const prompt of prompts) {
      const { ids, maskLogits } = await model.answer(features, prompt);
      answers.push({ ids, valid, mask: Uint8Array.from(maskLogits.values, (logit) => (logit > 0 ? 1 : 0)) });
    }
  }
  return answers;
}

function compare(name: string, expected: readonly Answered[], ours: readonly Answered[]): BenchmarkRow[] {
  // Two empty masks agree, but say nothing about the weights.
  const ious = expected.map((answer, i) => iou(answer, ours[i]!)).filter((value) => value !== null);
  const mean = ious.reduce((sum, value) => sum + value, 0) / ious.length;
  const ids = expected.map(({ ids }, i) => equalShare(ids, ours[i]!.ids));
  const share = ids.reduce((sum, value) => sum + value, 0) / ids.length;
  const whole = ids.filter((value) => value === 1).length / ids.length;
  return [
    { what: `${name}: mean IoU with fp32 masks, ${ious.length} masks`, value: mean, unit: 'IoU', target: '≥ 0.98' },
    { what: `${name}: lowest IoU`, value: Math.min(...ious), unit: 'IoU' },
    { what: `${name}: equal ids before the first difference`, value: share, unit: 'share' },
    { what: `${name}: wholly equal answers`, value: whole, unit: 'share' },
  ];
}

/** Over measured pixels; null when both masks are empty there. */
function iou(a: Answered, b: Answered): number | null {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.mask.length; i++) {
    if (a.valid[i] === 0) continue;
    both += a.mask[i]! & b.mask[i]!;
    either += a.mask[i]! | b.mask[i]!;
  }
  return either === 0 ? null : both / either;
}

function equalShare(a: readonly number[], b: readonly number[]): number {
  const first = a.findIndex((id, i) => id !== b[i]);
  return first < 0 ? 1 : first / a.length;
}
