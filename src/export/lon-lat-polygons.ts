import { UserFacingError } from '../errors.ts';
import type { Polygon, Ring } from './polygons.ts';

/** Longitude and latitude (WGS84, degrees) of a pixel corner; null where it is not on the Earth. */
export type ToLonLat = (col: number, row: number) => readonly [lon: number, lat: number] | null;

/** Closed ring as GeoJSON wants it: the first position is repeated. */
type Positions = readonly (readonly [lon: number, lat: number])[];

/** Exterior first, counterclockwise; holes clockwise (RFC 7946, 3.1.6). */
export type LonLatPolygon = readonly Positions[];

/**
 * Polygons of pixel corners in longitude and latitude. Long edges get extra points where the projection bends them, and
 * what crosses the antimeridian is cut there (RFC 7946, 3.1.9).
 *
 * @throws {UserFacingError} `export-failed` when a corner is not on the Earth
 */
export function toLonLatPolygons(polygons: readonly Polygon[], toLonLat: ToLonLat): LonLatPolygon[] {
  const pixelDegrees = pixelSizeDegrees(toLonLat);
  return polygons.flatMap((polygon) => {
    const rings = [polygon.exterior, ...polygon.holes].map((ring) => project(ring, toLonLat, pixelDegrees / 10));
    const home = rings[0]![0]![0];
    // All rings on the exterior's side of the antimeridian.
    const near = rings.map((ring) => {
      const shift = 360 * Math.round((home - ring[0]![0]) / 360);
      return ring.map(([lon, lat]): Position => [lon + shift, lat]);
    });
    return cutAtAntimeridian(near).map(windCorrectly);
  });
}

/** Decimals that keep a thousandth of a pixel, at least a centimetre. */
export function decimalsFor(toLonLat: ToLonLat): number {
  return Math.min(Math.max(Math.ceil(-Math.log10(pixelSizeDegrees(toLonLat))) + 3, 7), 12);
}

type Position = readonly [lon: number, lat: number];

/** Edges shorter than this many pixels are straight enough in any projection. */
const STRAIGHT_PIXELS = 16;

function pixelSizeDegrees(toLonLat: ToLonLat): number {
  const [a, b] = [place(toLonLat, 0, 0), place(toLonLat, 1, 1)];
  return Math.max(Math.hypot(nearLon(b[0], a[0]) - a[0], b[1] - a[1]), 1e-10);
}

function place(toLonLat: ToLonLat, col: number, row: number): Position {
  const found = toLonLat(col, row);
  if (found) return found;
  throw new UserFacingError(
    'export-failed',
    'Part of this scene does not lie on the Earth, so I cannot give its outlines in longitude and latitude. ' +
      'Ask for a GeoTIFF, a CSV or a picture instead.',
  );
}

/** A ring in unwrapped longitudes (they may leave ±180), closed. */
function project(ring: Ring, toLonLat: ToLonLat, tolerance: number): Position[] {
  const positions: Position[] = [place(toLonLat, ring[0]!, ring[1]!)];
  const add = (position: Position): void => {
    positions.push([nearLon(position[0], positions.at(-1)![0]), position[1]]);
  };
  /** Adds the end of an edge, after points in between where its middle is off the straight line. */
  const walk = (x0: number, y0: number, start: Position, x1: number, y1: number, end: Position): void => {
    if (Math.abs(x1 - x0) + Math.abs(y1 - y0) > STRAIGHT_PIXELS) {
      const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
      const middle = place(toLonLat, x, y);
      const straight = (start[0] + nearLon(end[0], start[0])) / 2;
      const off = Math.hypot(nearLon(middle[0], straight) - straight, middle[1] - (start[1] + end[1]) / 2);
      if (off > tolerance) {
        walk(x0, y0, start, x, y, middle);
        walk(x, y, middle, x1, y1, end);
        return;
      }
    }
    add(end);
  };
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    const [x0, y0, x1, y1] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
    walk(x0, y0, place(toLonLat, x0, y0), x1, y1, place(toLonLat, x1, y1));
  }
  return positions;
}

/** The longitude that means the same as `lon` and lies within 180° of `other`. */
const nearLon = (lon: number, other: number): number => lon + 360 * Math.round((other - lon) / 360);

/** Pieces between −180 and 180; most polygons are one. */
function cutAtAntimeridian(rings: Position[][]): Position[][][] {
  const lons = rings[0]!.map(([lon]) => lon);
  const [west, east] = [Math.min(...lons), Math.max(...lons)];
  const pieces: Position[][][] = [];
  for (let turn = Math.floor((west + 180) / 360); turn * 360 - 180 < east; turn++) {
    const [from, to] = [turn * 360 - 180, turn * 360 + 180];
    let clipped = [rings];
    if (west < from) clipped = clipped.flatMap((piece) => clip(piece, (lon) => lon - from));
    if (east > to) clipped = clipped.flatMap((piece) => clip(piece, (lon) => to - lon));
    for (const piece of clipped) {
      pieces.push(piece.map((ring) => ring.map(([lon, lat]): Position => [lon - turn * 360, lat])));
    }
  }
  return pieces;
}

/**
 * The part of a polygon where `side(lon) > 0`, as polygons of closed rings. The rings' crossings with the cutting meridian,
 * sorted by latitude, bound the polygon's inside in pairs: each chain of positions continues at its partner.
 */
function clip(rings: readonly Position[][], side: (lon: number) => number): Position[][][] {
  const whole: Position[][] = [];
  const chains: { points: Position[]; startLat: number; endLat: number }[] = [];
  for (const ring of rings) {
    const open = ring.slice(0, -1);
    const outside = open.findIndex(([lon]) => side(lon) <= 0);
    if (outside < 0) {
      whole.push(ring);
      continue;
    }
    let points: Position[] | null = null;
    for (let k = 0; k < open.length; k++) {
      const [a, b] = [open[(outside + k) % open.length]!, open[(outside + k + 1) % open.length]!];
      const [sideA, sideB] = [side(a[0]), side(b[0])];
      if (sideA > 0 === sideB > 0) {
        if (points) points.push(b);
        continue;
      }
      const t = sideA / (sideA - sideB);
      const crossing: Position = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
      if (sideB > 0) {
        points = [crossing, b];
      } else if (points) {
        points.push(crossing);
        chains.push({ points, startLat: points[0]![1], endLat: crossing[1] });
        points = null;
      }
    }
  }
  const exteriors = joinChains(chains);
  const holes = whole.filter((ring) => ring !== rings[0]);
  if (whole.includes(rings[0]!)) return [[rings[0]!, ...holes]];
  return exteriors.map((exterior) => [exterior, ...holes.filter((hole) => contains(exterior, hole[0]!))]);
}

function joinChains(chains: readonly { points: Position[]; startLat: number; endLat: number }[]): Position[][] {
  const ends = chains
    .flatMap((chain, i) => [
      { lat: chain.startLat, chain: i, isStart: true },
      { lat: chain.endLat, chain: i, isStart: false },
    ])
    .sort((a, b) => a.lat - b.lat);
  /** The chain that starts where the inside along the meridian, entered at the end of a chain, ends. */
  const next = new Map<number, number>();
  for (let k = 0; k + 1 < ends.length; k += 2) {
    const [a, b] = [ends[k]!, ends[k + 1]!];
    if (a.isStart === b.isStart) continue; // only rounding can do this: two ends at one latitude
    next.set(a.isStart ? b.chain : a.chain, a.isStart ? a.chain : b.chain);
  }
  const left = new Set(chains.keys());
  const rings: Position[][] = [];
  for (const first of chains.keys()) {
    if (!left.has(first)) continue;
    const ring: Position[] = [];
    for (let at: number | undefined = first; at !== undefined && left.delete(at); at = next.get(at)) {
      ring.push(...chains[at]!.points);
    }
    ring.push(ring[0]!);
    // A position exactly on the meridian is found twice.
    rings.push(ring.filter((p, i) => i === 0 || p[0] !== ring[i - 1]![0] || p[1] !== ring[i - 1]![1]));
  }
  return rings;
}

/** Even-odd rule; the position is never on the ring here, because rings of a polygon touch in corners at most. */
function contains(ring: readonly Position[], [lon, lat]: Position): boolean {
  let inside = false;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [[x0, y0], [x1, y1]] = [ring[i]!, ring[i + 1]!];
    if (y0 > lat !== y1 > lat && lon < x0 + ((lat - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
  }
  return inside;
}

function windCorrectly(rings: readonly Position[][]): LonLatPolygon {
  return rings.map((ring, i) => {
    const isCounterclockwise = shoelace(ring) > 0;
    return isCounterclockwise === (i === 0) ? ring : ring.toReversed();
  });
}

function shoelace(ring: readonly Position[]): number {
  const [x, y] = ring[0]!; // near the ring, so that small rings keep their digits
  let sum = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    sum += (ring[i]![0] - x) * (ring[i + 1]![1] - y) - (ring[i + 1]![0] - x) * (ring[i]![1] - y);
  }
  return sum;
}
