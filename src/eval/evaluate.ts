import { LAND_COVERS, type LandCover } from '../domain/land-cover.ts';
import { UserFacingError } from '../errors.ts';
import { loadQuestions } from '../prompt/questions.ts';
import type { Dataset, LabelledScene } from './dataset.ts';
import { evaluateScene, type SceneWork, type TargetResult, type Variant } from './evaluate-scene.ts';
import { type InstructionScores, instructionScores } from './instruction.ts';
import { Reliability, type ReliabilityBin } from './reliability.ts';
import { hasPositives, mean, scoresOf } from './scores.ts';
import type { Extract } from './spex-extract.ts';
import { type GroupScores, summarise } from './summarise.ts';

export interface EvaluationOptions {
  readonly variants: readonly Variant[];
  /** Further wordings of the question to ask each target of each scene in, of `prompts/questions.json`. */
  readonly wordings: number;
  readonly onMask: SceneWork['onMask'];
  /** Called before each scene. */
  onScene(scene: LabelledScene, done: number, total: number): void;
}

export interface Evaluation {
  readonly dataset: string;
  readonly results: readonly TargetResult[];
  readonly groups: readonly GroupScores[];
  /** Mean over targets of their mean IoU over scenes. */
  readonly meanIou: number | null;
  readonly reliability: Readonly<
    Record<LandCover, { bins: readonly ReliabilityBin[]; expectedCalibrationError: number | null }>
  >;
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

/** Runs a model and every index baseline over a data set, on the same pixels. */
export async function evaluate(dataset: Dataset, extract: Extract, options: EvaluationOptions): Promise<Evaluation> {
  const all = await loadQuestions();
  const reliability = recordOf(() => new Reliability());
  const results: TargetResult[] = [];
  const skipped: { scene: string; reason: string }[] = [];
  for (const [i, scene] of dataset.scenes.entries()) {
    options.onScene(scene, i, dataset.scenes.length);
    const work: SceneWork = {
      extract,
      variants: options.variants,
      questions: recordOf((target) => someOf(all[target], options.wordings, i)),
      reliability,
      onMask: options.onMask,
    };
    try {
      results.push(...(await evaluateScene(scene, work)));
    } catch (error) {
      // One damaged file must not cost the scores of all others, but it has to be seen.
      skipped.push({ scene: scene.id, reason: reasonOf(error) });
    }
  }
  const groups = summarise(results);
  return {
    dataset: dataset.name,
    results,
    groups,
    meanIou: mean(groups.filter((g) => g.resolution === 'all' && g.bands === 'all').map((g) => g.mean.iou)),
    reliability: recordOf((target) => reliability[target].finish()),
    instruction: instructionScores(results),
    explanations: explanationTotals(results),
    distinctAnswers: distinctAnswers(results),
    worst: results
      .filter((r) => hasPositives(r.counts))
      .map((r) => ({ scene: r.scene, target: r.target, iou: scoresOf(r.counts).iou ?? 0 }))
      .sort((a, b) => a.iou - b.iou)
      .slice(0, 12),
    skipped,
  };
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
