import type { Grid } from '../../domain/grid.ts';
import type { Mask } from '../../domain/raster.ts';
import { applyAffine, invertAffine } from './affine.ts';
import { lonLat } from './lon-lat.ts';

/** Where a place of one grid lies on another, in pixels of that (corner convention); null = nowhere. */
export type GridMapping = (col: number, row: number) => readonly [col: number, row: number] | null;

/**
 * From pixels of one grid to pixels of another on the same ground: through map coordinates where both have one CRS,
 * through longitude and latitude where they differ, straight across where neither has a CRS and the sizes agree.
 *
 * @returns null when the two cannot be laid over each other
 */
export function gridMapping(from: Grid, to: Grid): GridMapping | null {
  if (!from.crs && !to.crs && !from.transform && !to.transform) {
    return from.width === to.width && from.height === to.height ? (col, row) => [col, row] : null;
  }
  if (from.transform && to.transform && from.crs && to.crs && isSameCrs(from.crs, to.crs)) {
    const inverse = invertAffine(to.transform);
    const forward = from.transform;
    return (col, row) => applyAffine(inverse, ...applyAffine(forward, col, row));
  }
  const [source, target] = [lonLat(from), lonLat(to)];
  if (!source || !target) return null;
  return (col, row) => {
    const place = source.of(col, row);
    return place && target.toPixel(...place);
  };
}

/**
 * A mask on another grid, nearest neighbour at pixel centres.
 *
 * @param valid  1 = measured, on the mask's grid
 * @returns      the mask on `onto` and which of its pixels the mask measured; null when the grids share no ground
 */
export function resampleMask(
  mask: Mask,
  valid: Uint8Array,
  from: Grid,
  onto: Grid,
): { mask: Mask; valid: Uint8Array } | null {
  const mapping = gridMapping(onto, from);
  if (!mapping) return null;
  const { width, height } = onto;
  const values = new Uint8Array(width * height);
  const measured = new Uint8Array(width * height);
  let common = 0;
  for (let row = 0, i = 0; row < height; row++) {
    for (let col = 0; col < width; col++, i++) {
      const place: ReturnType<GridMapping> = mapping(col + 0.5, row + 0.5);
      if (!place) continue;
      const x = Math.floor(place[0]);
      const y = Math.floor(place[1]);
      if (x < 0 || y < 0 || x >= mask.width || y >= mask.height) continue;
      const at = y * mask.width + x;
      if (valid[at] !== 1) continue;
      measured[i] = 1;
      values[i] = mask.values[at]!;
      common++;
    }
  }
  return common > 0 ? { mask: { width, height, values }, valid: measured } : null;
}

const isSameCrs = (a: NonNullable<Grid['crs']>, b: NonNullable<Grid['crs']>): boolean =>
  a.epsg !== null ? a.epsg === b.epsg : a.proj4 !== null && a.proj4 === b.proj4;
