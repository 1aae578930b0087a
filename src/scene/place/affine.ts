import type { Affine } from '../../domain/grid.ts';

/** Map coordinates of a (fractional) pixel position; (0, 0) is the outer corner of the top left pixel. */
export function applyAffine([a, b, c, d, e, f]: Affine, col: number, row: number): [x: number, y: number] {
  return [a * col + b * row + c, d * col + e * row + f];
}

/** Whether a transform of a stranger's can be computed with: finite, and it leads back. */
export function isInvertible(transform: Affine): boolean {
  const determinant = determinantOf(transform);
  return transform.every(Number.isFinite) && Number.isFinite(1 / determinant) && Number.isFinite(determinant);
}

const determinantOf = ([a, b, , d, e]: Affine): number => a * e - b * d;

/** @throws {RangeError} when the transform maps the plane onto a line or a point */
export function invertAffine(transform: Affine): Affine {
  if (!isInvertible(transform)) throw new RangeError('affine transform cannot be inverted');
  const [a, b, c, d, e, f] = transform;
  const determinant = determinantOf(transform);
  return [
    e / determinant,
    -b / determinant,
    (b * f - e * c) / determinant,
    -d / determinant,
    a / determinant,
    (d * c - a * f) / determinant,
  ];
}
