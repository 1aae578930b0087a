import type { PixelWindow } from '../domain/grid.ts';
import { blendWeight } from './chips.ts';

/** A run of whole rows of the scene, finished. */
export interface BlendedRows {
  readonly row: number;
  /** Mask logits, row-major, length rows × scene width; NaN = nodata. */
  readonly logits: Float32Array;
  /** The index on the same pixels; NaN = nodata. */
  readonly index: Float32Array;
  /** What the thresholded index alone would mark: 1 or 0. */
  readonly marked: Uint8Array;
}

/**
 * Blends overlapping chips into the rows of a scene and hands rows on as soon as no further chip can touch them, so that
 * memory is bounded by one row of chips and not by the scene.
 *
 * Logits are averaged with weights that fall towards edges which a neighbour covers as well; a nodata pixel (NaN) in any
 * of the chips is nodata in the scene. Index values do not depend on the chip, so the last one stays; so it is with what the index marks.
 *
 * @param width    of the scene, native pixels; `height` likewise
 * @param overlap  of neighbouring chips, native pixels
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
   * @param window  of the chip, native pixels
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

  /** The rows before `row` that have not been handed on yet, or null: no later chip may start above `row`. */
  takeRowsBefore(row: number): BlendedRows | null {
    const count = Math.min(row, this.#height) - this.#top;
    if (count <= 0) return null;
    const pixels = count * this.#width;
    const logits = this.#sums.slice(0, pixels);
    for (let i = 0; i < pixels; i++) logits[i]! /= this.#weights[i]!;
    const rows = { row: this.#top, logits, index: this.#index.slice(0, pixels), marked: this.#marked.slice(0, pixels) };
    this.#sums = this.#sums.slice(pixels);
    this.#weights = this.#weights.slice(pixels);
    this.#index = this.#index.slice(pixels);
    this.#marked = this.#marked.slice(pixels);
    this.#top += count;
    return rows;
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
