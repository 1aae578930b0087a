import { expect, it } from 'vitest';
import { resizeLogits } from '../../src/spex/resize-logits.ts';

it('enlarges about half-pixel centres and holds the edge', () => {
  const { values } = resizeLogits({ width: 2, height: 1, values: Float32Array.of(-1, 3) }, 8, 1);
  // Source positions -0.375, -0.125, 0.125, 0.375, 0.625 …; four levels up from -1 at position 0
  expect([...values]).toEqual([-1, -1, -0.5, 0.5, 1.5, 2.5, 3, 3]);
});

it('does so along both axes', () => {
  const square = { width: 2, height: 2, values: Float32Array.of(0, 4, 8, 12) };
  const { width, height, values } = resizeLogits(square, 4, 2);
  expect([width, height]).toEqual([4, 2]);
  expect([...values]).toEqual([0, 1, 3, 4, 8, 9, 11, 12]);
});

it('samples without antialiasing when it makes smaller', () => {
  const row = { width: 4, height: 1, values: Float32Array.of(0, 10, 20, 30) };
  expect([...resizeLogits(row, 2, 1).values]).toEqual([5, 25]); // positions 0.5 and 2.5
});

it('gives logits of the same size as they are', () => {
  const logits = { width: 1, height: 1, values: Float32Array.of(7) };
  expect(resizeLogits(logits, 1, 1)).toBe(logits);
});

it('refuses values that are no such grid', () => {
  expect(() => resizeLogits({ width: 2, height: 2, values: new Float32Array(3) }, 4, 4)).toThrow('3 logits for 2x2');
});
