/**
 * `[a, b, c, d, e, f]`: `x = a·col + b·row + c`, `y = d·col + e·row + f` (rasterio's order; GDAL's is c, a, b, f, d, e).
 * (col, row) = (0, 0) is the outer corner of the top left pixel (PixelIsArea).
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** A coordinate reference system, as plain data. */
export interface Crs {
  /** EPSG code, null for a user-defined CRS. */
  readonly epsg: number | null;
  /** For people: `EPSG:32633` or the name in the file. */
  readonly name: string;
  /** Definition that proj4 understands, null when it cannot be expressed there (then no areas, no lon/lat). */
  readonly proj4: string | null;
  readonly unit: 'metre' | 'degree' | 'other';
}

/** The pixel grid of a scene. `transform` and `crs` are null where the file has none. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly transform: Affine | null;
  readonly crs: Crs | null;
}

/** A rectangle in pixels; may not reach outside its grid. */
export interface PixelWindow {
  readonly col: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

/** One of the nine cells of a 3 × 3 grid over the scene, SPIE's words. */
export const LOCATIONS = [
  'top-left',
  'top-center',
  'top-right',
  'middle-left',
  'center',
  'middle-right',
  'bottom-left',
  'bottom-center',
  'bottom-right',
] as const;

export type Location = (typeof LOCATIONS)[number];
