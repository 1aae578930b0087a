import type { Mask, Raster } from '../src/domain/raster.ts';

/** A raster from rows of numbers; null is nodata. */
export function rasterOf(rows: readonly (readonly (number | null)[])[]): Raster {
  return {
    width: rows[0]!.length,
    height: rows.length,
    values: Float32Array.from(rows.flat(), (value) => value ?? NaN),
  };
}

/** A mask from a drawing: `#` is the target, everything else is not. */
export function maskOf(...rows: readonly string[]): Mask {
  return {
    width: rows[0]!.length,
    height: rows.length,
    values: Uint8Array.from([...rows.join('')], (cell) => (cell === '#' ? 1 : 0)),
  };
}

/** The drawing of a mask, for comparing. */
export function drawingOf({ width, height, values }: Mask): string[] {
  return Array.from({ length: height }, (_, row) =>
    Array.from(values.subarray(row * width, (row + 1) * width), (value) => (value === 1 ? '#' : '.')).join(''),
  );
}
