import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mask } from '../../src/domain/raster.ts';
import { type Polygon, type Ring, signedArea, tracePolygons } from '../../src/export/polygons.ts';
import { findComponents } from '../../src/spectral/find-components.ts';
import { maskOf } from '../raster-of.ts';

const trace = (mask: Mask): Polygon[][] => tracePolygons(mask, findComponents(mask));
const corners = (ring: Ring): string =>
  Array.from({ length: ring.length / 2 }, (_, i) => `${ring[2 * i]},${ring[2 * i + 1]}`).join(' ');
const written = (polygon: Polygon) => [corners(polygon.exterior), ...polygon.holes.map(corners)];

describe('tracePolygons', () => {
  it('walks a pixel clockwise on the screen and lists turns only', () => {
    expect(trace(maskOf('...', '.#.')).map((region) => region.map(written))).toEqual([[['2,1 2,2 1,2 1,1']]]);
    expect(trace(maskOf('##')).map((region) => region.map(written))).toEqual([[['2,0 2,1 0,1 0,0']]]);
  });

  it('gives a ring its hole, the other way round', () => {
    const [[polygon]] = trace(maskOf('###', '#.#', '###')) as [[Polygon]];
    expect(written(polygon)).toEqual(['3,0 3,3 0,3 0,0', '2,2 2,1 1,1 1,2']);
    expect([signedArea(polygon.exterior), signedArea(polygon.holes[0]!)]).toEqual([18, -2]);
  });

  it('makes two polygons of one region whose pixels meet at a corner', () => {
    expect(trace(maskOf('#.', '.#')).map((region) => region.map(written))).toEqual([
      [['1,0 1,1 0,1 0,0'], ['2,1 2,2 1,2 1,1']],
    ]);
  });

  it('closes a ring whose ends meet at a corner without touching itself', () => {
    // Inside and outside meet at the upper left corner: one background, one walk, two rings.
    const [first] = trace(maskOf('.##', '#.#', '###')) as [[Polygon]];
    expect(first.map((p) => [signedArea(p.exterior) / 2, ...p.holes.map((h) => signedArea(h) / 2)])).toEqual([[8, -1]]);
  });

  it('keeps an island in a lake apart from the shore', () => {
    const regions = trace(maskOf('#####', '#...#', '#.#.#', '#...#', '#####'));
    expect(regions.map((region) => region.map((p) => [signedArea(p.exterior) / 2, p.holes.length]))).toEqual([
      [[25, 1]],
      [[1, 0]],
    ]);
  });

  it('has nothing for an empty mask', () => {
    expect(trace(maskOf('...'))).toEqual([]);
  });

  it('covers exactly the pixels of each region with simple rings, whatever the mask', () => {
    const masks = fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
      .chain(([width, height]) =>
        fc
          .array(fc.constantFrom(0, 1), { minLength: width * height, maxLength: width * height })
          .map((values): Mask => ({ width, height, values: Uint8Array.from(values) })),
      );
    fc.assert(
      fc.property(masks, (mask) => {
        const components = findComponents(mask);
        const regions = tracePolygons(mask, components);
        expect(regions).toHaveLength(components.count);
        for (let row = 0; row < mask.height; row++) {
          for (let col = 0; col < mask.width; col++) {
            const covering = regions.flat().filter((p) => polygonHolds(p, col + 0.5, row + 0.5));
            expect(covering).toHaveLength(mask.values[row * mask.width + col]!);
          }
        }
        for (const polygon of regions.flat()) {
          expect(signedArea(polygon.exterior)).toBeGreaterThan(0);
          for (const ring of [polygon.exterior, ...polygon.holes]) {
            const list = corners(ring).split(' ');
            expect(new Set(list).size).toBe(list.length); // touches itself nowhere
          }
          for (const hole of polygon.holes) {
            expect(signedArea(hole)).toBeLessThan(0);
            // Just inside the hole's outline is inside the exterior.
            const [x, y] = insideOf(hole);
            expect(ringHolds(polygon.exterior, x, y)).toBe(true);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});

const polygonHolds = (polygon: Polygon, x: number, y: number): boolean =>
  ringHolds(polygon.exterior, x, y) && !polygon.holes.some((hole) => ringHolds(hole, x, y));

function ringHolds(ring: Ring, x: number, y: number): boolean {
  let inside = false;
  for (let i = 0; i < ring.length; i += 2) {
    const [x0, y0] = [ring[i]!, ring[i + 1]!];
    const [x1, y1] = [ring[(i + 2) % ring.length]!, ring[(i + 3) % ring.length]!];
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
  }
  return inside;
}

/** The centre of a pixel that the ring encloses. */
function insideOf(ring: Ring): readonly [number, number] {
  for (let i = 0; i < ring.length; i += 2) {
    for (const [dx, dy] of [
      [0.5, 0.5],
      [-0.5, 0.5],
      [0.5, -0.5],
      [-0.5, -0.5],
    ] as const) {
      if (ringHolds(ring, ring[i]! + dx, ring[i + 1]! + dy)) return [ring[i]! + dx, ring[i + 1]! + dy];
    }
  }
  throw new Error('an empty ring');
}
