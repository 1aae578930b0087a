import type { Facts, Region } from '../domain/finding.ts';
import type { LandCover } from '../domain/land-cover.ts';
import type { Components } from './find-components.ts';
import { forEachRun, rankComponents, regionOf, sumComponents } from './find-regions.ts';

/** Area in m² of the pixel at (col, row); fractional arguments fall between pixels of slightly different area. */
export type PixelArea = (col: number, row: number) => number;

/** Ground position of a point in pixels, (0.5, 0.5) being the centre of the top left pixel; null when unknown. */
export type LonLatOf = (col: number, row: number) => readonly [lon: number, lat: number] | null;

/** At most so many regions are listed; `count` tells how many there are. */
const MAX_REGIONS = 200;

/**
 * The numbers of a mask: areas, share, regions.
 *
 * @param validPixels  how many were measured; those of the target must be among them
 * @param pixelArea    null when the pixel size is unknown; areas are then null
 * @param limit        regions to list, largest first
 */
export function measureFacts(input: {
  readonly target: LandCover;
  readonly components: Components;
  readonly validPixels: number;
  readonly pixelArea: PixelArea | null;
  readonly lonLat: LonLatOf | null;
  readonly limit?: number;
}): Facts {
  const { target, components, validPixels, pixelArea, lonLat, limit = MAX_REGIONS } = input;
  const total = components.width * components.height;
  const sums = sumComponents(components);
  const areas = pixelArea && componentAreas(components, pixelArea);
  const pixels = sums.pixels.reduce((a, b) => a + b, 0);
  const regions = Array.from(rankComponents(sums.pixels).subarray(0, limit), (component, i): Region => {
    const { component: _, ...region } = regionOf(components, sums, component);
    return {
      id: i + 1,
      ...region,
      areaM2: areas ? areas[component]! : null,
      share: region.pixels / validPixels,
      centroidLonLat: lonLat ? lonLat(...region.centroid) : null,
    };
  });
  return {
    target,
    areaM2: areas ? areas.reduce((a, b) => a + b, 0) : null,
    pixels,
    share: validPixels > 0 ? pixels / validPixels : 0,
    count: components.count,
    regions,
    validFraction: total > 0 ? validPixels / total : 0,
  };
}

/**
 * Area of each component in m². One evaluation a run, at its middle: along a row the area of pixels is linear to far
 * better than the sixth digit.
 */
export function componentAreas(components: Components, pixelArea: PixelArea): Float64Array {
  const areas = new Float64Array(components.count);
  forEachRun(components, (row, start, end, component) => {
    areas[component]! += (end - start) * pixelArea((start + end - 1) / 2, row);
  });
  return areas;
}

export function countOnes(values: Uint8Array): number {
  let count = 0;
  for (const value of values) if (value === 1) count++;
  return count;
}
