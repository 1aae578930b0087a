import { describe, expect, it } from 'vitest';
import { resample } from '../../../src/scene/sampling/resample.ts';

const patch = (rows: (number | null)[][]) => ({
  width: rows[0]!.length,
  height: rows.length,
  values: Float32Array.from(rows.flat(), (value) => value ?? Number.NaN),
});
const whole = (p: { width: number; height: number }) => ({ col: 0, row: 0, width: p.width, height: p.height });

describe('resample', () => {
  it('copies where nothing changes', () => {
    const p = patch([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect([...resample(p, whole(p), 3, 2)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...resample(p, { col: 1, row: 1, width: 2, height: 1 }, 2, 1)]).toEqual([5, 6]);
  });

  it('averages areas when pixels become larger', () => {
    const p = patch([
      [1, 3, 10, 20],
      [5, 7, 30, 40],
    ]);
    expect([...resample(p, whole(p), 2, 1)]).toEqual([4, 25]);
    // Thirds of 4 pixels: 1 + 1/3, 2/3 + 2/3, 1/3 + 1. (10*1 + 20/3) / (4/3) = 12.5
    const line = patch([[10, 20, 30, 40]]);
    expect([...resample(line, whole(line), 3, 1)].map((v) => Number(v.toFixed(4)))).toEqual([12.5, 25, 37.5]);
  });

  it('is linear between pixel centres when pixels become smaller', () => {
    const p = patch([[0, 8]]);
    // Centres at 0.125, 0.375, 0.625 … of the width: clamped, clamped, then 1/4 pixel steps around the middle.
    expect([...resample(p, whole(p), 8, 1)]).toEqual([0, 0, 1, 3, 5, 7, 8, 8]);
    const down = { width: 1, height: 2, values: Float32Array.of(0, 8) };
    expect([...resample(down, whole(down), 1, 8)]).toEqual([0, 0, 1, 3, 5, 7, 8, 8]);
  });

  it('shifts by parts of a pixel', () => {
    const p = patch([[0, 10, 20, 30]]);
    expect([...resample(p, { col: 0.25, row: 0, width: 3, height: 1 }, 3, 1)]).toEqual([2.5, 12.5, 22.5]);
  });

  it('leaves nodata out of means, and is nodata where less than half is valid', () => {
    const p = patch([
      [1, null, 5, null],
      [3, null, null, null],
    ]);
    const [left, right] = resample(p, whole(p), 2, 1);
    expect(left).toBe(2); // (1 + 3) / 2: exactly half
    expect(right).toBeNaN();
    const edge = patch([[4, null]]);
    // Quarter steps: the centres at 0.25, 0.75 rest on the first pixel, those behind 1.0 mostly on the second.
    expect([...resample(edge, whole(edge), 4, 1)]).toEqual([4, 4, Number.NaN, Number.NaN]);
  });

  it('is nodata outside the source, but not half a pixel from its edge', () => {
    const p = patch([[7, 7]]);
    expect([...resample(p, { col: -2, row: 0, width: 6, height: 1 }, 6, 1)]).toEqual([
      Number.NaN,
      7,
      7,
      7,
      7,
      Number.NaN,
    ]);
  });
});
