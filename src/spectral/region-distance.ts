import type { Components } from './find-components.ts';
import { rankComponents, sumComponents } from './find-regions.ts';

/**
 * Shortest distance between two regions of a mask, from edge to edge of their outermost pixels.
 *
 * @param from   ids: places in descending pixel count, counted from 1; `to` likewise
 * @param pixel  size of a pixel, metres
 * @returns      metres; 0 for a region to itself
 * @throws {RangeError} when the mask has no such region
 */
export function regionDistance(
  components: Components,
  from: number,
  to: number,
  pixel: { readonly x: number; readonly y: number },
): number {
  const ranked = rankComponents(sumComponents(components).pixels);
  const [a, b] = [ranked[from - 1], ranked[to - 1]];
  if (a === undefined || b === undefined) throw new RangeError(`regions ${from} and ${to} of ${ranked.length}`);
  if (a === b) return 0;
  const [runsA, runsB] = [runsByRow(components, a), runsByRow(components, b)];
  const rowsB = [...runsB.keys()].sort((p, q) => p - q);
  let best = Infinity; // squared metres
  for (const [row, runs] of runsA) {
    for (const other of rowsB) {
      const down = Math.max(0, Math.abs(other - row) - 1) * pixel.y;
      if (down * down >= best) continue;
      const across = columnGap(runs, runsB.get(other)!) * pixel.x;
      best = Math.min(best, down * down + across * across);
    }
  }
  return Math.sqrt(best);
}

type Run = readonly [start: number, end: number];

function runsByRow({ height, rowStart, start, end, component }: Components, wanted: number): Map<number, Run[]> {
  const rows = new Map<number, Run[]>();
  for (let row = 0; row < height; row++) {
    for (let i = rowStart[row]!; i < rowStart[row + 1]!; i++) {
      if (component[i] !== wanted) continue;
      const runs = rows.get(row);
      if (runs) runs.push([start[i]!, end[i]!]);
      else rows.set(row, [[start[i]!, end[i]!]]);
    }
  }
  return rows;
}

/** Fewest columns between a run of one list and a run of the other, both sorted: 0 when they touch or overlap. */
function columnGap(a: readonly Run[], b: readonly Run[]): number {
  let gap = Infinity;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    gap = Math.min(gap, Math.max(0, b[j]![0] - a[i]![1], a[i]![0] - b[j]![1]));
    if (a[i]![1] < b[j]![1]) i++;
    else j++;
  }
  return gap;
}
