import { expect, it } from 'vitest';
import { foresight } from '../../src/eval/foresight.ts';

const result = (foretoldIou: number | null, iou: number | null, positives = 10) => ({
  foretoldIou,
  iou,
  counts: { truePositive: 0, falsePositive: 0, falseNegative: positives, trueNegative: 0 },
});

it('compares ranks, equal ones by their mean', () => {
  // Ranks 1, 2, 3, 4 and 1, 2, 4, 3: 1 − 6 · 2 / (4 · 15) = 0.8.
  const swapped = [result(0.1, 0.2), result(0.2, 0.3), result(0.3, 0.9), result(0.9, 0.8)];
  expect(foresight(swapped).spearman).toBeCloseTo(0.8, 12);
  // Ranks 1.5, 1.5, 3 and 1, 2, 3: 1.5 / √(1.5 · 2).
  expect(foresight([result(0.5, 0.1), result(0.5, 0.2), result(0.6, 0.3)]).spearman).toBeCloseTo(Math.sqrt(0.75), 12);
  expect(foresight([result(0.5, 0.1), result(0.5, 0.2), result(0.5, 0.3)]).spearman).toBeNull();
});

it('sums up by what was foretold, and leaves out what has no target or was not foretold', () => {
  const { masks, bins } = foresight([
    result(0.72, 0.6),
    result(0.78, 0.9),
    result(1, 0.5),
    result(null, 0.1),
    result(0.75, 0, 0),
    result(0.75, null),
  ]);
  expect(masks).toBe(3);
  expect(bins.filter((bin) => bin.masks > 0)).toEqual([
    { from: 0.7, masks: 2, foretold: 0.75, real: 0.75, worst: 0.6 },
    { from: 0.9, masks: 1, foretold: 1, real: 0.5, worst: 0.5 },
  ]);
});
