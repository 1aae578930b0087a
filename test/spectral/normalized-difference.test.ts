import { describe, expect, it } from 'vitest';
import { normalizedDifference } from '../../src/spectral/normalized-difference.ts';
import { rasterOf } from '../raster-of.ts';

describe('normalizedDifference', () => {
  it('is positive where the first band is brighter', () => {
    const nd = normalizedDifference(rasterOf([[0.6, 0.2]]), rasterOf([[0.2, 0.6]]));
    expect(nd.values[0]).toBeCloseTo(0.5, 6); // (0.6 - 0.2) / (0.6 + 0.2)
    expect(nd.values[1]).toBeCloseTo(-0.5, 6);
  });

  it.each([
    ['nodata in the first band', null, 0.2],
    ['nodata in the second band', 0.6, null],
    ['two zero reflectances', 0, 0],
    ['two negative reflectances', -0.03, -0.01],
  ])('gives nodata for %s', (_case, a, b) => {
    expect(normalizedDifference(rasterOf([[a]]), rasterOf([[b]])).values[0]).toBeNaN();
  });

  it('stays within -1 and 1 where the atmospheric correction left a negative reflectance', () => {
    const nd = normalizedDifference(rasterOf([[0.02, -0.019]]), rasterOf([[-0.019, 0.02]]));
    expect([...nd.values]).toEqual([1, -1]); // unclipped 39 and -39
  });

  it.each([
    ['width', rasterOf([[1]])],
    [
      'height',
      rasterOf([
        [1, 1],
        [1, 1],
      ]),
    ],
  ])('refuses a second band of another %s', (_side, b) => {
    expect(() => normalizedDifference(rasterOf([[1, 1]]), b)).toThrow('grids differ');
  });
});
