import type { TargetResult } from './evaluate-scene.ts';
import { mean } from './scores.ts';

/** Whether the IoU that a pack foretells its masks comes true. */
export interface Foresight {
  /** Masks of scenes that have the target, of which an IoU was foretold. */
  readonly masks: number;
  /** Rank correlation of foretold and real IoU (Spearman 1904), −1 to 1; null for fewer than three, or when all are equal. */
  readonly spearman: number | null;
  /** By what was foretold; together they hold all masks. */
  readonly bins: readonly ForesightBin[];
}

export interface ForesightBin {
  /** Lower edge of the foretold IoU; its width is 0.1. */
  readonly from: number;
  readonly masks: number;
  readonly foretold: number | null;
  readonly real: number | null;
  /** The least of the real ones. */
  readonly worst: number | null;
}

const BINS = 10;

/** Masks without a target in the label have no IoU to come true, and are left out. */
export function foresight(results: readonly Pick<TargetResult, 'foretoldIou' | 'iou' | 'counts'>[]): Foresight {
  const pairs = results.flatMap(({ foretoldIou, iou, counts: { truePositive, falseNegative } }) =>
    foretoldIou !== null && iou !== null && truePositive + falseNegative > 0
      ? [{ foretold: foretoldIou, real: iou }]
      : [],
  );
  return {
    masks: pairs.length,
    spearman: correlation(ranks(pairs.map(({ foretold }) => foretold)), ranks(pairs.map(({ real }) => real))),
    bins: Array.from({ length: BINS }, (_, bin) => {
      const members = pairs.filter(({ foretold }) => Math.min(BINS - 1, Math.floor(foretold * BINS)) === bin);
      return {
        from: bin / BINS,
        masks: members.length,
        foretold: mean(members.map(({ foretold }) => foretold)),
        real: mean(members.map(({ real }) => real)),
        worst: members.length > 0 ? Math.min(...members.map(({ real }) => real)) : null,
      };
    }),
  };
}

/** From 1; equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

/** Pearson's. */
function correlation(a: readonly number[], b: readonly number[]): number | null {
  if (a.length < 3) return null;
  const [meanA, meanB] = [mean(a)!, mean(b)!];
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    both += (value - meanA) * (b[i]! - meanB);
    squaresA += (value - meanA) ** 2;
    squaresB += (b[i]! - meanB) ** 2;
  }
  return squaresA > 0 && squaresB > 0 ? both / Math.sqrt(squaresA * squaresB) : null;
}
