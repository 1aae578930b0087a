import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blendWeight, CHIP_OVERLAP, layOutChips, wholeSceneChip } from '../../src/analysis/chips.ts';

describe('layOutChips', () => {
  it('pads a small scene to a multiple of 32 and does not enlarge it', () => {
    expect(layOutChips(100, 70, 512, 64)).toEqual({
      factor: 1,
      chips: [{ window: { col: 0, row: 0, width: 100, height: 70 }, width: 100, height: 70, side: 128 }],
    });
  });

  it('overlaps neighbours and moves the last one back to the edge', () => {
    const { factor, chips } = layOutChips(1000, 512, 512, 64);
    expect(factor).toBe(1);
    // ceil((1000 - 64) / 448) = 3 chips; the third starts at 1000 - 512.
    expect(chips.map((c) => c.window.col)).toEqual([0, 448, 488]);
  });

  it('halves the resolution only when the number of chips would pass the limit', () => {
    expect(layOutChips(2048, 2048, 512, 25).factor).toBe(1); // ceil(1984 / 448) = 5, squared
    const { factor, chips } = layOutChips(2048, 2048, 512, 24);
    expect(factor).toBe(2);
    expect(chips[0]).toEqual({
      window: { col: 0, row: 0, width: 1024, height: 1024 },
      width: 512,
      height: 512,
      side: 512,
    });
  });

  it('covers every pixel, stays inside the scene and keeps the limit', () => {
    const side = fc.integer({ min: 1, max: 6000 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 40 }), (width, height, maxChips) => {
        const { chips } = layOutChips(width, height, 512, maxChips);
        expect(chips.length).toBeLessThanOrEqual(maxChips);
        const covered = (start: 'col' | 'row', length: 'width' | 'height', end: number) => {
          const spans = [...new Set(chips.map((c) => `${c.window[start]}:${c.window[length]}`))].map((s) =>
            s.split(':').map(Number),
          );
          let reach = 0;
          for (const [from, size] of spans.toSorted((a, b) => a[0]! - b[0]!)) {
            expect(from).toBeLessThanOrEqual(reach);
            reach = from! + size!;
            expect(reach).toBeLessThanOrEqual(end);
          }
          expect(reach).toBe(end);
        };
        covered('col', 'width', width);
        covered('row', 'height', height);
        for (const chip of chips) {
          expect(chip.side % 32).toBe(0);
          expect(chip.side).toBeLessThanOrEqual(512);
          expect(chip.side).toBeGreaterThanOrEqual(Math.max(chip.width, chip.height));
        }
      }),
    );
  });
});

it('shows the whole of a large scene at the size of one chip, undistorted', () => {
  expect(wholeSceneChip(2000, 1000, 512)).toEqual({
    window: { col: 0, row: 0, width: 2000, height: 1000 },
    width: 512,
    height: 256,
    side: 512,
  });
});

it('blends neighbours with weights that add up to one across the overlap', () => {
  for (let i = 0; i < CHIP_OVERLAP; i++) {
    const left = blendWeight(512 - CHIP_OVERLAP + i, 512, CHIP_OVERLAP, false, true);
    const right = blendWeight(i, 512, CHIP_OVERLAP, true, false);
    expect(left + right).toBeCloseTo(1, 12);
  }
  expect(blendWeight(0, 512, CHIP_OVERLAP, false, true)).toBe(1);
});
