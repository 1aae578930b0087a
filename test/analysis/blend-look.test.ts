import { expect, it } from 'vitest';
import { blendLook } from '../../src/analysis/blend-look.ts';
import type { Chip } from '../../src/analysis/chips.ts';

const chip = (col: number, row: number, width: number, height: number, factor = 1): Chip => ({
  window: { col, row, width, height },
  width: width / factor,
  height: height / factor,
  side: 32,
});

/** A look of 4 × 2 pixels whose logits rise by 10 a column. */
const rising = Float32Array.from([0, 10, 20, 30, 0, 10, 20, 30]);

it.each([
  // Centres of the scene's columns 2–5 lie at 0.75, 1.25, 1.75 and 2.25 columns of the look.
  ['half where its pixels are twice as large', 8, 4, chip(2, 0, 4, 2), [3.75, 6.25, 8.75, 11.25]],
  // At 4.5 / 4 - 0.5 = 0.625 columns and on by a quarter: 6.25, 8.75, 11.25, 13.75.
  ['half where they are four times as large', 16, 8, chip(4, 2, 4, 2), [3.125, 4.375, 5.625, 6.875]],
  // At 4.5 / 8 - 0.5 = 0.0625 columns and on by an eighth: 0.625, 1.875, 3.125, 4.375, a quarter of each.
  ['a quarter where they are eight times as large', 32, 16, chip(4, 2, 4, 2), [0.15625, 0.46875, 0.78125, 1.09375]],
  // Chips of every other pixel see pixels half as large as the look's.
  ['half beside chips that are coarse themselves', 16, 8, chip(4, 2, 8, 4, 2), [3.75, 6.25, 8.75, 11.25]],
])('counts the look at the whole scene: %s', (_case, width, height, small, expected) => {
  const whole = { chip: { ...chip(0, 0, width, height), width: 4, height: 2 }, logits: rising };
  const blended = blendLook(new Float32Array(8), small, whole);
  expect([...blended]).toEqual([...expected, ...expected].map((value) => expect.closeTo(value, 5)));
});

it('is the mean of both where the look is as fine, and keeps to the chip where the look has no data', () => {
  const whole = { chip: chip(0, 0, 4, 2), logits: Float32Array.from([NaN, 10, 20, 30, NaN, 10, 20, 30]) };
  expect([...blendLook(Float32Array.from([-6, -6, NaN, -6]), chip(0, 0, 4, 1), whole)]).toEqual([-6, 2, NaN, 12]);
});
