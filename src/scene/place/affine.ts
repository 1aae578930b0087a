import type { Affine } from '../../domain/grid.ts';

/** Map coordinates of a (fractional) pixel position; (0, 0) is the outer corner of the top left pixel. */
export function applyAffine([a, b, c, d, e, f]: Affine, col: number, row: number): [x: number, y: number] {
  return [a * col + b * row + c, d * col + e * row + f];
}

/** @throws {RangeError} when the transform maps the plane onto a line or a point */
export function invertAffine([a, b, c, d, e, f]: Affine): Affine {
  const determinant = a * e - b * d;
  if (!Number.isFinite(determinant) || determinant === 0) throw new RangeError('affine transform cannot be inverted');
  return [
    e / determinant,
    -b / determinant,
    (b * f - e * c) / determinant,
    -d / determinant,
    a / determinant,
    (d * c - a * f) / determinant,
  ];
}
