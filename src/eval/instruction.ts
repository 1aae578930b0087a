import type { LandCover } from '../domain/land-cover.ts';
import type { TargetResult } from './evaluate-scene.ts';
import { type Counts, hasPositives, mean, scoresOf } from './scores.ts';

/** Whether masks follow the instruction, on scenes whose labels show at least two targets. */
export interface InstructionScores {
  /** Mean IoU of the mask asked for (first key) with the label of a target (second key). */
  readonly matrix: Partial<Record<LandCover, Partial<Record<LandCover, number | null>>>>;
  /** How often the mask asked for (first key) fits the label of a target (second key) best; equals count for the other. */
  readonly confusion: Partial<Record<LandCover, Partial<Record<LandCover, number>>>>;
  /** Questions asked: canonical ones and further wordings. */
  readonly questions: number;
  /** Of them: how often the asked target's label fits better than every other. */
  readonly followed: number;
  /** The same for each wording, the least followed first. */
  readonly wordings: readonly {
    readonly target: LandCover;
    readonly question: string;
    readonly questions: number;
    readonly followed: number;
  }[];
  /** Further wordings asked, on all scenes, and those of them that got an answer about another target at first. */
  readonly reworded: number;
  readonly misheard: readonly { readonly scene: string; readonly target: LandCover; readonly question: string }[];
  readonly failures: readonly { readonly scene: string; readonly target: LandCover; readonly question: string }[];
  /** Masks prompted by the hidden states of an answer about another target. */
  readonly swapped: {
    readonly masks: number;
    /** How many are more like the other target's mask than like the asked one's. */
    readonly followed: number;
    /** Where labels show both targets: how many fit the other's label better, and the mean IoU with either label. */
    readonly judged: number;
    readonly followedByLabel: number;
    readonly iouWithOther: number | null;
    readonly iouWithAsked: number | null;
  };
  /** The prompt of another scene with this image: how many masks fit this scene's label better than that one's. */
  readonly otherScene: {
    readonly masks: number;
    readonly followed: number;
    readonly iouWithOwn: number | null;
    readonly iouWithOther: number | null;
  };
}

export function instructionScores(results: readonly TargetResult[]): InstructionScores {
  const cells = new Map<string, (number | null)[]>();
  const confusion: Partial<Record<LandCover, Partial<Record<LandCover, number>>>> = {};
  const byWording = new Map<string, { target: LandCover; question: string; questions: number; followed: number }>();
  const failures: { scene: string; target: LandCover; question: string }[] = [];
  for (const { scene, target, against, wordings } of results) {
    for (const { question, against: counts } of [{ question: 'canonical', against }, ...wordings]) {
      const present = (Object.entries(counts) as [LandCover, Counts][]).filter(([, c]) => hasPositives(c));
      if (present.length < 2 || !present.some(([label]) => label === target)) continue;
      const ious = present.map(([label, c]) => [label, scoresOf(c).iou ?? 0] as const);
      for (const [label, iou] of ious) {
        const key = `${target} ${label}`;
        cells.set(key, [...(cells.get(key) ?? []), iou]);
      }
      // Of equals the asked target comes last: it has to be better, not only as good.
      const [best] = ious.toSorted(([a, x], [b, y]) => y - x || Number(a === target) - Number(b === target))[0]!;
      confusion[target] = { ...confusion[target], [best]: (confusion[target]?.[best] ?? 0) + 1 };
      const known = byWording.get(`${target} ${question}`) ?? { target, question, questions: 0, followed: 0 };
      known.questions++;
      if (best === target) known.followed++;
      else failures.push({ scene, target, question });
      byWording.set(`${target} ${question}`, known);
    }
  }
  const matrix: Partial<Record<LandCover, Partial<Record<LandCover, number | null>>>> = {};
  for (const [key, ious] of cells) {
    const [asked, label] = key.split(' ') as [LandCover, LandCover];
    matrix[asked] = { ...matrix[asked], [label]: mean(ious) };
  }
  const wordings = [...byWording.values()].sort((a, b) => a.followed / a.questions - b.followed / b.questions);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return {
    matrix,
    confusion,
    questions: sum(wordings.map((w) => w.questions)),
    followed: sum(wordings.map((w) => w.followed)),
    wordings,
    reworded: sum(results.map((r) => r.wordings.length)),
    misheard: results.flatMap(({ scene, target, wordings: asked }) =>
      asked.filter((w) => w.misheard).map(({ question }) => ({ scene, target, question })),
    ),
    failures,
    swapped: swappedScores(results),
    otherScene: otherSceneScores(results),
  };
}

function swappedScores(results: readonly TargetResult[]): InstructionScores['swapped'] {
  const all = results.flatMap(({ target, swapped }) => (swapped ? [{ asked: target, ...swapped }] : []));
  // Where all masks are empty there is nothing to see.
  const swaps = all.filter((s) => s.iouWithAsked !== null || s.iouWithSwapped !== null);
  const judged = swaps.flatMap(({ asked, target, against }) => {
    const [own, other] = [against[asked], against[target]];
    return own && other && hasPositives(own) && hasPositives(other)
      ? [{ asked: scoresOf(own).iou ?? 0, other: scoresOf(other).iou ?? 0 }]
      : [];
  });
  return {
    masks: swaps.length,
    followed: swaps.filter((s) => (s.iouWithSwapped ?? 1) > (s.iouWithAsked ?? 1)).length, // null: both empty, so alike
    judged: judged.length,
    followedByLabel: judged.filter((s) => s.other > s.asked).length,
    iouWithOther: mean(judged.map((s) => s.other)),
    iouWithAsked: mean(judged.map((s) => s.asked)),
  };
}

function otherSceneScores(results: readonly TargetResult[]): InstructionScores['otherScene'] {
  const tried = results.flatMap((r) => (r.otherScene ? [r.otherScene] : []));
  return {
    masks: tried.length,
    followed: tried.filter((t) => t.iouWithOwn > t.iouWithOther).length,
    iouWithOwn: mean(tried.map((t) => t.iouWithOwn)),
    iouWithOther: mean(tried.map((t) => t.iouWithOther)),
  };
}
