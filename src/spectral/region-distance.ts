import type { Components } from './find-components.ts';
import { rankComponents, sumComponents } from './find-regions.ts';

/** A region of a mask, known by its components, by its id (place in descending pixel count, counted from 1), or any region of it. */
export interface RegionOf {
  readonly components: Components;
  readonly region?: number | undefined;
}

/** The regions that lie nearest to each other, by their ids, and how far apart they are. */
export interface Gap {
  readonly metres: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Shortest distance between two regions, or between the nearest two of all that are meant, from edge to edge of their
 * outermost pixels. Both masks lie on one grid, and may be the same.
 *
 * @param pixel  size of a pixel, metres
 * @returns      0 m for a region to itself and for regions that touch or overlap; of several equal pairs the one that
 *               is met first, from the top
 * @throws {RangeError} when a mask has no such region, or none at all
 */
export function regionDistance(from: RegionOf, to: RegionOf, pixel: { readonly x: number; readonly y: number }): Gap {
  const [a, b] = [runsByRow(from), runsByRow(to)];
  let best: Gap & { squared: number } = { squared: Infinity, metres: Infinity, from: 0, to: 0 };
  for (const [row, runs] of a.entries()) {
    if (runs.length === 0) continue;
    // Outwards from the same row, until the rows alone are farther than what has been found.
    for (let away = 0; away < b.length; away++) {
      const down = Math.max(0, away - 1) * pixel.y;
      if (down * down >= best.squared) break;
      for (const other of away === 0 ? [row] : [row - away, row + away]) {
        const gap = columnGap(runs, b[other] ?? []);
        if (gap === null) continue;
        const across = gap.columns * pixel.x;
        const squared = down * down + across * across;
        if (squared < best.squared) best = { squared, metres: Math.sqrt(squared), from: gap.from, to: gap.to };
      }
    }
  }
  return { metres: best.metres, from: best.from, to: best.to };
}

interface Run {
  readonly start: number;
  readonly end: number;
  readonly region: number;
}

/** The runs of the wanted regions, row by row, in the order of their columns. */
function runsByRow({ components, region }: RegionOf): Run[][] {
  const ranked = rankComponents(sumComponents(components).pixels);
  const known = region === undefined ? ranked.length > 0 : ranked[region - 1] !== undefined;
  if (!known) throw new RangeError(`region ${region ?? 'any'} of ${ranked.length}`);
  const idOf = new Uint32Array(components.count);
  for (const [place, component] of ranked.entries()) idOf[component] = place + 1;
  return Array.from({ length: components.height }, (_, row) => {
    const runs: Run[] = [];
    for (let i = components.rowStart[row]!; i < components.rowStart[row + 1]!; i++) {
      const id = idOf[components.component[i]!]!;
      if (region === undefined || id === region)
        runs.push({ start: components.start[i]!, end: components.end[i]!, region: id });
    }
    return runs;
  });
}

/** Fewest columns between a run of one row and a run of another, 0 when they touch or overlap; null when a row is empty. */
function columnGap(a: readonly Run[], b: readonly Run[]): { columns: number; from: number; to: number } | null {
  let best: { columns: number; from: number; to: number } | null = null;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [one, other] = [a[i]!, b[j]!];
    const columns = Math.max(0, other.start - one.end, one.start - other.end);
    if (best === null || columns < best.columns) best = { columns, from: one.region, to: other.region };
    if (one.end < other.end) i++;
    else j++;
  }
  return best;
}
