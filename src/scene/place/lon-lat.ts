import proj4 from 'proj4';
import type { Grid } from '../../domain/grid.ts';
import { applyAffine, invertAffine } from './affine.ts';

/** Between the (fractional) pixels of a grid and longitude and latitude (WGS84, degrees). */
export interface LonLat {
  /** null where the pixel is not on the Earth. (0, 0) is the outer corner of the top left pixel. */
  of(col: number, row: number): [lon: number, lat: number] | null;
  /** The inverse; null where the place has no pixel position, however far outside. */
  toPixel(lon: number, lat: number): [col: number, row: number] | null;
}

/** @returns null when the grid has no transform or a CRS we cannot compute with */
export function lonLat(grid: Grid): LonLat | null {
  const { transform, crs } = grid;
  if (!transform || !crs?.proj4) return null;
  const converter = proj4(crs.proj4, 'EPSG:4326');
  const inverse = invertAffine(transform);
  return {
    of: (col, row) => {
      const [x, y] = applyAffine(transform, col, row);
      const place = attempt(() => converter.forward([x, y]));
      if (!place || Math.abs(place[1]) > 90.000001) return null;
      const lon = normalise(place[0]);
      // Some projections answer for places that they do not cover: there the way back leads elsewhere.
      const back = attempt(() => converter.inverse([place[0], place[1]]));
      if (!back) return null;
      const tolerance = Math.max(1e-6, (Math.abs(x) + Math.abs(y)) * 1e-6);
      const turn = crs.unit === 'degree' ? 360 : Number.POSITIVE_INFINITY;
      const dx = Math.abs(back[0] - x);
      return Math.min(dx, Math.abs(dx - turn)) <= tolerance && Math.abs(back[1] - y) <= tolerance
        ? [lon, place[1]]
        : null;
    },
    toPixel: (lon, lat) => {
      const at = attempt(() => converter.inverse([lon, lat]));
      return at && applyAffine(inverse, at[0], at[1]);
    },
  };
}

/** [west, south, east, north] of a grid, from its outline and centre; null when it lies (partly) off the Earth or unknown. */
export function boundsLonLat(grid: Grid): readonly [number, number, number, number] | null {
  const places = lonLat(grid);
  if (!places) return null;
  const steps = [0, 0.25, 0.5, 0.75, 1];
  const outline = steps.flatMap((u) => steps.map((v) => [u * grid.width, v * grid.height] as const));
  const found = outline.map(([col, row]) => places.of(col, row));
  if (found.some((place) => place === null)) return null;
  const lons = found.map((place) => place![0]);
  const lats = found.map((place) => place![1]);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

function attempt(convert: () => number[]): [number, number] | null {
  try {
    const [x, y] = convert();
    return Number.isFinite(x) && Number.isFinite(y) ? [x!, y!] : null;
  } catch {
    return null; // proj4js throws for some places outside a projection
  }
}

const normalise = (lon: number): number =>
  lon >= -180 && lon <= 180 ? lon : ((((lon + 180) % 360) + 360) % 360) - 180;
