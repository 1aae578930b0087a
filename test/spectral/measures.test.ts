import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreement } from '../../src/spectral/agreement.ts';
import { changeBetween } from '../../src/spectral/change.ts';
import { indexStatistics } from '../../src/spectral/index-statistics.ts';
import { maskOf } from '../raster-of.ts';

/** Values in pieces of three, as files give them. */
const statisticsOf = (symbol: string, values: Float32Array) =>
  indexStatistics(symbol, async function* () {
    for (let i = 0; i < values.length; i += 3) yield values.subarray(i, i + 3);
  });

describe('indexStatistics', () => {
  it('ignores nodata', async () => {
    expect(await statisticsOf('NDVI', Float32Array.of(1, Number.NaN, 4, 1))).toEqual({
      index: 'NDVI',
      mean: 2,
      median: 1,
      min: 1,
      max: 4,
      standardDeviation: Math.sqrt(2),
      pixels: 3,
    });
  });

  it('is empty when nothing is valid', async () => {
    const empty = { index: 'x', mean: null, median: null, min: null, max: null, standardDeviation: null, pixels: 0 };
    expect(await statisticsOf('x', Float32Array.of(Number.NaN))).toEqual(empty);
    expect(await statisticsOf('x', new Float32Array(0))).toEqual(empty);
  });

  it('finds the median that sorting finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: 1, maxLength: 40 }),
        async (list) => {
          const values = Float32Array.from(list);
          const sorted = values.toSorted();
          const half = values.length / 2;
          const median = (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
          expect((await statisticsOf('x', values)).median).toBeCloseTo(median, 10);
        },
      ),
      { numRuns: 100, seed: 4 },
    );
  });
});

describe('agreement', () => {
  it('is intersection over union of the valid pixels', () => {
    expect(agreement(maskOf('##..'), maskOf('.##.'), null)).toBe(1 / 3);
    expect(agreement(maskOf('##..'), maskOf('.##.'), Uint8Array.of(0, 1, 1, 1))).toBe(1 / 2);
    expect(agreement(maskOf('..'), maskOf('..'), null)).toBeNull();
    expect(agreement(maskOf('#.'), maskOf('.#'), null)).toBe(0);
  });
});

describe('changeBetween', () => {
  it('classes every pixel and measures the classes', () => {
    const before = maskOf('##..', '#...');
    const after = maskOf('#.#.', '....');
    const common = Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1);
    const { values, measures } = changeBetween(before, after, common, (col, row) => 10 * col + row + 1);
    expect([...values]).toEqual([1, 3, 2, 0, 255, 0, 0, 0]);
    expect(measures).toEqual({
      keptM2: 1,
      lostM2: 11,
      gainedM2: 21,
      keptShare: 1 / 7,
      lostShare: 1 / 7,
      gainedShare: 1 / 7,
      commonFraction: 7 / 8,
    });
  });

  it('has no areas without a pixel size and no shares without common ground', () => {
    const { measures } = changeBetween(maskOf('#'), maskOf('#'), Uint8Array.of(0), null);
    expect(measures).toEqual({
      keptM2: null,
      lostM2: null,
      gainedM2: null,
      keptShare: 0,
      lostShare: 0,
      gainedShare: 0,
      commonFraction: 0, //
    });
  });
});
