import type { Grid } from '../../domain/grid.ts';
import type { SceneInfo } from '../../domain/scene.ts';
import { type LonLat, lonLat } from './lon-lat.ts';

/** True ground areas of a scene's pixels. */
export interface PixelAreas {
  /** Square metres of pixel (col, row) on the WGS84 ellipsoid; 0 where the pixel is not on the Earth. */
  areaM2(col: number, row: number): number;
  /** Metres on the ground of a step of one column and of one row, at the scene's centre. */
  readonly groundSize: { readonly x: number; readonly y: number };
}

/** @returns null when the scene has neither a CRS that we understand nor a stated pixel size */
export function pixelAreas(info: Pick<SceneInfo, 'grid' | 'pixelSizeM'>): PixelAreas | null {
  const { grid, pixelSizeM } = info;
  if (pixelSizeM?.stated) {
    const area = pixelSizeM.x * pixelSizeM.y;
    return { areaM2: () => area, groundSize: { x: pixelSizeM.x, y: pixelSizeM.y } };
  }
  const places = lonLat(grid);
  const centre = places && pixelOnGround(places, grid.width / 2, grid.height / 2);
  if (!places || !centre) return null;
  const exact = (col: number, row: number): number => pixelOnGround(places, col + 0.5, row + 0.5)?.areaM2 ?? 0;
  return { areaM2: interpolated(grid, exact), groundSize: { x: centre.x, y: centre.y } };
}

/** Nodes along each side of the lattice on which areas are computed exactly. */
const NODES = 17;

/**
 * Exact areas on a lattice, linear in between: the scale of a projection changes slowly. In degrees it depends on the row
 * alone and is tabulated for every row.
 */
function interpolated(grid: Grid, exact: (col: number, row: number) => number): PixelAreas['areaM2'] {
  const { width, height, transform, crs } = grid;
  if (crs?.unit === 'degree' && transform?.[1] === 0 && transform[3] === 0) {
    const rows = Float64Array.from({ length: height }, (_, row) => exact(width / 2, row));
    return (_col, row) => rows[Math.min(Math.max(Math.round(row), 0), height - 1)]!;
  }
  const stepX = Math.max(1, width - 1) / (NODES - 1);
  const stepY = Math.max(1, height - 1) / (NODES - 1);
  const nodes = Float64Array.from({ length: NODES * NODES }, (_, i) =>
    exact((i % NODES) * stepX, Math.floor(i / NODES) * stepY),
  );
  return (col, row) => {
    const x = Math.min(Math.max(col / stepX, 0), NODES - 1);
    const y = Math.min(Math.max(row / stepY, 0), NODES - 1);
    const i = Math.min(Math.floor(x), NODES - 2);
    const j = Math.min(Math.floor(y), NODES - 2);
    const [a, b, c, d] = [
      nodes[j * NODES + i]!,
      nodes[j * NODES + i + 1]!,
      nodes[(j + 1) * NODES + i]!,
      nodes[(j + 1) * NODES + i + 1]!,
    ];
    // Near the edge of the Earth's disc nothing can be interpolated.
    if (a === 0 || b === 0 || c === 0 || d === 0) return exact(col, row);
    const top = a + (b - a) * (x - i);
    return top + (c + (d - c) * (x - i) - top) * (y - j);
  };
}

const A = 6378137; // WGS84 semi-major axis, metres
const E2 = 0.0066943799901413165; // its squared eccentricity
/** Distance over which the grid's derivative is taken: far above the rounding of inverse projections, far below curvature. */
const REACH_M = 200;

/** Size and area of a pixel around a place, from the derivative of longitude and latitude; null off the Earth. */
function pixelOnGround(places: LonLat, col: number, row: number): { x: number; y: number; areaM2: number } | null {
  const rough = derivative(places, col, row, 0.5);
  if (!rough) return null;
  const reach = REACH_M / Math.max(1e-9, Math.min(rough.x, rough.y));
  return reach > 0.5 ? (derivative(places, col, row, reach) ?? rough) : rough;
}

function derivative(places: LonLat, col: number, row: number, reach: number) {
  const at = places.of(col, row);
  const [west, east] = [places.of(col - reach, row), places.of(col + reach, row)];
  const [north, south] = [places.of(col, row - reach), places.of(col, row + reach)];
  if (!at || !west || !east || !north || !south) return null;
  const latitude = (at[1] * Math.PI) / 180;
  const w = 1 - E2 * Math.sin(latitude) ** 2;
  // Metres per radian along the meridian and along the parallel.
  const alongMeridian = (A * (1 - E2)) / w ** 1.5;
  const alongParallel = (A / Math.sqrt(w)) * Math.cos(latitude);
  const metres = (from: readonly [number, number], to: readonly [number, number]) => ({
    east: (turn(to[0] - from[0]) * Math.PI * alongParallel) / 180 / (2 * reach),
    north: ((to[1] - from[1]) * Math.PI * alongMeridian) / 180 / (2 * reach),
  });
  const perCol = metres(west, east);
  const perRow = metres(north, south);
  return {
    x: Math.hypot(perCol.east, perCol.north),
    y: Math.hypot(perRow.east, perRow.north),
    areaM2: Math.abs(perCol.east * perRow.north - perCol.north * perRow.east),
  };
}

/** A difference of longitudes across the date line. */
const turn = (degrees: number): number => (degrees > 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees);
