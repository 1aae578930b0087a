import { describe, expect, it } from 'vitest';
import type { BandName } from '../../src/domain/band.ts';
import type { LandCover } from '../../src/domain/land-cover.ts';
import { chooseIndex } from '../../src/spectral/choose-index.ts';
import { indexMask, maskAbove, thresholdOf } from '../../src/spectral/index-mask.ts';
import { otsu } from '../../src/spectral/otsu.ts';
import { drawingOf, rasterOf } from '../raster-of.ts';

describe('otsu', () => {
  it('cuts between two peaks, at the upper edge of the lower one', () => {
    // Bins of 1/128: -0.5 lies in bin 64, whose upper edge is 65/128 - 1.
    const found = otsu(Float32Array.of(-0.5, -0.5, -0.5, 0.5, 0.5, NaN))!;
    expect(found.threshold).toBe(65 / 128 - 1);
    expect(found.separability).toBeCloseTo(1, 12);
  });

  it('weighs classes by their numbers', () => {
    // Values in bins 0, 1, 3 of 256 (steps of 1/128 from -1), once each. Cut after 0: 1/3·2/3·(0 - 2)² = 0.889;
    // after 1: 2/3·1/3·(0.5 - 3)² = 1.389; total variance 10/3 - 16/9 = 1.556.
    const found = otsu(Float32Array.of(-1, -1 + 1 / 128, -1 + 3 / 128))!;
    expect(found.threshold).toBe(2 / 128 - 1);
    expect(found.separability).toBeCloseTo(1.38889 / 1.55556, 4);
  });

  it('has nothing to say about one value or none', () => {
    expect(otsu(Float32Array.of(0.3, 0.3))).toBeNull();
    expect(otsu(Float32Array.of(NaN))).toBeNull();
  });

  it('counts values outside [-1, 1] in the outer bins', () => {
    expect(otsu(Float32Array.of(-3, 7))!.threshold).toBe(1 / 128 - 1);
  });
});

describe('thresholdOf', () => {
  const rule = { kind: 'otsu', low: 0.05, high: 0.45, fallback: 0.1 } as const;
  const peaks = (low: number, high: number) => Float32Array.of(low, low, low, high, high, high);

  it.each([
    ['inside the range', peaks(0.2, 0.8), { threshold: 26 / 128, method: 'otsu' }], // floor(1.2·128) = 153; 154/128 - 1
    ['below the range', peaks(-0.9, 0.8), { threshold: 0.1, method: 'fixed' }],
    ['above the range', peaks(0.6, 0.9), { threshold: 0.1, method: 'fixed' }],
    ['no valid value', Float32Array.of(NaN), { threshold: 0.1, method: 'fixed' }],
    // Best cut 2 : 5, 2/7 · 5/7 · 0.14² of a variance of 4/7 · 0.1²: separability 0.70.
    ['one broad heap', Float32Array.of(0.1, 0.2, 0.3, 0.3, 0.2, 0.1, 0.2), { threshold: 0.1, method: 'fixed' }],
  ])('Otsu %s', (_case, values, expected) => {
    expect(thresholdOf(rule, values)).toEqual(expected);
  });
});

describe('chooseIndex', () => {
  const bands = (names: string) => new Set(names.split(' ') as BandName[]);
  it.each<[LandCover, string, 'reflectance' | 'display', string | null]>([
    ['vegetation', 'red green blue nir', 'reflectance', 'ndvi'],
    ['vegetation', 'red nir08', 'reflectance', 'ndvi'],
    ['vegetation', 'red green blue nir', 'display', 'ndvi'],
    ['vegetation', 'red green blue', 'display', 'gli'],
    ['vegetation', 'red green blue', 'reflectance', 'gli'],
    ['vegetation', 'pan', 'reflectance', null],
    ['water', 'green nir swir16', 'reflectance', 'mndwi'],
    ['water', 'green nir', 'reflectance', 'ndwi'],
    ['water', 'green nir', 'display', 'ndwi'],
    ['water', 'green swir16', 'display', 'mndwi'],
    ['water', 'red green blue', 'display', null],
    ['building', 'red green nir swir16', 'reflectance', 'ndbi'],
    ['building', 'red nir swir16', 'reflectance', null],
    ['building', 'red green nir swir16', 'display', null],
    ['building', 'red green blue nir', 'reflectance', null],
  ])('%s with %s, %s: %s', (target, names, values, index) => {
    expect(chooseIndex(target, bands(names), values)?.index ?? null).toBe(index);
  });
});

describe('indexMask', () => {
  it('is 1 strictly above the threshold and never on nodata', () => {
    expect(drawingOf(maskAbove(rasterOf([[0.5, 0.500001, null, 0.4]]), 0.5))).toEqual(['.#..']);
  });

  it('takes vegetation and water out of built-up land', () => {
    const names = ['green', 'red', 'nir', 'swir16'] as const;
    const pixels = [
      [0.1, 0.12, 0.15, 0.25], // concrete: NDBI 0.25
      [0.1, 0.05, 0.2, 0.25], // dry grass: NDBI 0.11, NDVI 0.6
      [0.06, 0.04, 0.01, 0.02], // shallow water: NDBI 0.33, MNDWI 0.5
      [0.1, 0.12, 0.25, 0.2], // NDBI below 0
    ];
    const map = new Map<BandName, ReturnType<typeof rasterOf>>(
      names.map((name, band) => [name, rasterOf([pixels.map((pixel) => pixel[band]!)])]),
    );
    const found = indexMask(chooseIndex('building', new Set(names), 'reflectance')!, map);
    expect(drawingOf(found.mask)).toEqual(['#...']);
    expect(found).toMatchObject({ threshold: 0, method: 'fixed' });
    expect(found.index.values[0]).toBeCloseTo(0.25, 6);
  });
});
