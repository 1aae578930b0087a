import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mask } from '../../src/domain/raster.ts';
import { findComponents } from '../../src/spectral/find-components.ts';
import { findRegions, locate } from '../../src/spectral/find-regions.ts';
import { maskOf } from '../raster-of.ts';

const regionsOf = (...rows: string[]) => findRegions(findComponents(maskOf(...rows)), 100);

describe('findRegions', () => {
  it('measures area, centroid, window and location', () => {
    const [region] = regionsOf(
      '......', //
      '...##.',
      '...#..',
    );
    expect(region).toEqual({
      component: 0,
      pixels: 3,
      centroid: [(3.5 + 4.5 + 3.5) / 3, (1.5 + 1.5 + 2.5) / 3],
      location: 'center', // pixel (3, 1) of 6 × 3
      window: { col: 3, row: 1, width: 2, height: 2 },
    });
  });

  it('joins over corners, in both directions', () => {
    expect(regionsOf('#.', '.#')).toHaveLength(1);
    expect(regionsOf('.#', '#.')).toHaveLength(1);
    expect(regionsOf('#.#')).toHaveLength(2);
  });

  it('joins branches that meet only at the bottom, and one that meets again at the top', () => {
    expect(regionsOf('#.#.#', '#.#.#', '#####').map((r) => r.pixels)).toEqual([11]);
    expect(regionsOf('#####', '#...#', '#.#.#').map((r) => r.pixels)).toEqual([9, 1]);
  });

  it('does not join the end of a row with the start of the next', () => {
    expect(regionsOf('..#', '...', '#..')).toHaveLength(2);
    expect(regionsOf('..#', '#..')).toHaveLength(2);
  });

  it('puts larger ones first, and equal ones in reading order', () => {
    const regions = regionsOf(
      '#....#', //
      '......',
      '..##..',
    );
    expect(regions.map((r) => [r.window.col, r.window.row])).toEqual([
      [2, 2],
      [0, 0],
      [5, 0],
    ]);
  });

  it('finds nothing in an empty mask', () => {
    expect(regionsOf('...')).toEqual([]);
  });

  it('agrees with a flood fill on random masks', () => {
    fc.assert(
      fc.property(maskArbitrary, (mask) => {
        const sizes = findRegions(findComponents(mask), 1e6).map((r) => r.pixels);
        expect(sizes).toEqual(floodFillSizes(mask));
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

it.each([
  [0, 0, 'top-left'],
  [3, 0, 'top-center'], // 3/9 is not below a third
  [2, 0, 'top-left'],
  [6, 0, 'top-right'],
  [5, 3, 'center'],
  [0, 3, 'middle-left'],
  [8, 5, 'middle-right'],
  [1, 6, 'bottom-left'],
  [4, 8, 'bottom-center'],
  [8, 8, 'bottom-right'],
])('pixel (%i, %i) of 9 × 9 is %s', (col, row, location) => {
  expect(locate(col, row, 9, 9)).toBe(location);
});

const maskArbitrary: fc.Arbitrary<Mask> = fc
  .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }))
  .chain(([width, height]) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height })
      .map((cells) => ({ width, height, values: Uint8Array.from(cells) })),
  );

function floodFillSizes({ width, height, values }: Mask): number[] {
  const seen = new Set<number>();
  const sizes: number[] = [];
  for (let at = 0; at < values.length; at++) {
    if (values[at] === 0 || seen.has(at)) continue;
    const queue = [at];
    seen.add(at);
    for (const cell of queue) {
      const [col, row] = [cell % width, Math.floor(cell / width)];
      for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
        for (let c = Math.max(0, col - 1); c <= Math.min(width - 1, col + 1); c++) {
          const next = r * width + c;
          if (values[next] === 1 && !seen.has(next)) {
            seen.add(next);
            queue.push(next);
          }
        }
      }
    }
    sizes.push(queue.length);
  }
  return sizes.sort((a, b) => b - a);
}
