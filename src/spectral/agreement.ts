import type { Mask } from '../domain/raster.ts';

/**
 * Intersection over union of two masks on one grid.
 *
 * @param valid  same grid, 1 = count this pixel; null = all
 * @returns      0–1, null when both masks are empty
 */
export function agreement(a: Mask, b: Mask, valid: Uint8Array | null): number | null {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.values.length; i++) {
    if (valid && valid[i] !== 1) continue;
    const [inA, inB] = [a.values[i] === 1, b.values[i] === 1];
    if (inA && inB) both++;
    if (inA || inB) either++;
  }
  return either === 0 ? null : both / either;
}
