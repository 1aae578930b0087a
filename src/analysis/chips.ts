import type { PixelWindow } from '../domain/grid.ts';

/** One chip: the window of the scene it looks at, and the square it is shown to the model as. */
export interface Chip {
  /** In native pixels of the scene. */
  readonly window: PixelWindow;
  /** Size at which the window is read: `window` divided by the layout's factor, rounded up. */
  readonly width: number;
  readonly height: number;
  /** Side of the model's square input, a multiple of 32; the rest beside and below `width` × `height` is padding. */
  readonly side: number;
}

export interface ChipLayout {
  /** Native pixels per chip pixel: 1 = native resolution, otherwise a power of two. */
  readonly factor: number;
  readonly chips: readonly Chip[];
}

/** Overlap of neighbouring chips, in chip pixels: wider than the model's blind border, narrower than SPIE's own 128. */
const OVERLAP = 64;

/** The model's stride: sides of its input are multiples of it. */
const STRIDE = 32;

/**
 * Overlapping square chips that cover a scene, row by row.
 *
 * At native resolution while that needs no more than `maxChips`; otherwise every chip covers 2, 4, 8 … times as many
 * pixels in each direction, and `factor` says so.
 *
 * @param width     of the scene, native pixels; `height` likewise
 * @param chipSize  largest side the pack accepts, a multiple of 32
 */
export function layOutChips(width: number, height: number, chipSize: number, maxChips: number): ChipLayout {
  for (let factor = 1; ; factor *= 2) {
    const cols = starts(Math.ceil(width / factor), chipSize);
    const rows = starts(Math.ceil(height / factor), chipSize);
    if (cols.length * rows.length > maxChips) continue;
    const chips = rows.flatMap((row) => cols.map((col) => chipAt(col, row, factor, width, height, chipSize)));
    return { factor, chips };
  }
}

/** The whole scene as one chip, read smaller where it does not fit: what the explanation is about. */
export function wholeSceneChip(width: number, height: number, chipSize: number): Chip {
  const factor = Math.max(1, Math.max(width, height) / chipSize);
  const [w, h] = [Math.max(1, Math.round(width / factor)), Math.max(1, Math.round(height / factor))];
  return { window: { col: 0, row: 0, width, height }, width: w, height: h, side: sideFor(Math.max(w, h)) };
}

/**
 * How much a chip's opinion counts at one of its pixels: 1 inside, falling linearly over the overlap towards an edge that
 * a neighbour covers as well.
 *
 * @param i       pixel along the axis, `0 … length - 1`
 * @param before  whether a neighbour overlaps at the low edge; `after` at the high edge
 */
export function blendWeight(i: number, length: number, overlap: number, before: boolean, after: boolean): number {
  const low = before ? (i + 1) / (overlap + 1) : 1;
  const high = after ? (length - i) / (overlap + 1) : 1;
  return Math.min(1, low, high);
}

export const CHIP_OVERLAP = OVERLAP;

function chipAt(col: number, row: number, factor: number, width: number, height: number, chipSize: number): Chip {
  const window = {
    col: col * factor,
    row: row * factor,
    width: Math.min(chipSize * factor, width - col * factor),
    height: Math.min(chipSize * factor, height - row * factor),
  };
  const [w, h] = [Math.ceil(window.width / factor), Math.ceil(window.height / factor)];
  return { window, width: w, height: h, side: sideFor(Math.max(w, h)) };
}

/** First pixels of the chips along one axis; the last one is moved back so that it ends with the scene. */
function starts(length: number, chipSize: number): number[] {
  if (length <= chipSize) return [0];
  const step = chipSize - OVERLAP;
  const count = Math.ceil((length - OVERLAP) / step);
  return Array.from({ length: count }, (_, i) => Math.min(i * step, length - chipSize));
}

const sideFor = (length: number): number => Math.ceil(length / STRIDE) * STRIDE;
