import type { Filter } from '../domain/finding.ts';
import { LOCATIONS, type Location } from '../domain/grid.ts';
import type { Mask } from '../domain/raster.ts';
import { distanceRows } from './distance-rows.ts';
import { componentAreas, type PixelArea } from './facts.ts';
import { type Components, componentsWhere } from './find-components.ts';
import { type ComponentSums, locate, rankComponents, sumComponents } from './find-regions.ts';

export interface FilterContext {
  /** null when the pixel size is unknown. */
  readonly pixelArea: PixelArea | null;
  readonly pixelSizeM: { readonly x: number; readonly y: number } | null;
  /** Mask of the target `filter.near.of`, on the same grid. */
  readonly near?: Mask;
  /**
   * Unit vector that points north on the ground, in pixels (col to the right, row down). (0, -1) for a north-up scene
   * and where nothing is known.
   */
  readonly north: readonly [col: number, row: number];
}

/**
 * Of the regions of a mask only those that pass every field of the filter, applied in the order of `Filter`.
 *
 * `regions` are ids of the unfiltered mask: places in descending pixel count, counted from 1. `north` keeps regions whose
 * centroid lies in the northern half of the scene, by true directions: beyond the line through the scene's centre. The
 * nine cells go by the picture. `near` measures from pixel centre to pixel centre.
 *
 * @throws {RangeError} when the filter needs an area, a pixel size or a second mask that the context lacks: ask before
 */
export function filterRegions(components: Components, filter: Filter, context: FilterContext): Components {
  const sums = sumComponents(components);
  const keep = new Uint8Array(components.count).fill(1);
  const keepIf = (passes: (component: number) => boolean) => {
    for (let c = 0; c < keep.length; c++) if (keep[c] === 1 && !passes(c)) keep[c] = 0;
  };

  const { minAreaM2, maxAreaM2, part, near, regions, largest, smallest } = filter;
  if (minAreaM2 !== undefined || maxAreaM2 !== undefined) {
    if (!context.pixelArea) throw new RangeError('a filter by area needs the area of a pixel');
    const areas = componentAreas(components, context.pixelArea);
    keepIf((c) => areas[c]! >= (minAreaM2 ?? 0) && areas[c]! <= (maxAreaM2 ?? Infinity));
  }
  if (part) keepIf(inPart(part, components, sums, context.north));
  if (near) {
    if (!context.near || !context.pixelSizeM)
      throw new RangeError('a filter by distance needs a mask and a pixel size');
    const close = componentsNear(components, context.near, near.distanceM, context.pixelSizeM);
    keepIf((c) => close[c] === 1);
  }
  const ranked = rankComponents(sums.pixels);
  if (regions) {
    const wanted = new Set(regions.map((id) => ranked[id - 1]));
    keepIf((c) => wanted.has(c));
  }
  if (largest !== undefined) keepFirst(keep, ranked, largest);
  if (smallest !== undefined) keepFirst(keep, ranked.reverse(), smallest);
  return componentsWhere(components, (c) => keep[c] === 1);
}

/** Keeps the first `n` of those still kept, in the given order. */
function keepFirst(keep: Uint8Array, order: Uint32Array, n: number): void {
  let left = n;
  for (const component of order) if (keep[component] === 1 && --left < 0) keep[component] = 0;
}

function inPart(
  part: NonNullable<Filter['part']>,
  { width, height }: Components,
  { pixels, colSum, rowSum }: ComponentSums,
  [northCol, northRow]: readonly [number, number],
): (component: number) => boolean {
  const col = (c: number) => colSum[c]! / pixels[c]! + 0.5;
  const row = (c: number) => rowSum[c]! / pixels[c]! + 0.5;
  if ((LOCATIONS as readonly string[]).includes(part)) {
    return (c) => locate(Math.floor(col(c)), Math.floor(row(c)), width, height) === (part as Location);
  }
  const toNorth = (c: number) => (col(c) - width / 2) * northCol + (row(c) - height / 2) * northRow;
  // East is north turned clockwise by a right angle, on a map that is not mirrored.
  const toEast = (c: number) => (col(c) - width / 2) * -northRow + (row(c) - height / 2) * northCol;
  if (part === 'north') return (c) => toNorth(c) > 0;
  if (part === 'south') return (c) => toNorth(c) < 0;
  return part === 'east' ? (c) => toEast(c) > 0 : (c) => toEast(c) < 0;
}

/** 1 for every component with a pixel at most `distanceM` from a pixel of the other mask. */
function componentsNear(
  { rowStart, start, end, component, count }: Components,
  other: Mask,
  distanceM: number,
  pixelSizeM: { readonly x: number; readonly y: number },
): Uint8Array {
  const close = new Uint8Array(count);
  distanceRows(other, pixelSizeM, (row, squared) => {
    for (let i = rowStart[row]!; i < rowStart[row + 1]!; i++) {
      for (let col = start[i]!; close[component[i]!] === 0 && col < end[i]!; col++) {
        if (squared[col]! <= distanceM * distanceM) close[component[i]!] = 1;
      }
    }
  });
  return close;
}
