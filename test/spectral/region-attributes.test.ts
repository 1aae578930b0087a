import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mask } from '../../src/domain/raster.ts';
import { convexHull, minimumAreaRectangle } from '../../src/spectral/minimum-area-rectangle.ts';
import { regionAttributes, sizeWord } from '../../src/spectral/region-attributes.ts';
import { maskOf } from '../raster-of.ts';

describe('minimumAreaRectangle', () => {
  it('goes clockwise on screen from the top left corner', () => {
    expect(
      minimumAreaRectangle([
        [2, 1],
        [6, 1],
        [6, 4],
        [2, 4],
        [3, 2],
      ]),
    ).toEqual([
      [2, 1],
      [6, 1],
      [6, 4],
      [2, 4],
    ]);
  });

  it('turns with the points', () => {
    // A square on its corner: top, right, bottom, and left last, at exactly π.
    const corners = minimumAreaRectangle([
      [0, 2],
      [2, 0],
      [4, 2],
      [2, 4],
    ]);
    expect(corners.map(([x, y]) => [Math.round(x * 1e9) / 1e9, Math.round(y * 1e9) / 1e9])).toEqual([
      [2, 0],
      [4, 2],
      [2, 4],
      [0, 2], //
    ]);
  });

  it('is a point for a point and a line for a line', () => {
    expect(
      minimumAreaRectangle([
        [3, 5],
        [3, 5],
      ]),
    ).toEqual([
      [3, 5],
      [3, 5],
      [3, 5],
      [3, 5],
    ]);
    const line = minimumAreaRectangle([
      [0, 0],
      [1, 1],
      [4, 4],
    ]);
    expect(new Set(line.map(String))).toEqual(new Set(['0,0', '4,4']));
  });

  it('holds all points in the least area of all angles', () => {
    const coordinate = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 25 }), (points) => {
        const corners = minimumAreaRectangle(points);
        const area = areaOf(corners);
        // Brute force: boxes at every edge between two points, and at half degrees.
        const angles = points.flatMap((p) => points.map((q) => Math.atan2(q[1] - p[1], q[0] - p[0])));
        for (let i = 0; i < 180; i++) angles.push((i * Math.PI) / 360);
        const least = Math.min(...angles.map((angle) => boxAreaAt(points, angle)));
        expect(area).toBeLessThanOrEqual(least + 1e-6);
        expect(area).toBeGreaterThanOrEqual(boxAreaOfHullEdges(points) - 1e-6);
        for (const point of points) expect(outside(point, corners)).toBeLessThan(1e-6);
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it('drops points on edges from the hull', () => {
    expect(
      convexHull([
        [0, 0],
        [1, 0],
        [2, 0],
        [2, 2],
        [1, 1],
        [0, 2],
      ]),
    ).toEqual([
      [0, 0],
      [2, 0],
      [2, 2],
      [0, 2],
    ]);
  });
});

describe('regionAttributes', () => {
  it('describes a region of a window that is not square', () => {
    // 3 × 2 pixels at (4, 1) of 10 × 5: centroid pixel (5, 2) since rows 1 and 2 average to 2.0 in pixel centres.
    const [attribute] = regionAttributes(maskOf('..........', '....###...', '....###...', '..........', '..........'));
    expect(attribute).toEqual({
      size: 'huge',
      centroid: [0.5, 0.4],
      location: 'center',
      box: [
        [0.4, 0.2],
        [0.6, 0.2],
        [0.6, 0.4],
        [0.4, 0.4],
      ],
    });
  });

  it('leaves a single pixel in its true place', () => {
    const values = new Uint8Array(512 * 512);
    values[369 * 512 + 409] = 1;
    expect(regionAttributes({ width: 512, height: 512, values })).toEqual([
      {
        size: 'very tiny',
        centroid: [0.799, 0.721], // the place whose published attribute says [0.0, 0.0]
        location: 'bottom-right',
        box: [
          [0.799, 0.721],
          [0.799, 0.721],
          [0.799, 0.721],
          [0.799, 0.721],
        ],
      },
    ]);
  });

  it('lists the ten largest', () => {
    const rows = Array.from({ length: 12 }, (_, i) => '#'.repeat(i + 1).padEnd(13, '.'));
    const attributes = regionAttributes(maskOf(...rows.flatMap((row) => [row, '.'.repeat(13)])));
    expect(attributes).toHaveLength(10);
    expect(attributes[0]!.box[0]![1]).toBe(0.917); // 22 of 24 rows
    expect(attributes[9]!.box[0]![1]).toBe(0.167); // 4 of 24: the runs of one and two pixels are left out
  });

  it('rounds like Python: ties to the even digit', () => {
    // 1/16 = 0.0625 -> 0.062 and 3/16 = 0.1875 -> 0.188
    const at = (col: number) => regionAttributes(maskOf('.'.repeat(col).concat('#').padEnd(16, '.')))[0]!.centroid[0];
    expect([1, 3, 5, 7, 9, 11, 13, 15].map(at)).toEqual([0.062, 0.188, 0.312, 0.438, 0.562, 0.688, 0.812, 0.938]);
  });

  it('is empty for an empty mask', () => {
    expect(regionAttributes(maskOf('...'))).toEqual([]);
  });
});

it.each([
  [0.0014, 'very tiny'],
  [0.0015, 'small'],
  [0.0039, 'small'],
  [0.004, 'medium'],
  [0.0069, 'medium'],
  [0.007, 'somewhat large'],
  [0.01, 'large'],
  [0.049, 'large'],
  [0.05, 'huge'],
  [1, 'huge'],
])('a share of %d is %s', (share, word) => {
  expect(sizeWord(share)).toBe(word);
});

it('needs no label image for a large mask', () => {
  const mask: Mask = { width: 4000, height: 4000, values: new Uint8Array(16e6).fill(1) };
  const before = process.memoryUsage().arrayBuffers;
  const attributes = regionAttributes(mask);
  expect(attributes.map((a) => a.size)).toEqual(['huge']);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
});

type Point = readonly [number, number];

function boxAreaAt(points: readonly Point[], angle: number): number {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const along = points.map(([x, y]) => x * cos + y * sin);
  const across = points.map(([x, y]) => y * cos - x * sin);
  return (Math.max(...along) - Math.min(...along)) * (Math.max(...across) - Math.min(...across));
}

function boxAreaOfHullEdges(points: readonly Point[]): number {
  const angles = points.flatMap((p) => points.map((q) => Math.atan2(q[1] - p[1], q[0] - p[0])));
  return Math.min(...angles.map((angle) => boxAreaAt(points, angle)));
}

const areaOf = ([a, b, , d]: readonly Point[]): number =>
  Math.abs((b![0] - a![0]) * (d![1] - a![1]) - (b![1] - a![1]) * (d![0] - a![0]));

/** How far a point lies outside a rectangle given clockwise on screen. */
function outside([x, y]: Point, corners: readonly Point[]): number {
  let worst = 0;
  for (let i = 0; i < 4; i++) {
    const [a, b] = [corners[i]!, corners[(i + 1) % 4]!];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (length < 1e-9) continue;
    worst = Math.max(worst, -((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])) / length);
  }
  return worst;
}
