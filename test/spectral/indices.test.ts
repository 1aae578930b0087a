import { describe, expect, it } from 'vitest';
import type { BandName } from '../../src/domain/band.ts';
import { computeIndex } from '../../src/spectral/compute-index.ts';
import { computableIndices, INDEX_NAMES, INDICES, type IndexName, missingBands } from '../../src/spectral/indices.ts';
import { rasterOf } from '../raster-of.ts';

// One pixel of a leafy canopy and one of clear water: reflectances as a textbook has them.
const CANOPY = { blue: 0.03, green: 0.08, red: 0.04, nir: 0.44, swir16: 0.2, swir22: 0.1 };
const WATER = { blue: 0.06, green: 0.05, red: 0.03, nir: 0.02, swir16: 0.01, swir22: 0.005 };

const bandsOf = (...pixels: Record<string, number>[]) =>
  new Map(
    Object.keys(pixels[0]!).map((name) => [name as BandName, rasterOf([pixels.map((pixel) => pixel[name]!)])] as const),
  );

describe('computeIndex', () => {
  it.each<[IndexName, number, number]>([
    ['ndvi', 0.4 / 0.48, -0.01 / 0.05],
    ['evi', (2.5 * 0.4) / (0.44 + 0.24 - 0.225 + 1), (2.5 * -0.01) / (0.02 + 0.18 - 0.45 + 1)],
    ['savi', (1.5 * 0.4) / 0.98, (1.5 * -0.01) / 0.55],
    ['ndwi', -0.36 / 0.52, 0.03 / 0.07],
    ['mndwi', -0.12 / 0.28, 0.04 / 0.06],
    ['ndmi', 0.24 / 0.64, 0.01 / 0.03],
    ['ndbi', -0.24 / 0.64, -0.01 / 0.03],
    ['ui', -0.34 / 0.54, -0.015 / 0.025],
    ['bsi', (0.24 - 0.47) / 0.71, (0.04 - 0.08) / 0.12],
    ['ndsi', -0.12 / 0.28, 0.04 / 0.06],
    ['nbr', 0.34 / 0.54, 0.015 / 0.025],
    ['exg', (0.16 - 0.07) / 0.15, (0.1 - 0.09) / 0.14],
    ['vari', 0.04 / 0.09, 0.02 / 0.02],
    ['gli', 0.09 / 0.23, 0.01 / 0.19],
    ['ngrdi', 0.04 / 0.12, 0.02 / 0.08],
  ])('%s of a canopy and of water', (index, canopy, water) => {
    const { values } = computeIndex(index, bandsOf(CANOPY, WATER));
    expect(values[0]).toBeCloseTo(canopy, 5);
    expect(values[1]).toBeCloseTo(water, 5);
  });

  it.each(INDEX_NAMES)('%s of nodata and of black pixels is nodata', (index) => {
    const black = Object.fromEntries(Object.keys(CANOPY).map((name) => [name, 0]));
    const nodata = Object.fromEntries(Object.keys(CANOPY).map((name) => [name, NaN]));
    const { values } = computeIndex(index, bandsOf(black, nodata));
    // SAVI and EVI have a constant in the denominator: 0 of nothing is 0.
    expect(values[0]).toEqual(INDICES[index].calibrated ? 0 : NaN);
    expect(values[1]).toBeNaN();
  });

  it('takes the narrow near infrared where there is no other', () => {
    const bands = bandsOf({ red: 0.1, nir08: 0.3 });
    expect(computeIndex('ndvi', bands).values[0]).toBeCloseTo(0.5, 6);
    expect(computeIndex('ndvi', new Map([...bands, ['nir', rasterOf([[0.1]])]])).values[0]).toBe(0);
  });

  it('names the band it lacks and refuses grids that differ', () => {
    expect(() => computeIndex('ndbi', bandsOf({ red: 0.1, nir: 0.3 }))).toThrow('ndbi needs swir16; present: red, nir');
    const bands = bandsOf({ green: 0.1, red: 0.1, blue: 0.1 });
    expect(() => computeIndex('gli', new Map([...bands, ['blue', rasterOf([[1, 1]])]]))).toThrow('grids differ');
  });
});

describe('which indices a scene allows', () => {
  const rgb = new Set<BandName>(['red', 'green', 'blue']);

  it('lists what is missing, in the order of the formula', () => {
    expect(missingBands('ndbi', rgb)).toEqual(['swir16', 'nir']);
    expect(missingBands('ndvi', new Set<BandName>(['red', 'nir08']))).toEqual([]);
    expect(missingBands('mndwi', new Set<BandName>(['green', 'nir08', 'swir22']))).toEqual(['swir16']);
  });

  it('leaves out formulas with constants where values are not reflectance', () => {
    const rgbn = new Set<BandName>([...rgb, 'nir']);
    expect(computableIndices(rgb, 'display')).toEqual(['exg', 'vari', 'gli', 'ngrdi']);
    expect(computableIndices(rgbn, 'display')).toEqual(['ndvi', 'ndwi', 'exg', 'vari', 'gli', 'ngrdi']);
    expect(computableIndices(rgbn, 'reflectance')).toEqual(
      ['ndvi', 'evi', 'savi', 'ndwi', 'exg', 'vari', 'gli', 'ngrdi'], //
    );
  });
});
