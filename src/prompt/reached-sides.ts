import type { RegionAttribute } from '../domain/attribute.ts';

export const SIDES = ['left', 'top', 'right', 'bottom'] as const;

export type Side = (typeof SIDES)[number];

/** A box that comes so near to an edge, as a share of the scene's side, reaches it: `AT_EDGE` of models/train/wording.py. */
const AT_EDGE = 0.02;

/** The sides of the scene that a region's box comes up to, in the order of `SIDES`. */
export function reachedSides(box: RegionAttribute['box']): Side[] {
  const xs = box.map(([x]) => x);
  const ys = box.map(([, y]) => y);
  const distance = {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: 1 - Math.max(...xs),
    bottom: 1 - Math.max(...ys),
  };
  return SIDES.filter((side) => distance[side] < AT_EDGE);
}
