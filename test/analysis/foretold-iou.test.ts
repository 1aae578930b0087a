import { expect, it } from 'vitest';
import { ForetoldIou } from '../../src/analysis/foretold-iou.ts';

const foretold = (...chips: readonly (readonly [iou: number | null, logits: readonly number[]])[]) => {
  const all = new ForetoldIou();
  for (const [iou, logits] of chips) all.add(iou, Float32Array.from(logits), 1);
  return all.mean();
};

it('weighs chips by how much of the mask is in them', () => {
  // Three pixels above the cut of 1 in the first, one in the second, none in the third.
  expect(foretold([0.9, [2, 3, 4, 0]], [0.5, [1, 1.5, NaN, -3]], [0.1, [0, 0, 0, 0]])).toBeCloseTo(0.8, 12);
});

it('counts all chips alike where nothing is marked', () => {
  expect(foretold([0.9, [0, NaN]], [0.5, [-1, -1]])).toBeCloseTo(0.7, 12);
});

it('foretells nothing where the pack does not', () => {
  expect(foretold([null, [2]], [null, [2]])).toBeNull();
});
