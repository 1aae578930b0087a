import { LAND_COVERS, type LandCover } from '../domain/land-cover.ts';
import { UserFacingError } from '../errors.ts';
import { loadQuestions } from '../prompt/questions.ts';
import { countOnes } from '../spectral/facts.ts';
import { type Dataset, type LabelledScene, openLabelled, readLabel } from './dataset.ts';
import {
  type Donor,
  evaluateScene,
  type JudgedScene,
  type SceneWork,
  type TargetResult,
  type Variant,
} from './evaluate-scene.ts';
import { type Foresight, foresight } from './foresight.ts';
import { type InstructionScores, instructionScores } from './instruction.ts';
import { type ReliabilityCurve, reliabilityCurve, sumLogits } from './reliability.ts';
import { hasPositives, mean, scoresOf } from './scores.ts';
import type { Extract } from './spex-extract.ts';
import { sceneAttributes } from './spie-records.ts';
import { type GroupScores, summarise } from './summarise.ts';

export interface JudgeOptions {
  readonly variants: readonly Variant[];
  /** Further wordings of the question to ask each target of each scene in, of `prompts/questions.json`. */
  readonly wordings: number;
  readonly onMask: SceneWork['onMask'];
}

/** Judges one scene of a data set, by its position in it. */
export type Judge = (scene: number) => Promise<JudgedScene>;

export interface EvaluationOptions {
  /** That divides the mask logits: the pack's. */
  readonly temperature: number;
  /** How many scenes are judged at the same time. */
  readonly lanes: number;
  /** Called before each scene. */
  onScene(scene: LabelledScene, done: number, total: number): void;
}

export interface Evaluation {
  readonly dataset: string;
  readonly results: readonly TargetResult[];
  readonly groups: readonly GroupScores[];
  /** Mean over targets of their mean IoU over scenes. */
  readonly meanIou: number | null;
  /** Of each target, and of all together: a pack has one temperature. */
  readonly reliability: Readonly<Record<LandCover | 'all', ReliabilityCurve>>;
  readonly temperature: number;
  readonly foresight: Foresight;
  readonly instruction: InstructionScores;
  readonly explanations: ExplanationTotals;
  /** How many different texts the first (at most) 50 scenes got, per target. */
  readonly distinctAnswers: Partial<Record<LandCover, { readonly scenes: number; readonly distinct: number }>>;
  /** The lowest IoU first. */
  readonly worst: readonly { readonly scene: string; readonly target: LandCover; readonly iou: number }[];
  /** Scenes that could not be judged, with the reason. */
  readonly skipped: readonly { readonly scene: string; readonly reason: string }[];
}

/** Sentences, and how many of them contradict something: before the checker and among those it keeps. */
interface ExplanationTotals {
  readonly answers: number;
  /** Answers of which the checker leaves a sentence. */
  readonly shown: number;
  readonly sentences: number;
  readonly kept: number;
  readonly againstMask: number;
  readonly againstList: {
    readonly sentences: number;
    readonly kept: number;
    readonly before: number;
    readonly after: number;
  };
  readonly againstLabel: {
    readonly sentences: number;
    readonly kept: number;
    readonly before: number;
    readonly after: number;
  };
}

/** A model and every index baseline on the same pixels. A scene that cannot be read is skipped. */
export function sceneJudge(dataset: Dataset, extract: Extract, options: JudgeOptions): Judge {
  const loading = loadQuestions('evaluation');
  return async (i) => {
    const all = await loading;
    try {
      return await evaluateScene(dataset.scenes[i]!, {
        extract,
        variants: options.variants,
        questions: recordOf((target) => someOf(all[target], options.wordings, i)),
        donor: (target) => donorFor(dataset.scenes, i, target),
        onMask: options.onMask,
      });
    } catch (error) {
      // One damaged file must not cost the scores of all others, but it has to be seen.
      return { results: [], logits: {}, skipped: reasonOf(error) };
    }
  };
}

/** Has every scene of a data set judged, and sums up. */
export async function evaluate(dataset: Dataset, judge: Judge, options: EvaluationOptions): Promise<Evaluation> {
  const { scenes } = dataset;
  const judged: JudgedScene[] = Array(scenes.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < scenes.length; i = next++) {
      options.onScene(scenes[i]!, i, scenes.length);
      judged[i] = await judge(i);
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
  const results = judged.flatMap((scene) => scene.results);
  const logits = recordOf((target) => sumLogits(judged.flatMap((scene) => scene.logits[target] ?? [])));
  const groups = summarise(results);
  return {
    dataset: dataset.name,
    results,
    groups,
    meanIou: mean(groups.filter((g) => g.resolution === 'all' && g.bands === 'all').map((g) => g.mean.iou)),
    reliability: {
      ...recordOf((target) => reliabilityCurve(logits[target], options.temperature)),
      all: reliabilityCurve(sumLogits(Object.values(logits)), options.temperature),
    },
    temperature: options.temperature,
    foresight: foresight(results),
    instruction: instructionScores(results),
    explanations: explanationTotals(results),
    distinctAnswers: distinctAnswers(results),
    worst: results
      .filter((r) => hasPositives(r.counts))
      .map((r) => ({ scene: r.scene, target: r.target, iou: scoresOf(r.counts).iou ?? 0 }))
      .sort((a, b) => a.iou - b.iou)
      .slice(0, 12),
    skipped: judged.flatMap(({ skipped }, i) => (skipped === null ? [] : [{ scene: scenes[i]!.id, reason: skipped }])),
  };
}

/**
 * The list of another scene, from its image, with its label: the first that has both, counted from half the data set away,
 * where another place is likely.
 */
async function donorFor(scenes: readonly LabelledScene[], of: number, target: LandCover): Promise<Donor | null> {
  const half = Math.floor(scenes.length / 2);
  for (let i = 0; i < scenes.length; i++) {
    const other = scenes[(of + half + i) % scenes.length]!;
    const path = other.labels.get(target);
    if (other === scenes[of] || !path) continue;
    const donor = await donorFrom(other, target, path).catch(() => null); // reported when it is its turn
    if (donor) return donor;
  }
  return null;
}

async function donorFrom(labelled: LabelledScene, target: LandCover, path: string): Promise<Donor | null> {
  const scene = await openLabelled(labelled);
  try {
    const { width, height } = scene.info.grid;
    const values = await readLabel(path, { width, height });
    if (countOnes(values) === 0) return null;
    const { attributes } = await sceneAttributes(scene, target);
    return attributes && attributes.length > 0
      ? { scene: labelled.id, attributes, label: { width, height, values } }
      : null;
  } finally {
    await scene.close();
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof UserFacingError) return error.reply;
  return error instanceof Error ? error.message : String(error);
}

/** `n` of a list, other ones for every scene, the same in every run. */
function someOf<T>(list: readonly T[], n: number, scene: number): T[] {
  return Array.from({ length: Math.min(n, list.length) }, (_, i) => list[(scene * n + i) % list.length]!);
}

function explanationTotals(results: readonly TargetResult[]): ExplanationTotals {
  const checks = results.map((r) => r.explanation);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const against = (key: 'againstList' | 'againstLabel') => {
    const checked = checks.filter((c) => c[key] !== null);
    return {
      sentences: sum(checked.map((c) => c.sentences)),
      kept: sum(checked.map((c) => c.kept)),
      before: sum(checked.map((c) => c[key]!.before)),
      after: sum(checked.map((c) => c[key]!.after)),
    };
  };
  return {
    answers: checks.length,
    shown: checks.filter((c) => c.kept > 0).length,
    sentences: sum(checks.map((c) => c.sentences)),
    kept: sum(checks.map((c) => c.kept)),
    againstMask: sum(checks.map((c) => c.againstMask)),
    againstList: against('againstList'),
    againstLabel: against('againstLabel'),
  };
}

function distinctAnswers(results: readonly TargetResult[]): Evaluation['distinctAnswers'] {
  const found: Partial<Record<LandCover, { scenes: number; distinct: number }>> = {};
  for (const target of LAND_COVERS) {
    const texts = results.filter((r) => r.target === target).slice(0, 50);
    if (texts.length > 0) found[target] = { scenes: texts.length, distinct: new Set(texts.map((r) => r.text)).size };
  }
  return found;
}

function recordOf<T>(make: (target: LandCover) => T): Record<LandCover, T> {
  return Object.fromEntries(LAND_COVERS.map((target) => [target, make(target)])) as Record<LandCover, T>;
}
