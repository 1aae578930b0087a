import { hash, valueNoise } from './noise.ts';

/** Metres from the scene's top left corner, x to the east, y to the south. */
export type Point = readonly [x: number, y: number];

/** Distance of every cell of a square grid to a curve, as far as `reach`. */
export interface CurveField {
  /** Metres; Infinity beyond the reach. */
  readonly distance: Float32Array;
  /** Signed curvature of the nearest piece of curve times the side: positive on the inside of a bend. Unitless. */
  readonly inside: Float32Array;
}

/**
 * A meandering river: the direction of flow swings sinusoidally along the channel.
 * @see Langbein and Leopold 1966, "River meanders: theory of minimum variance" (USGS PP 422-H): sine-generated curves
 */
export function meander(start: Point, heading: number, length: number, seed: number): Point[] {
  const points: Point[] = [];
  const step = 5;
  let [x, y, phase] = [start[0], start[1], 0.6];
  for (let s = 0; s < length; s += step) {
    points.push([x, y]);
    const swing = 0.25 + 1.5 * valueNoise(s / 1100, 0.5, seed);
    phase += (2 * Math.PI * step) / (780 + 700 * valueNoise(s / 900, 7.5, seed));
    const drift = 0.5 * (valueNoise(s / 2600, 3.5, seed) - 0.5);
    const angle = heading + drift + swing * Math.sin(phase);
    x += step * Math.cos(angle);
    y += step * Math.sin(angle);
  }
  return points;
}

/** A smooth road through `stops` (Catmull-Rom), bent a little by chance. */
export function road(stops: readonly Point[], seed: number): Point[] {
  const points: Point[] = [];
  for (let i = 0; i + 1 < stops.length; i++) {
    const [a, b, c, d] = [
      stops[Math.max(0, i - 1)]!,
      stops[i]!,
      stops[i + 1]!,
      stops[Math.min(stops.length - 1, i + 2)]!,
    ];
    const count = Math.max(2, Math.ceil(Math.hypot(c[0] - b[0], c[1] - b[1]) / 4));
    for (let k = 0; k < count; k++) {
      const t = k / count;
      const at = (axis: 0 | 1): number => {
        const [p, q, r, s] = [a[axis], b[axis], c[axis], d[axis]];
        return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
      };
      const bend = 26 * (valueNoise((i + t) * 2.3, hash(i, 0, seed), seed) - 0.5);
      points.push([at(0) + bend, at(1) + bend]);
    }
  }
  return points;
}

/**
 * @param size   cells a side
 * @param cell   metres
 * @param reach  metres
 */
export function curveField(points: readonly Point[], size: number, cell: number, reach: number): CurveField {
  const distance = new Float32Array(size * size).fill(Infinity);
  const inside = new Float32Array(size * size);
  const radius = Math.ceil(reach / cell);
  for (let i = 1; i + 1 < points.length; i++) {
    const [x, y] = points[i]!;
    // Direction and turn over a longer piece than one step, or rounding would speak.
    const [before, after] = [points[Math.max(0, i - 8)]!, points[Math.min(points.length - 1, i + 8)]!];
    const [forwardX, forwardY] = [after[0] - x, after[1] - y];
    const turn = (x - before[0]) * forwardY - (y - before[1]) * forwardX;
    const scale = Math.hypot(forwardX, forwardY) * Math.hypot(x - before[0], y - before[1]) || 1;
    const [col, row] = [Math.round(x / cell), Math.round(y / cell)];
    for (let r = Math.max(0, row - radius); r <= Math.min(size - 1, row + radius); r++) {
      for (let c = Math.max(0, col - radius); c <= Math.min(size - 1, col + radius); c++) {
        const [dx, dy] = [(c + 0.5) * cell - x, (r + 0.5) * cell - y];
        const here = Math.hypot(dx, dy);
        const at = r * size + c;
        if (here >= distance[at]! || here > reach) continue;
        distance[at] = here;
        const side = Math.sign(forwardX * dy - forwardY * dx);
        inside[at] = (side * turn) / scale;
      }
    }
  }
  return { distance, inside };
}
