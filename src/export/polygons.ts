import type { Mask } from '../domain/raster.ts';

/**
 * A closed ring of pixel corners, flat: col0, row0, col1, row1, …; the first is not repeated. Only turns are listed.
 * Exteriors run clockwise on the screen, holes the other way.
 */
export type Ring = Int32Array;

export interface Polygon {
  readonly exterior: Ring;
  readonly holes: readonly Ring[];
}

/** The regions of a mask as horizontal runs: the shape of `findComponents`' result in `spectral/`. */
export interface RegionRuns {
  readonly width: number;
  readonly height: number;
  /** Number of regions (8-neighbour). */
  readonly count: number;
  /** Length `height + 1`: runs of row r are `rowStart[r] … rowStart[r + 1] - 1`. */
  readonly rowStart: ArrayLike<number>;
  readonly start: ArrayLike<number>;
  /** Column after the last. */
  readonly end: ArrayLike<number>;
  /** Region of each run, 0-based. */
  readonly component: ArrayLike<number>;
}

/**
 * Outlines of every region on pixel edges, as valid simple features: no ring touches itself, holes lie inside their
 * exterior, and the polygons of one region touch in points only. A region whose parts meet at a pixel corner only has
 * several polygons.
 *
 * @returns one list of polygons a region, in the order of `runs.component`
 */
export function tracePolygons(mask: Mask, runs: RegionRuns): Polygon[][] {
  const parts = edgeConnectedParts(runs);
  const rings = new Map<number, { exterior: Ring; holes: Ring[]; component: number }>();
  for (const ring of traceRings(mask)) {
    const run = runAt(runs, ...pixelInside(ring));
    const part = parts[run]!;
    const polygon = rings.get(part) ?? { exterior: new Int32Array(0), holes: [], component: runs.component[run]! };
    if (signedArea(ring) > 0) polygon.exterior = ring;
    else polygon.holes.push(ring);
    rings.set(part, polygon);
  }
  const regions: Polygon[][] = Array.from({ length: runs.count }, () => []);
  for (const { component, exterior, holes } of rings.values()) regions[component]!.push({ exterior, holes });
  return regions;
}

/** Twice the enclosed area in pixels; positive when the ring runs clockwise on the screen (rows grow downwards). */
export function signedArea(ring: Ring): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    sum += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!;
  }
  return sum;
}

/** East, south, west, north. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/** Every boundary once, the mask's pixels on the right hand side. */
function* traceRings({ width, height, values }: Mask): Generator<Ring> {
  const isTarget = (col: number, row: number): boolean =>
    col >= 0 && row >= 0 && col < width && row < height && values[row * width + col] === 1;
  /** Pixels whose upper edge has been walked: every ring has such an edge, for it must go east somewhere. */
  const walked = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      if (values[row * width + col] !== 1 || walked[row * width + col] || isTarget(col, row - 1)) continue;
      const corners: number[] = [];
      let [x, y, heading] = [col, row, 0];
      do {
        if (heading === 0) walked[y * width + x] = 1;
        x += STEPS[heading]![0];
        y += STEPS[heading]![1];
        const [right, left] = ahead(x, y, heading);
        // Pixels that meet at a corner only stay apart: the walk turns right there.
        const turn = !isTarget(...right) ? 1 : isTarget(...left) ? 3 : 0;
        if (turn > 0) corners.push(x, y);
        heading = (heading + turn) % 4;
      } while (x !== col || y !== row || heading !== 0);
      yield* splitAtTouches(corners);
    }
  }
}

type PixelAt = readonly [col: number, row: number];

/** The pixels ahead of a corner, to the right and to the left of the heading. */
function ahead(x: number, y: number, heading: number): readonly [right: PixelAt, left: PixelAt] {
  const [northWest, northEast, southEast, southWest] = [
    [x - 1, y - 1],
    [x, y - 1],
    [x, y],
    [x - 1, y],
  ] as const;
  if (heading === 0) return [southEast, northEast];
  if (heading === 1) return [southWest, southEast];
  return heading === 2 ? [northWest, southWest] : [northEast, northWest];
}

/** A walk that passes a corner twice becomes two rings that touch there. */
function* splitAtTouches(corners: readonly number[]): Generator<Ring> {
  const path: number[] = [];
  const places = new Map<string, number>();
  for (let i = 0; i < corners.length; i += 2) {
    const key = `${corners[i]},${corners[i + 1]}`;
    const before = places.get(key);
    if (before !== undefined) {
      const loop = path.splice(before);
      for (let k = 0; k < loop.length; k += 2) places.delete(`${loop[k]},${loop[k + 1]}`);
      yield Int32Array.from(loop);
    }
    places.set(key, path.length);
    path.push(corners[i]!, corners[i + 1]!);
  }
  yield Int32Array.from(path);
}

/** A pixel of the mask that lies along the ring's first edge. */
function pixelInside(ring: Ring): PixelAt {
  const [x, y, nextX, nextY] = [ring[0]!, ring[1]!, ring[2]!, ring[3]!];
  if (nextX > x) return [x, y];
  if (nextX < x) return [x - 1, y - 1];
  return nextY > y ? [x - 1, y] : [x, y - 1];
}

/** The run that holds a pixel. */
function runAt({ rowStart, start }: RegionRuns, col: number, row: number): number {
  let [low, high] = [rowStart[row]!, rowStart[row + 1]! - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (start[middle]! <= col) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** For each run a number of the part it belongs to, where parts are joined by pixel edges, not by corners. */
function edgeConnectedParts({ height, rowStart, start, end }: RegionRuns): Int32Array {
  const parent = Int32Array.from({ length: rowStart[height]! }, (_, run) => run);
  const root = (run: number): number => {
    let top = run;
    while (parent[top] !== top) top = parent[top] = parent[parent[top]!]!;
    return top;
  };
  for (let row = 1; row < height; row++) {
    let above = rowStart[row - 1]!;
    for (let run = rowStart[row]!; run < rowStart[row + 1]!; run++) {
      while (above < rowStart[row]! && end[above]! <= start[run]!) above++;
      for (let i = above; i < rowStart[row]! && start[i]! < end[run]!; i++) parent[root(run)] = root(i);
    }
  }
  return parent.map((_, run) => root(run));
}
