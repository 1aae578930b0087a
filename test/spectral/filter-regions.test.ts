import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../src/domain/finding.ts';
import type { Mask } from '../../src/domain/raster.ts';
import { distanceRows } from '../../src/spectral/distance-rows.ts';
import { type FilterContext, filterRegions } from '../../src/spectral/filter-regions.ts';
import { findComponents, paintComponents } from '../../src/spectral/find-components.ts';
import { regionDistance } from '../../src/spectral/region-distance.ts';
import { drawingOf, maskOf } from '../raster-of.ts';

// Regions by id: 1 has four pixels (top left), 2 three (right), 3 two (bottom left), 4 one (bottom right).
const MASK = maskOf(
  '##......', //
  '##....##',
  '.......#',
  '........',
  '........',
  '.##....#',
);
const COMPONENTS = findComponents(MASK);
const CONTEXT: FilterContext = { pixelArea: () => 100, pixelSizeM: { x: 10, y: 10 }, north: [0, -1] };

/** The mask that is left. */
function filtered(filter: Filter, context: FilterContext = CONTEXT): Mask {
  const values = new Uint8Array(MASK.values.length);
  const kept = filterRegions(COMPONENTS, filter, context);
  paintComponents(kept, 0, values);
  const mask = { ...MASK, values };
  // What is left is numbered as if it had been found in the first place.
  expect(kept).toEqual(findComponents(mask));
  return mask;
}

/** The ids that are left, read off one pixel of each region. */
function left(filter: Filter, context: FilterContext = CONTEXT): number[] {
  const { values } = filtered(filter, context);
  return [0, 14, 41, 47].flatMap((at, i) => (values[at] === 1 ? [i + 1] : []));
}

describe('filterRegions', () => {
  it.each<[string, Filter, number[]]>([
    ['nothing', {}, [1, 2, 3, 4]],
    ['a least area, itself included', { minAreaM2: 300 }, [1, 2]],
    ['a largest area, itself included', { maxAreaM2: 200 }, [3, 4]],
    ['both', { minAreaM2: 150, maxAreaM2: 350 }, [2, 3]],
    ['the north', { part: 'north' }, [1, 2]],
    ['the south', { part: 'south' }, [3, 4]],
    ['the east', { part: 'east' }, [2, 4]],
    ['the west', { part: 'west' }, [1, 3]],
    ['a cell', { part: 'bottom-right' }, [4]],
    ['ids', { regions: [2, 4, 99] }, [2, 4]],
    ['the largest', { largest: 1 }, [1]],
    ['the smallest two', { smallest: 2 }, [3, 4]],
    ['the largest of the south', { part: 'south', largest: 1 }, [3]],
    ['the smallest of the two largest', { largest: 2, smallest: 1 }, [2]],
    ['none', { largest: 0 }, []],
  ])('keeps %s', (_case, filter, ids) => {
    expect(left(filter)).toEqual(ids);
  });

  it('keeps whole regions', () => {
    expect(drawingOf(filtered({ regions: [2] }))).toEqual([
      '........',
      '......##',
      '.......#',
      '........',
      '........',
      '........', //
    ]);
  });

  it('knows north on a turned scene', () => {
    expect(left({ part: 'north' }, { ...CONTEXT, north: [1, 0] })).toEqual([2, 4]); // north is to the right
    expect(left({ part: 'east' }, { ...CONTEXT, north: [1, 0] })).toEqual([3, 4]); // so east is down
  });

  it('keeps regions near another target', () => {
    const water = maskOf('........', '........', '........', '........', '....#...', '........');
    const near = (distanceM: number) => left({ near: { of: 'water', distanceM } }, { ...CONTEXT, near: water });
    expect(near(22.3)).toEqual([]);
    expect(near(22.4)).toEqual([3]); // (4, 4) to (2, 5): 10 · √5 = 22.36
    expect(near(31.7)).toEqual([3, 4]); // (7, 5): 10 · √10 = 31.6
    expect(near(37)).toEqual([2, 3, 4]); // (7, 2): 10 · √13 = 36.06
    expect(near(1000)).toEqual([1, 2, 3, 4]);
  });

  it('keeps nothing near what is not there', () => {
    const none = maskOf(...Array.from({ length: 6 }, () => '........'));
    expect(left({ near: { of: 'water', distanceM: 1e9 } }, { ...CONTEXT, near: none })).toEqual([]);
  });

  it('says what it lacks', () => {
    const bare: FilterContext = { pixelArea: null, pixelSizeM: null, north: [0, -1] };
    expect(() => left({ minAreaM2: 1 }, bare)).toThrow('area of a pixel');
    expect(() => left({ near: { of: 'water', distanceM: 1 } }, { ...CONTEXT })).toThrow('a mask and a pixel size');
  });
});

describe('distanceRows', () => {
  it('agrees with brute force, on pixels that are not square', () => {
    const shape = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }));
    const drawn = shape.chain(([width, height]) =>
      fc
        .array(fc.nat(9), { minLength: width * height, maxLength: width * height })
        .map((cells) => ({ width, height, values: Uint8Array.from(cells, (cell) => (cell === 0 ? 1 : 0)) })),
    );
    fc.assert(
      fc.property(drawn, (mask) => {
        const { width, height, values } = mask;
        distanceRows(mask, { x: 3, y: 5 }, (row, squared) => {
          for (let col = 0; col < width; col++) {
            let least = Infinity;
            for (let i = 0; i < width * height; i++) {
              if (values[i] !== 1) continue;
              least = Math.min(least, 9 * (col - (i % width)) ** 2 + 25 * (row - Math.floor(i / width)) ** 2);
            }
            if (least === Infinity) expect(squared[col]).toBe(Infinity);
            else expect(squared[col]).toBeCloseTo(least, 6);
          }
        });
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});

describe('regionDistance', () => {
  it.each([
    [1, 2, 40], // columns 2 to 5 lie between, in the same row
    [1, 3, 45], // rows 2 to 4 between, 15 m each
    [1, 4, Math.hypot(50, 45)],
    [2, 4, 30],
    [4, 2, 30],
    [3, 3, 0],
  ])('from %i to %i', (from, to, metres) => {
    const gap = regionDistance(
      { components: COMPONENTS, region: from },
      { components: COMPONENTS, region: to },
      { x: 10, y: 15 },
    );
    expect(gap.metres).toBeCloseTo(metres, 9);
    expect(gap).toMatchObject({ from, to });
  });

  it('finds the nearest two of two masks, and of those the ids', () => {
    const other = findComponents(
      maskOf(
        '........', //
        '........',
        '........',
        '........',
        '....#...',
        '###.....',
      ),
    );
    const pixel = { x: 10, y: 15 };
    // Their region 1 lies over region 3 of ours.
    expect(regionDistance({ components: COMPONENTS }, { components: other }, pixel)).toEqual({
      metres: 0,
      from: 3,
      to: 1,
    });
    // Columns 3 lies between region 3 of ours and their region 2, which touches in height.
    expect(regionDistance({ components: COMPONENTS }, { components: other, region: 2 }, pixel)).toEqual({
      metres: 10,
      from: 3,
      to: 2,
    });
    expect(regionDistance({ components: COMPONENTS, region: 4 }, { components: other }, pixel)).toEqual({
      metres: 20,
      from: 4,
      to: 2,
    });
  });

  it('agrees with a loop over all pixels', () => {
    const side = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 30, maxLength: 30 });
    const drawn = (values: readonly number[]) =>
      maskOf(
        ...[0, 6, 12, 18, 24].map((at) =>
          values
            .slice(at, at + 6)
            .map((v) => (v === 3 ? '#' : '.'))
            .join(''),
        ),
      );
    fc.assert(
      fc.property(side, side, (a, b) => {
        fc.pre(a.includes(3) && b.includes(3));
        let best = Infinity;
        for (const [i, v] of a.entries())
          for (const [j, w] of b.entries())
            if (v === 3 && w === 3) {
              const across = Math.max(0, Math.abs((i % 6) - (j % 6)) - 1) * 10;
              const down = Math.max(0, Math.abs(Math.floor(i / 6) - Math.floor(j / 6)) - 1) * 15;
              best = Math.min(best, Math.hypot(across, down));
            }
        const { metres } = regionDistance(
          { components: findComponents(drawn(a)) },
          { components: findComponents(drawn(b)) },
          { x: 10, y: 15 },
        );
        expect(metres).toBeCloseTo(best, 9);
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it('looks at every pair of runs', () => {
    const mask = maskOf(
      '###....##', //
      '#.......#',
      '#..#....#',
      '#..#....#',
      '#.......#',
      '#...#####',
    );
    const components = findComponents(mask);
    const between = (from: number, to: number): number =>
      regionDistance({ components, region: from }, { components, region: to }, { x: 1, y: 1 }).metres;
    // Regions 2 (left) and 1 (right, nine pixels and more): row 5 has columns 1 to 3 between them.
    expect(between(1, 2)).toBe(3);
    // The bar in the middle: row 3 to row 5 leaves row 4, and columns 3 and 4 touch.
    expect(between(1, 3)).toBe(1);
  });

  it('refuses a region that is not there', () => {
    const none = { components: COMPONENTS, region: 5 };
    expect(() => regionDistance({ components: COMPONENTS, region: 1 }, none, { x: 1, y: 1 })).toThrow('region 5 of 4');
  });
});
