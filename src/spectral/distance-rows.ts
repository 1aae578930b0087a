import type { Mask } from '../domain/raster.ts';

/** Rows farther away than this count as "no target in the column": 65 534 rows. */
const NONE = 0xffff;

/**
 * Exact Euclidean distance from every pixel to the nearest target pixel of a mask, centre to centre, row by row.
 *
 * The two-pass transform of Felzenszwalb and Huttenlocher 2012 (doi:10.4086/toc.2012.v008a019). The column pass keeps
 * whole row counts in 2 bytes a pixel; the row pass hands out one row at a time, so no distance image is ever held.
 *
 * @param pixel  size of a pixel, metres
 * @param visit  called for rows 0, 1, 2 …; `squared` holds squared distances in m², `Infinity` where the mask is empty;
 *               it is reused for the next row
 */
export function distanceRows(
  { width, height, values }: Mask,
  pixel: { readonly x: number; readonly y: number },
  visit: (row: number, squared: Float64Array) => void,
): void {
  const rowsAway = new Uint16Array(width * height);
  for (let i = 0; i < rowsAway.length; i++) {
    rowsAway[i] = values[i] === 1 ? 0 : i < width ? NONE : Math.min(NONE, rowsAway[i - width]! + 1);
  }
  for (let i = rowsAway.length - 1 - width; i >= 0; i--) {
    rowsAway[i] = Math.min(rowsAway[i]!, rowsAway[i + width]! + 1);
  }

  const squared = new Float64Array(width);
  // Parabolas of the lower envelope: the column of each, its height, and from where on it is the lowest.
  const column = new Int32Array(width);
  const floor = new Float64Array(width);
  const from = new Float64Array(width + 1);
  for (let row = 0; row < height; row++) {
    let count = 0;
    for (let col = 0; col < width; col++) {
      const away = rowsAway[row * width + col]!;
      if (away === NONE) continue;
      const base = ((away * pixel.y) / pixel.x) ** 2; // in squared columns
      let cross = -Infinity;
      while (count > 0) {
        const other = column[count - 1]!;
        cross = (base + col * col - floor[count - 1]! - other * other) / (2 * (col - other));
        if (cross > from[count - 1]!) break;
        count--;
        cross = -Infinity;
      }
      column[count] = col;
      floor[count] = base;
      from[count] = cross;
      count++;
    }
    from[count] = Infinity;
    for (let col = 0, k = 0; col < width; col++) {
      while (from[k + 1]! < col) k++;
      squared[col] = count === 0 ? Infinity : (floor[k]! + (col - column[k]!) ** 2) * pixel.x ** 2;
    }
    visit(row, squared);
  }
}
