import { type RegionAttribute, SIZE_WORDS, type SizeWord } from '../domain/attribute.ts';
import type { Mask } from '../domain/raster.ts';
import { type Components, findComponents } from './find-components.ts';
import { findRegions, locate, type PixelRegion } from './find-regions.ts';
import { minimumAreaRectangle } from './minimum-area-rectangle.ts';

/** SPIE lists at most ten regions. */
const MAX_ATTRIBUTES = 10;

/**
 * What SPIE says about the regions of a mask, at most ten, in descending area. `README.md` in this folder has the rules.
 *
 * @param mask  of the window that the model sees; coordinates are shares of its width and height
 */
export function regionAttributes(mask: Mask): RegionAttribute[] {
  return componentAttributes(findComponents(mask));
}

/** The same of a mask that is known by its components. */
export function componentAttributes(components: Components): RegionAttribute[] {
  const { width, height } = components;
  const regions = findRegions(components, MAX_ATTRIBUTES);
  const points = outermostPixels(components, regions);
  return regions.map((region, i): RegionAttribute => {
    // The pixel that holds the centroid, as everything here is a pixel index over the size.
    const [col, row] = [Math.floor(region.centroid[0]), Math.floor(region.centroid[1])];
    return {
      size: sizeWord(region.pixels / (width * height)),
      centroid: [share(col, width), share(row, height)],
      location: locate(col, row, width, height),
      box: minimumAreaRectangle(points[i]!).map(([x, y]) => [
        share(Math.min(width, Math.max(0, Math.floor(x + 0.5))), width),
        share(Math.min(height, Math.max(0, Math.floor(y + 0.5))), height),
      ]),
    };
  });
}

/** Lower edges of the size words, as a share of the image: the brackets that fit all 29 published regions. */
const SIZE_FROM: Readonly<Record<SizeWord, number>> = {
  'very tiny': 0,
  small: 0.0015,
  medium: 0.004,
  'somewhat large': 0.007,
  large: 0.01,
  huge: 0.05,
};

/** @param share  of all pixels of the image, 0–1 */
export function sizeWord(share: number): SizeWord {
  return SIZE_WORDS.findLast((word) => share >= SIZE_FROM[word])!;
}

/** Python's `round(k / size, 3)`, as SPIE has it: to the nearest, and to the even digit on a tie. */
function share(k: number, size: number): number {
  const value = k / size;
  // Only odd sixteenths are ties that binary fractions can express; toFixed is exact but rounds ties up.
  if (Math.abs((value * 16) % 2) !== 1) return Number(value.toFixed(3));
  const below = Math.floor(value * 1000);
  return (below + (below % 2)) / 1000;
}

/** First and last pixel in every row, for each of the regions: their hull is the hull of the region. */
function outermostPixels(components: Components, regions: readonly PixelRegion[]): [number, number][][] {
  const { rowStart, start, end, component } = components;
  return regions.map((region) => {
    const points: [number, number][] = [];
    const { row: firstRow, height } = region.window;
    for (let row = firstRow; row < firstRow + height; row++) {
      let [first, last] = [-1, -1];
      for (let i = rowStart[row]!; i < rowStart[row + 1]!; i++) {
        if (component[i] !== region.component) continue;
        if (first < 0) first = start[i]!;
        last = end[i]! - 1;
      }
      points.push([first, row], [last, row]);
    }
    return points;
  });
}
