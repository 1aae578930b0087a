import { LOCATIONS, type Location, type PixelWindow } from '../domain/grid.ts';
import type { Components } from './find-components.ts';

/** One region in pixels, before areas and coordinates on the ground. */
export interface PixelRegion {
  /** Number of the component it is. */
  readonly component: number;
  readonly pixels: number;
  /** Mean of pixel centres; (0.5, 0.5) is the centre of the top left pixel. */
  readonly centroid: readonly [col: number, row: number];
  readonly location: Location;
  readonly window: PixelWindow;
}

/** Sums over each component, indexed by component. */
export interface ComponentSums {
  readonly pixels: Float64Array;
  /** Sums of column and row indices: the centroid is `sum / pixels + 0.5`. */
  readonly colSum: Float64Array;
  readonly rowSum: Float64Array;
  /** `[first col, first row, last col + 1, last row + 1]` of each component, four entries a component. */
  readonly extent: Int32Array;
}

/** Area in pixels, centroid and extent of every component, in one pass over the runs. */
export function sumComponents(components: Components): ComponentSums {
  const { count, width, height } = components;
  const pixels = new Float64Array(count);
  const colSum = new Float64Array(count);
  const rowSum = new Float64Array(count);
  const extent = new Int32Array(count * 4);
  for (let c = 0; c < count; c++) extent.set([width, height, 0, 0], c * 4);
  forEachRun(components, (row, start, end, c) => {
    const length = end - start;
    pixels[c]! += length;
    colSum[c]! += (length * (start + end - 1)) / 2;
    rowSum[c]! += length * row;
    const at = c * 4;
    extent[at] = Math.min(extent[at]!, start);
    extent[at + 1] = Math.min(extent[at + 1]!, row);
    extent[at + 2] = Math.max(extent[at + 2]!, end);
    extent[at + 3] = row + 1;
  });
  return { pixels, colSum, rowSum, extent };
}

/**
 * Components in descending order of `area`; equal ones in the order of their first pixel, row by row.
 * A region's id is its place in this order by pixels, counted from 1.
 */
export function rankComponents(area: Float64Array): Uint32Array {
  return Uint32Array.from(area, (_, component) => component).sort((a, b) => area[b]! - area[a]! || a - b);
}

/** The largest regions of a mask, largest first. */
export function findRegions(components: Components, limit: number): PixelRegion[] {
  const sums = sumComponents(components);
  return Array.from(rankComponents(sums.pixels).subarray(0, limit), (c) => regionOf(components, sums, c));
}

type Extent = [col: number, row: number, endCol: number, endRow: number];

export function regionOf({ width, height }: Components, sums: ComponentSums, component: number): PixelRegion {
  const pixels = sums.pixels[component]!;
  const centroid = [sums.colSum[component]! / pixels + 0.5, sums.rowSum[component]! / pixels + 0.5] as const;
  const [col, row, endCol, endRow] = [0, 1, 2, 3].map((i) => sums.extent[component * 4 + i]!) as Extent;
  return {
    component,
    pixels,
    centroid,
    location: locate(Math.floor(centroid[0]), Math.floor(centroid[1]), width, height),
    window: { col, row, width: endCol - col, height: endRow - row },
  };
}

/** The cell of a 3 × 3 grid over the scene in which a pixel lies: SPIE's rule, `col / width < 1/3` is left. */
export function locate(col: number, row: number, width: number, height: number): Location {
  const third = (i: number, size: number) => (3 * i < size ? 0 : 3 * i < 2 * size ? 1 : 2);
  return LOCATIONS[third(row, height) * 3 + third(col, width)]!;
}

/** Calls back for every run, top to bottom, left to right; `end` is the column after the last. */
export function forEachRun(
  { height, rowStart, start, end, component }: Components,
  visit: (row: number, start: number, end: number, component: number) => void,
): void {
  for (let row = 0; row < height; row++) {
    for (let i = rowStart[row]!; i < rowStart[row + 1]!; i++) visit(row, start[i]!, end[i]!, component[i]!);
  }
}
