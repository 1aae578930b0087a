import type { Affine, Crs } from '../../domain/grid.ts';
import { isInvertible } from './affine.ts';
import { crsOfWkt } from './crs.ts';

/** The transform of a world file (`.tfw`, `.jgw` …): six lines, pixel centres; null for any other text. */
export function parseWorldFile(text: string): Affine | null {
  const lines = text.trim().split(/\s+/).map(Number);
  if (lines.length !== 6 || !lines.every(Number.isFinite)) return null;
  // Its order is x per column, y per column, x per row, y per row, x and y of the centre of the top left pixel.
  const [a, d, b, e, x, y] = lines as [number, number, number, number, number, number];
  const transform: Affine = [a, b, x - (a + b) / 2, d, e, y - (d + e) / 2];
  return isInvertible(transform) ? transform : null;
}

/** The CRS of a `.prj` file: one WKT definition; null for any other text. */
export function parseProjectionFile(text: string): Crs | null {
  return /^\s*(PROJCS|GEOGCS|PROJCRS|GEOGCRS)\[/.test(text) ? crsOfWkt(text.trim()) : null;
}
