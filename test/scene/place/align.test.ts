import { describe, expect, it } from 'vitest';
import type { Grid } from '../../../src/domain/grid.ts';
import { gridMapping, resampleMask } from '../../../src/scene/place/align.ts';

const UTM33 = {
  epsg: 32633,
  name: 'EPSG:32633',
  proj4: '+proj=utm +zone=33 +datum=WGS84 +units=m',
  unit: 'metre',
} as const;
const LONLAT = { epsg: 4326, name: 'EPSG:4326', proj4: '+proj=longlat +datum=WGS84', unit: 'degree' } as const;

const grid = (width: number, height: number, x: number, y: number, size: number): Grid => ({
  width,
  height,
  transform: [size, 0, x, 0, -size, y],
  crs: UTM33,
});

const mask = (rows: readonly (readonly number[])[]) => ({
  width: rows[0]!.length,
  height: rows.length,
  values: Uint8Array.from(rows.flat()),
});
const all = (length: number) => new Uint8Array(length).fill(1);

describe('resampleMask', () => {
  it('moves a mask by whole pixels and leaves what it did not see unmeasured', () => {
    // `onto` begins 20 m east and 10 m south: two columns and one row of the mask.
    const moved = resampleMask(
      mask([
        [0, 0, 1, 0],
        [1, 0, 0, 1],
        [0, 1, 1, 0],
      ]),
      all(12),
      grid(4, 3, 500_000, 5_000_000, 10),
      grid(3, 3, 500_020, 4_999_990, 10),
    )!;
    expect([...moved.mask.values]).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0]);
    expect([...moved.valid]).toEqual([1, 1, 0, 1, 1, 0, 0, 0, 0]);
  });

  it('takes the pixel under the centre when the pixel sizes differ', () => {
    const moved = resampleMask(
      mask([[1, 0]]),
      all(2),
      grid(2, 1, 500_000, 5_000_000, 20),
      grid(4, 2, 500_000, 5_000_000, 10),
    )!;
    expect([...moved.mask.values]).toEqual([1, 1, 0, 0, 1, 1, 0, 0]);
  });

  it('keeps nodata of the mask', () => {
    const same = grid(2, 1, 500_000, 5_000_000, 10);
    expect([...resampleMask(mask([[1, 1]]), Uint8Array.of(1, 0), same, same)!.valid]).toEqual([1, 0]);
  });

  it('goes through longitude and latitude between coordinate systems', () => {
    // On the central meridian (15° E) at the equator: x = 500 km, y = 0; 0.0001° of longitude there is 11.132 m · 0.9996.
    const degrees: Grid = { width: 3, height: 1, transform: [0.0001, 0, 15, 0, -0.0001, 0.00005], crs: LONLAT };
    const metres = grid(30, 10, 500_000, 5, 1);
    const [col, row] = gridMapping(degrees, metres)!(1, 0.5)!;
    expect(col).toBeCloseTo(11.1275, 3);
    expect(row).toBeCloseTo(5, 4);
    const moved = resampleMask(mask([[0, 1, 0]]), all(3), degrees, metres)!;
    expect([...moved.mask.values.subarray(0, 30)]).toEqual([
      ...Array(11).fill(0),
      ...Array(11).fill(1),
      ...Array(8).fill(0),
    ]);
  });

  it('compares pictures without coordinates only when they have the same size', () => {
    const bare = (width: number): Grid => ({ width, height: 1, transform: null, crs: null });
    expect([...resampleMask(mask([[0, 1]]), all(2), bare(2), bare(2))!.mask.values]).toEqual([0, 1]);
    expect(resampleMask(mask([[0, 1]]), all(2), bare(2), bare(3))).toBeNull();
    expect(resampleMask(mask([[0, 1]]), all(2), bare(2), grid(2, 1, 0, 0, 1))).toBeNull();
  });

  it('says so when two scenes share no ground', () => {
    expect(resampleMask(mask([[1]]), all(1), grid(1, 1, 0, 0, 10), grid(1, 1, 500_000, 0, 10))).toBeNull();
  });
});
