/**
 * Direction of true north at the centre of a grid, in degrees clockwise from the top of the picture.
 *
 * @param toLonLat  of a grid position in pixels (corner convention); null where it has none
 * @returns         in (-180, 180]; null when the grid is not on the ground
 */
export function northAngleOf(
  width: number,
  height: number,
  toLonLat: (col: number, row: number) => readonly [lon: number, lat: number] | null,
): number | null {
  const [col, row] = [width / 2, height / 2];
  // Half a pixel to each side: within any grid, and short enough to be straight.
  const ends = [toLonLat(col - 0.5, row), toLonLat(col + 0.5, row), toLonLat(col, row - 0.5), toLonLat(col, row + 0.5)];
  const [left, right, up, down] = ends;
  if (!left || !right || !up || !down) return null;
  const shrink = Math.cos(((up[1] + down[1]) / 2) * (Math.PI / 180));
  // East and north of one step to the right and of one step down.
  const [rightEast, rightNorth] = [lonStep(left[0], right[0]) * shrink, right[1] - left[1]];
  const [downEast, downNorth] = [lonStep(up[0], down[0]) * shrink, down[1] - up[1]];
  const determinant = rightEast * downNorth - downEast * rightNorth;
  if (!Number.isFinite(determinant) || determinant === 0) return null;
  // Solve right·p + down·q = (east 0, north 1).
  const p = -downEast / determinant;
  const q = rightEast / determinant;
  const degrees = Math.atan2(p, -q) * (180 / Math.PI);
  return degrees === -180 ? 180 : degrees + 0;
}

/** Step from one longitude to another, across the antimeridian where that is shorter. */
const lonStep = (from: number, to: number): number => ((((to - from + 180) % 360) + 360) % 360) - 180;
