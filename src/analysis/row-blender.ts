import type { PixelWindow } from '../domain/grid.ts';
import { blendWeight } from './chips.ts';

/** A run of whole rows of a grid, finished: of the scene's, or of a coarser one. */
export interface BlendedRows {
  readonly row: number;
  /** Mask logits, row-major, length rows × width of the grid; NaN = nodata. */
  readonly logits: Float32Array;
  /** The index on the same pixels; NaN = nodata. */
  readonly index: Float32Array;
  /** What the thresholded index alone would mark: 1 or 0. */
  readonly marked: Uint8Array;
}

/** Rows handed on together: a copy of them is small beside the chips. */
const ROWS_AT_ONCE = 256;

/**
 * Blends overlapping chips into the rows of a scene and hands rows on as soon as no further chip can touch them, so that
 * memory is bounded by one row of chips and not by the scene.
 *
 * Logits are averaged with weights that fall towards edges which a neighbour covers as well; a nodata pixel (NaN) in any
 * of the chips is nodata in the scene. Index values do not depend on the chip, so the last one stays; so it is with what the index marks.
 *
 * @param width    of the scene in pixels of the chips; `height` likewise
 * @param overlap  of neighbouring chips, pixels
 */
export class RowBlender {
  readonly #width: number;
  readonly #height: number;
  readonly #overlap: number;
  #top = 0;
  #sums = new Float32Array(0);
  #weights = new Float32Array(0);
  #index = new Float32Array(0);
  #marked = new Uint8Array(0);

  constructor(width: number, height: number, overlap: number) {
    this.#width = width;
    this.#height = height;
    this.#overlap = overlap;
  }

  /**
   * Adds one chip; chips come in order of their first row.
   *
   * @param window  of the chip
   * @param logits  row-major, `window.width * window.height`; NaN = nodata
   * @param index   likewise; `marked` 1 or 0
   */
  add(window: PixelWindow, logits: Float32Array, index: Float32Array, marked: Uint8Array): void {
    if (window.row < this.#top)
      throw new RangeError(`chip at row ${window.row}, rows before ${this.#top} are finished`);
    this.#reserve(window.row + window.height);
    const across = Float32Array.from({ length: window.width }, (_, i) =>
      blendWeight(i, window.width, this.#overlap, window.col > 0, window.col + window.width < this.#width),
    );
    for (let y = 0; y < window.height; y++) {
      const down = blendWeight(
        y,
        window.height,
        this.#overlap,
        window.row > 0,
        window.row + window.height < this.#height,
      );
      const to = (window.row + y - this.#top) * this.#width + window.col;
      for (let x = 0; x < window.width; x++) {
        const weight = down * across[x]!;
        this.#sums[to + x]! += weight * logits[y * window.width + x]!;
        this.#weights[to + x]! += weight;
        this.#index[to + x] = index[y * window.width + x]!;
        this.#marked[to + x] = marked[y * window.width + x]!;
      }
    }
  }

  /** The rows before `row` that have not been handed on yet, a few at a time: no later chip may start above `row`. */
  *takeRowsBefore(row: number): Generator<BlendedRows> {
    const end = Math.min(row, this.#height);
    for (let next = this.#top; next < end; next += ROWS_AT_ONCE) {
      const from = (next - this.#top) * this.#width;
      const to = (Math.min(next + ROWS_AT_ONCE, end) - this.#top) * this.#width;
      const logits = this.#sums.slice(from, to);
      for (let i = 0; i < logits.length; i++) logits[i]! /= this.#weights[from + i]!;
      yield { row: next, logits, index: this.#index.slice(from, to), marked: this.#marked.slice(from, to) };
    }
    if (end > this.#top) this.#drop(end - this.#top);
  }

  /** In place: on a wide scene these are the largest arrays there are. */
  #drop(rows: number): void {
    const pixels = rows * this.#width;
    for (const values of [this.#sums, this.#weights, this.#index, this.#marked]) {
      values.copyWithin(0, pixels);
      values.fill(0, Math.max(0, values.length - pixels));
    }
    this.#top += rows;
  }

  #reserve(end: number): void {
    const pixels = (end - this.#top) * this.#width;
    if (pixels <= this.#sums.length) return;
    this.#sums = grown(this.#sums, pixels);
    this.#weights = grown(this.#weights, pixels);
    this.#index = grown(this.#index, pixels);
    const marked = new Uint8Array(pixels);
    marked.set(this.#marked);
    this.#marked = marked;
  }
}

function grown(values: Float32Array, length: number): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(length);
  larger.set(values);
  return larger;
}
