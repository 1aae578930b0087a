import { describe, expect, it } from 'vitest';
import { CHIP_OVERLAP, layOutChips } from '../../src/analysis/chips.ts';
import { RowBlender } from '../../src/analysis/row-blender.ts';

const unmarked = (length: number) => new Uint8Array(length);
const filled = (length: number, value: number) => new Float32Array(length).fill(value);

describe('RowBlender', () => {
  it('passes a single chip through unchanged', () => {
    const blender = new RowBlender(3, 2, CHIP_OVERLAP);
    blender.add(
      { col: 0, row: 0, width: 3, height: 2 },
      Float32Array.of(1, 2, 3, 4, 5, NaN),
      filled(6, 0.5),
      Uint8Array.of(1, 0, 0, 0, 0, 1),
    );
    expect([...blender.takeRowsBefore(2)]).toEqual([
      {
        row: 0,
        logits: Float32Array.of(1, 2, 3, 4, 5, NaN),
        index: filled(6, 0.5),
        marked: Uint8Array.of(1, 0, 0, 0, 0, 1),
      },
    ]);
    expect([...blender.takeRowsBefore(2)]).toEqual([]);
  });

  it('goes from one chip to the other linearly over the overlap', () => {
    const blender = new RowBlender(8, 1, 3); // columns 3, 4, 5 are covered twice
    blender.add({ col: 0, row: 0, width: 6, height: 1 }, filled(6, 0), filled(6, 0), unmarked(6));
    blender.add({ col: 3, row: 0, width: 5, height: 1 }, filled(5, 4), filled(5, 0), unmarked(5));
    expect([...[...blender.takeRowsBefore(1)][0]!.logits]).toEqual([0, 0, 0, 1, 2, 3, 4, 4]);
  });

  it('keeps nodata of either chip', () => {
    const blender = new RowBlender(4, 1, 2);
    blender.add({ col: 0, row: 0, width: 3, height: 1 }, Float32Array.of(1, NaN, 1), filled(3, 0), unmarked(3));
    blender.add({ col: 1, row: 0, width: 3, height: 1 }, filled(3, 1), filled(3, 0), unmarked(3));
    expect([...[...blender.takeRowsBefore(1)][0]!.logits]).toEqual([1, NaN, 1, 1]);
  });

  it('gives back every row once, whatever the layout, with a constant staying constant', () => {
    const [width, height] = [700, 1200];
    const { chips } = layOutChips(width, height, 256, 99);
    const blender = new RowBlender(width, height, CHIP_OVERLAP);
    let [next, worst] = [0, 0];
    const take = (row: number) => {
      for (const rows of blender.takeRowsBefore(row)) {
        expect(rows.row).toBe(next);
        next += rows.logits.length / width;
        for (const value of rows.logits) worst = Math.max(worst, Math.abs(value - 2.5));
      }
    };
    for (const { window } of chips) {
      take(window.row);
      blender.add(
        window,
        filled(window.width * window.height, 2.5),
        filled(window.width * window.height, 0),
        unmarked(window.width * window.height),
      );
    }
    take(height);
    expect(next).toBe(height);
    expect(worst).toBeLessThan(1e-5);
  });

  it('hands rows on a few at a time, and forgets them', () => {
    const blender = new RowBlender(2, 700, 1);
    const values = Float32Array.from({ length: 2 * 600 }, (_, i) => i);
    blender.add({ col: 0, row: 0, width: 2, height: 600 }, values, values, unmarked(2 * 600));
    const taken = [...blender.takeRowsBefore(599)];
    expect(taken.map(({ row, logits, index }) => [row, logits.length, logits[0], index.at(-1)])).toEqual([
      [0, 512, 0, 511],
      [256, 512, 512, 1023],
      [512, 174, 1024, 1197],
    ]);
    blender.add({ col: 0, row: 600, width: 2, height: 100 }, filled(200, 7), filled(200, 8), unmarked(200));
    const [last] = [...blender.takeRowsBefore(700)];
    expect([last!.row, last!.logits.length, ...last!.logits.subarray(0, 3)]).toEqual([599, 202, 1198, 1199, 7]);
  });

  it('refuses a chip above finished rows', () => {
    const blender = new RowBlender(2, 4, 1);
    blender.add({ col: 0, row: 0, width: 2, height: 2 }, filled(4, 0), filled(4, 0), unmarked(4));
    expect([...blender.takeRowsBefore(2)]).toHaveLength(1);
    expect(() => blender.add({ col: 0, row: 1, width: 2, height: 2 }, filled(4, 0), filled(4, 0), unmarked(4))).toThrow(
      'rows before 2',
    );
  });
});
