import { fromOklab, type Lab, toOklab } from './oklab.ts';
import { parseColor } from './target-look.ts';

/** The colours of an index, and the values at their ends: the same for every scene, so that maps can be compared. */
export interface ColorMap {
  readonly low: number;
  readonly high: number;
  /** 256 colours, red, green, blue, from the low end to the high one. */
  readonly table: Uint8Array;
}

/**
 * Anchors from the low end to the high one. Lightness goes one way only: that is what every kind of colour vision, and a
 * copying machine, can read.
 */
const ANCHORS = {
  vegetation: ['#f9f0e1', '#e2cd97', '#9dc16a', '#3c8e3d', '#06351b'],
  wetness: ['#f9f1df', '#d5dfbf', '#82c2c8', '#2f7eb5', '#0b2966'],
  built: ['#f4f2ef', '#e7cfae', '#dc9454', '#b3462b', '#5a0f16'],
  /** Burnt ground is dark. */
  burn: ['#470c14', '#a63b22', '#dc8f4a', '#e6d39f', '#f3f5e6'],
  plain: ['#f5eff7', '#c8b8de', '#8d86c4', '#3f6fa6', '#0b3d59'],
} as const;

/** Index → anchors and the range in which land, water and snow lie. An index without a row is drawn in `plain`. */
const BY_INDEX: Readonly<Record<string, readonly [keyof typeof ANCHORS, low: number, high: number]>> = {
  ndvi: ['vegetation', -0.2, 1],
  evi: ['vegetation', -0.2, 1],
  savi: ['vegetation', -0.2, 1],
  exg: ['vegetation', -0.2, 0.6],
  vari: ['vegetation', -0.4, 0.6],
  gli: ['vegetation', -0.2, 0.4],
  ngrdi: ['vegetation', -0.4, 0.4],
  ndwi: ['wetness', -0.8, 0.8],
  mndwi: ['wetness', -0.8, 0.8],
  ndmi: ['wetness', -0.6, 0.6],
  ndsi: ['wetness', -0.8, 1],
  ndbi: ['built', -0.6, 0.6],
  ui: ['built', -0.8, 0.4],
  bsi: ['built', -0.6, 0.6],
  nbr: ['burn', -0.4, 1],
};

/** The colour map of an index. Equal steps of value are equal steps in OKLab, hence equally visible. */
export function colorMapOf(index: string): ColorMap {
  const [anchors, low, high] = BY_INDEX[index] ?? ['plain', -1, 1];
  const path = ANCHORS[anchors].map((color) => toOklab(parseColor(color)));
  const table = new Uint8Array(STEPS * 3);
  for (let i = 0; i < STEPS; i++) table.set(fromOklab(alongPath(path, i / (STEPS - 1))), i * 3);
  return { low, high, table };
}

/** Colour of a value; beyond an end, the end's. */
export function colorOf({ low, high, table }: ColorMap, value: number): readonly [number, number, number] {
  const share = Math.min(Math.max((value - low) / (high - low), 0), 1);
  const at = 3 * Math.round(share * (STEPS - 1));
  return [table[at]!, table[at + 1]!, table[at + 2]!];
}

const STEPS = 256;

/** The point at a share of the length of a path of straight pieces. */
function alongPath(path: readonly Lab[], share: number): Lab {
  const lengths = path
    .slice(1)
    .map((to, i) => Math.hypot(to[0] - path[i]![0], to[1] - path[i]![1], to[2] - path[i]![2]));
  let left = share * lengths.reduce((sum, length) => sum + length, 0);
  let piece = 0;
  while (piece < lengths.length - 1 && left > lengths[piece]!) left -= lengths[piece++]!;
  const t = left / lengths[piece]!;
  const [from, to] = [path[piece]!, path[piece + 1]!];
  return [0, 1, 2].map((k) => from[k]! + t * (to[k]! - from[k]!)) as unknown as Lab;
}
