type Point = readonly [x: number, y: number];

/**
 * The rectangle of least area, at any angle, around a set of points with integer coordinates.
 *
 * One of its sides lies along an edge of the convex hull (Freeman and Shapira 1975). Edges are tried in the order of the
 * hull and only a strictly smaller area replaces the best so far, so equal candidates resolve the same way everywhere.
 *
 * @param points  at least one, integers up to 2²⁰ in size
 * @returns       four corners (not rounded) in ascending `atan2(y - cy, x - cx)` around the rectangle's centre: with y
 *                pointing down that is clockwise on screen from the top left one. Four equal corners for a single point,
 *                two pairs of equal corners for points on a line.
 */
export function minimumAreaRectangle(points: readonly Point[]): [Point, Point, Point, Point] {
  const hull = convexHull(points);
  if (hull.length === 1) return [hull[0]!, hull[0]!, hull[0]!, hull[0]!];
  let best = rectangleAlong(hull, 0);
  // Two hull points span one edge, there and back.
  for (let edge = 1; edge < hull.length && hull.length > 2; edge++) {
    const candidate = rectangleAlong(hull, edge);
    if (candidate.area < best.area) best = candidate;
  }
  const { dx, dy, alongMin, alongMax, acrossMin, acrossMax } = best;
  const squaredLength = dx * dx + dy * dy;
  const corners = [alongMin, alongMax].flatMap((along) =>
    [acrossMin, acrossMax].map((across): { angle: number; corner: Point } => {
      // From the centre, times 2 · squaredLength: integers, so that a corner straight to the left is at exactly π.
      const u = 2 * along - alongMin - alongMax;
      const v = 2 * across - acrossMin - acrossMax;
      return {
        angle: Math.atan2(u * dy + v * dx + 0, u * dx - v * dy + 0), // + 0 makes a negative zero positive
        corner: [(along * dx - across * dy) / squaredLength, (along * dy + across * dx) / squaredLength],
      };
    }),
  );
  return corners.sort((a, b) => a.angle - b.angle).map((c) => c.corner) as [Point, Point, Point, Point];
}

/**
 * Corners of the convex hull without points on its edges (Andrew's monotone chain), starting at the leftmost (then
 * topmost) point and first going along the side of smaller y, that is clockwise on screen.
 */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const upper = chain(sorted);
  const lower = chain(sorted.reverse());
  // The ends of each chain start the other one; a single point is both.
  return upper.length === 1 ? upper : [...upper.slice(0, -1), ...lower.slice(0, -1)];
}

function chain(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (last && last[0] === point[0] && last[1] === point[1]) continue;
    while (kept.length > 1 && turn(kept.at(-2)!, kept.at(-1)!, point) <= 0) kept.pop();
    kept.push(point);
  }
  return kept;
}

/** Positive when the way a → b → c turns clockwise on screen (y down). */
const turn = (a: Point, b: Point, c: Point): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** The rectangle with a side along one hull edge, in coordinates along and across that edge, times its length. */
function rectangleAlong(hull: readonly Point[], edge: number) {
  const [from, to] = [hull[edge]!, hull[(edge + 1) % hull.length]!];
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  let [alongMin, alongMax, acrossMin, acrossMax] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of hull) {
    const along = x * dx + y * dy;
    const across = y * dx - x * dy;
    alongMin = Math.min(alongMin, along);
    alongMax = Math.max(alongMax, along);
    acrossMin = Math.min(acrossMin, across);
    acrossMax = Math.max(acrossMax, across);
  }
  const area = ((alongMax - alongMin) * (acrossMax - acrossMin)) / (dx * dx + dy * dy);
  return { dx, dy, alongMin, alongMax, acrossMin, acrossMax, area };
}
