import type { Cover } from './cover.ts';

type Place = readonly [col: number, row: number];

/**
 * Where the number of a region stands: at its centroid when that lies on the area, else at the nearest pixel of the same
 * region. The centroid of a meandering river lies on dry land.
 *
 * @param centroids  of the regions to number, in pixels of the cover; (0.5, 0.5) is the centre of the first
 */
export function labelPlaces(cover: Cover, centroids: readonly Place[]): Place[] {
  const isMarked = (col: number, row: number): boolean =>
    col >= 0 && row >= 0 && col < cover.width && row < cover.height && cover.share[row * cover.width + col]! >= 0.5;
  const isAstray = centroids.map(([col, row]) => !isMarked(Math.floor(col), Math.floor(row)));
  if (!isAstray.includes(true)) return [...centroids];
  const regions = pixelsByRegion(cover);
  return centroids.map((centroid, i) => {
    if (!isAstray[i]) return centroid;
    // A region is known by its centroid; one that the coarser grid has torn apart is not found, and keeps it.
    const own = regions.find(({ mean }) => Math.hypot(mean[0] - centroid[0], mean[1] - centroid[1]) < 1.5);
    if (!own) return centroid;
    let nearest = own.pixels[0]!;
    for (const pixel of own.pixels) if (distance(pixel) < distance(nearest)) nearest = pixel;
    return place(nearest);

    function place(pixel: number): Place {
      return [(pixel % cover.width) + 0.5, Math.floor(pixel / cover.width) + 0.5];
    }
    function distance(pixel: number): number {
      const [col, row] = place(pixel);
      // Pixels with the area all around them are better by far: a number on an edge hides it.
      const inner = [-1, 1].every(
        (step) => isMarked(col - 0.5 + step, row - 0.5) && isMarked(col - 0.5, row - 0.5 + step),
      );
      return Math.hypot(col - centroid[0], row - centroid[1]) + (inner ? 0 : 3);
    }
  });
}

/** The 8-connected regions of the marked pixels with the means of their pixel centres. */
function pixelsByRegion({ width, height, share }: Cover): { pixels: number[]; mean: Place }[] {
  const seen = Uint8Array.from(share, (value) => (value >= 0.5 ? 0 : 1));
  const regions: { pixels: number[]; mean: Place }[] = [];
  for (let first = 0; first < seen.length; first++) {
    if (seen[first]) continue;
    const pixels = [first];
    seen[first] = 1;
    let [cols, rows] = [0, 0];
    for (let i = 0; i < pixels.length; i++) {
      const [col, row] = [pixels[i]! % width, Math.floor(pixels[i]! / width)];
      cols += col + 0.5;
      rows += row + 0.5;
      for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
        for (let x = Math.max(0, col - 1); x <= Math.min(width - 1, col + 1); x++) {
          if (seen[y * width + x]) continue;
          seen[y * width + x] = 1;
          pixels.push(y * width + x);
        }
      }
    }
    regions.push({ pixels, mean: [cols / pixels.length, rows / pixels.length] });
  }
  return regions;
}
