import type { Grid } from '../../domain/grid.ts';
import { applyAffine, invertAffine } from './affine.ts';

/** Where the scene's pixels lie in one of its files: file = scene * scale + shift, along each axis. */
export interface Placement {
  readonly scaleX: number;
  readonly shiftX: number;
  readonly scaleY: number;
  readonly shiftY: number;
}

export interface Placed {
  /** Index of the file whose grid is the scene's: the finest. */
  readonly reference: number;
  /** Per file; null = it does not fit onto the scene's grid. */
  readonly placements: readonly (Placement | null)[];
}

/** Puts several files onto the grid of the finest one. Files fit when they have its CRS, its orientation and its ground. */
export function placeFiles(grids: readonly Grid[]): Placed {
  const size = (grid: Grid): number => {
    const { transform } = grid;
    return transform
      ? Math.abs(transform[0] * transform[4] - transform[1] * transform[3])
      : 1 / (grid.width * grid.height);
  };
  // Of several CRS, that of most files counts.
  const family = grids.map((grid) => grids.filter((other) => comparable(grid, other)).length);
  const most = Math.max(...family);
  let reference = family.indexOf(most);
  for (const [i, grid] of grids.entries()) {
    if (comparable(grid, grids[reference]!) && size(grid) < size(grids[reference]!) * 0.999) reference = i;
  }
  // The reference lies on itself, also where its transform is too odd to be computed with.
  const placements = grids.map((grid, i) => (i === reference ? ITSELF : placementOf(grids[reference]!, grid)));
  return { reference, placements };
}

const ITSELF: Placement = { scaleX: 1, shiftX: 0, scaleY: 1, shiftY: 0 };

const comparable = (a: Grid, b: Grid): boolean => (a.transform === null) === (b.transform === null) && sameCrs(a, b);

/** Same CRS, by code or by definition. */
function sameCrs(a: Grid, b: Grid): boolean {
  if (!a.crs || !b.crs) return a.crs === b.crs;
  return a.crs.epsg !== null && b.crs.epsg !== null ? a.crs.epsg === b.crs.epsg : a.crs.proj4 === b.crs.proj4;
}

function placementOf(scene: Grid, file: Grid): Placement | null {
  if (!comparable(scene, file)) return null;
  if (!scene.transform || !file.transform) {
    const scaleX = file.width / scene.width;
    const scaleY = file.height / scene.height;
    return Math.abs(scaleX / scaleY - 1) < 0.02 ? { scaleX, shiftX: 0, scaleY, shiftY: 0 } : null;
  }
  const back = invertAffine(file.transform);
  const inFile = (col: number, row: number) => applyAffine(back, ...applyAffine(scene.transform!, col, row));
  const [x0, y0] = inFile(0, 0);
  const [x1, y1] = inFile(scene.width, 0);
  const [x2, y2] = inFile(0, scene.height);
  // A turned or mirrored companion would need more than scaling.
  const skew = Math.max(Math.abs(y1 - y0), Math.abs(x2 - x0));
  const scaleX = (x1 - x0) / scene.width;
  const scaleY = (y2 - y0) / scene.height;
  if (skew > 0.5 || scaleX <= 0 || scaleY <= 0) return null;
  const overlap =
    (Math.max(0, Math.min(x1, file.width) - Math.max(x0, 0)) *
      Math.max(0, Math.min(y2, file.height) - Math.max(y0, 0))) /
    ((x1 - x0) * (y2 - y0));
  return overlap >= 0.5 ? { scaleX, shiftX: x0, scaleY, shiftY: y0 } : null;
}
