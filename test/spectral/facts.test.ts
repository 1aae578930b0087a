import { describe, expect, it } from 'vitest';
import { measureFacts } from '../../src/spectral/facts.ts';
import { findComponents } from '../../src/spectral/find-components.ts';
import { maskOf } from '../raster-of.ts';

describe('measureFacts', () => {
  // Pixels shrink to the right and downwards: (col, row) has 100 - 10·col - row m².
  const pixelArea = (col: number, row: number) => 100 - 10 * col - row;
  const components = findComponents(
    maskOf(
      '##..', //
      '....',
      '...#',
    ),
  );

  it('adds up areas, shares and regions', () => {
    const lonLat = (col: number, row: number) => [10 + col, 50 - row] as const;
    expect(measureFacts({ target: 'water', components, validPixels: 10, pixelArea, lonLat })).toEqual({
      target: 'water',
      areaM2: 258, // 100 + 90 + 68
      pixels: 3,
      share: 0.3, // of 10 valid pixels
      count: 2,
      regions: [
        {
          id: 1,
          pixels: 2,
          areaM2: 190,
          share: 0.2,
          centroid: [1, 0.5],
          centroidLonLat: [11, 49.5],
          location: 'top-left', // the centroid lies in pixel 1 of 4, and 3 · 1 < 4
          window: { col: 0, row: 0, width: 2, height: 1 },
        },
        {
          id: 2,
          pixels: 1,
          areaM2: 68,
          share: 0.1,
          centroid: [3.5, 2.5],
          centroidLonLat: [13.5, 47.5],
          location: 'bottom-right',
          window: { col: 3, row: 2, width: 1, height: 1 },
        },
      ],
      validFraction: 10 / 12,
    });
  });

  it('has no areas and places where they are unknown', () => {
    const facts = measureFacts({ target: 'water', components, validPixels: 12, pixelArea: null, lonLat: null });
    expect(facts).toMatchObject({ areaM2: null, share: 0.25, validFraction: 1 });
    expect(facts.regions[0]).toMatchObject({ areaM2: null, centroidLonLat: null, share: 2 / 12 });
  });

  it('is zero for an empty mask and for a scene without a valid pixel', () => {
    const empty = findComponents(maskOf('..'));
    expect(measureFacts({ target: 'water', components: empty, validPixels: 2, pixelArea, lonLat: null })).toMatchObject(
      {
        areaM2: 0,
        pixels: 0,
        share: 0,
        count: 0,
        regions: [], //
      },
    );
    const nothing = measureFacts({ target: 'water', components: empty, validPixels: 0, pixelArea, lonLat: null });
    expect(nothing).toMatchObject({ share: 0, validFraction: 0 });
  });

  it('lists 200 regions and counts all', () => {
    const mask = maskOf(...Array.from({ length: 41 }, (_, row) => (row % 2 ? '.'.repeat(21) : `${'#.'.repeat(10)}#`)));
    const dots = { components: findComponents(mask), validPixels: 861 };
    const facts = measureFacts({ target: 'water', ...dots, pixelArea, lonLat: null });
    expect(facts.count).toBe(231); // 21 rows of 11
    expect(facts.regions).toHaveLength(200);
  });
});
