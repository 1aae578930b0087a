import type { LandCover } from '../domain/land-cover.ts';
import type { TargetResult } from './evaluate-scene.ts';
import { type Counts, hasPositives, mean, scoresOf } from './scores.ts';

/** Whether masks follow the instruction, on scenes whose labels show at least two targets. */
export interface InstructionScores {
  /** Mean IoU of the mask asked for (first key) with the label of a target (second key). */
  readonly matrix: Partial<Record<LandCover, Partial<Record<LandCover, number | null>>>>;
  /** Questions asked: canonical ones and further wordings. */
  readonly questions: number;
  /** Of them: how often the asked target's label fits better than every other. */
  readonly followed: number;
  readonly failures: readonly { readonly scene: string; readonly target: LandCover; readonly question: string }[];
  /** Masks prompted by the hidden states of an answer about another target: how many agree more with that one's mask. */
  readonly swapped: { readonly questions: number; readonly followed: number };
}

export function instructionScores(results: readonly TargetResult[]): InstructionScores {
  const cells = new Map<string, (number | null)[]>();
  const failures: { scene: string; target: LandCover; question: string }[] = [];
  let [questions, followed] = [0, 0];
  for (const { scene, target, against, wordings } of results) {
    const canonical = { question: 'canonical', against };
    for (const { question, against: counts } of [canonical, ...wordings]) {
      const present = (Object.entries(counts) as [LandCover, Counts][]).filter(([, c]) => hasPositives(c));
      if (present.length < 2 || !present.some(([label]) => label === target)) continue;
      const ious = present.map(([label, c]) => [label, scoresOf(c).iou ?? 0] as const);
      for (const [label, iou] of ious) {
        const key = `${target} ${label}`;
        cells.set(key, [...(cells.get(key) ?? []), iou]);
      }
      const own = ious.find(([label]) => label === target)![1];
      questions++;
      if (ious.every(([label, iou]) => label === target || iou < own)) followed++;
      else failures.push({ scene, target, question });
    }
  }
  const matrix: Partial<Record<LandCover, Partial<Record<LandCover, number | null>>>> = {};
  for (const [key, ious] of cells) {
    const [asked, label] = key.split(' ') as [LandCover, LandCover];
    matrix[asked] = { ...matrix[asked], [label]: mean(ious) };
  }
  const swaps = results.flatMap((r) => (r.swapped ? [r.swapped] : []));
  return {
    matrix,
    questions,
    followed,
    failures,
    swapped: {
      questions: swaps.length,
      followed: swaps.filter((s) => (s.iouWithSwapped ?? 1) > (s.iouWithAsked ?? 0)).length,
    },
  };
}
