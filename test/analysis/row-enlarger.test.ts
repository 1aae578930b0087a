import { expect, it } from 'vitest';
import type { BlendedRows } from '../../src/analysis/row-blender.ts';
import { RowEnlarger } from '../../src/analysis/row-enlarger.ts';

/** Coarse rows of a field that is linear, so that what lies between is known: 10 · col + row, at pixel centres. */
const coarse = (width: number, row: number, rows: number): BlendedRows => {
  const at = (value: (col: number, row: number) => number) =>
    Array.from({ length: width * rows }, (_, i) => value(i % width, row + Math.floor(i / width)));
  return {
    row,
    logits: Float32Array.from(at((c, r) => 10 * c + r)),
    index: Float32Array.from(at((c, r) => 100 * c + r)),
    marked: Uint8Array.from(at((c, r) => (c + r) % 2)),
  };
};

it.each([
  ['at once', [4]],
  ['row by row', [1, 1, 1, 1]],
])('makes the rows of the scene from coarser ones that come %s', (_case, blocks) => {
  const [width, height, factor] = [10, 15, 4]; // 3 × 4 coarse pixels, the last ones cut off by the scene's edge
  const enlarger = new RowEnlarger(width, height, factor);
  let next = 0;
  let row = 0;
  for (const rows of blocks) {
    for (const block of enlarger.add(coarse(3, row, rows))) {
      expect(block.row).toBe(next);
      for (let i = 0; i < block.logits.length; i++) {
        const [col, r] = [i % width, next + Math.floor(i / width)];
        // Beyond the outer centres the field stays what it is there.
        const x = Math.min(Math.max((col + 0.5) / factor - 0.5, 0), 2);
        const y = Math.min(Math.max((r + 0.5) / factor - 0.5, 0), 3);
        expect(block.logits[i]).toBeCloseTo(10 * x + y, 4);
        const [ownCol, ownRow] = [Math.floor(col / factor), Math.floor(r / factor)];
        expect(block.index[i]).toBe(100 * ownCol + ownRow);
        expect(block.marked[i]).toBe((ownCol + ownRow) % 2);
      }
      next += block.logits.length / width;
    }
    row += rows;
  }
  expect(next).toBe(height);
});

it('has no data where the coarse pixel has none, and goes on beside it', () => {
  const rows = coarse(2, 0, 1);
  rows.logits.set([NaN, 6]);
  const [block] = [...new RowEnlarger(4, 2, 2).add(rows)];
  expect([...block!.logits]).toEqual([NaN, NaN, 6, 6, NaN, NaN, 6, 6]);
});

it('hands on what needs no enlarging as it is', () => {
  const rows = coarse(3, 0, 2);
  expect([...new RowEnlarger(3, 2, 1).add(rows)]).toEqual([rows]);
});
