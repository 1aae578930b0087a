import type { BlendedRows } from './row-blender.ts';

/** Rows of the scene handed on together. */
const ROWS_AT_ONCE = 256;

/** Rows of the coarser grid, one after another, with the last row that was seen before them. */
interface Kept {
  readonly row: number;
  readonly rows: number;
  readonly logits: Float32Array;
  readonly index: Float32Array;
  readonly marked: Uint8Array;
}

/**
 * Finished rows of a grid that is coarser than the scene by a whole factor, as rows of the scene: logits linear between the
 * coarse pixel centres, so that edges stay smooth, everything else from the pixel that a place lies in. Where that has no data there is none.
 *
 * Holds one coarse row besides those it is given, however large the scene.
 *
 * @param width   of the scene, pixels; `height` likewise
 * @param factor  pixels of the scene to one coarse pixel, a side
 */
export class RowEnlarger {
  readonly #width: number;
  readonly #height: number;
  readonly #factor: number;
  readonly #coarseWidth: number;
  readonly #coarseHeight: number;
  #kept: Kept | null = null;
  #next = 0;

  constructor(width: number, height: number, factor: number) {
    [this.#width, this.#height, this.#factor] = [width, height, factor];
    this.#coarseWidth = Math.ceil(width / factor);
    this.#coarseHeight = Math.ceil(height / factor);
  }

  /** Takes the next coarse rows and hands on the rows of the scene that no later one reaches into. */
  *add(rows: BlendedRows): Generator<BlendedRows> {
    if (this.#factor === 1) {
      yield rows;
      return;
    }
    const kept = this.#join(rows);
    const last = kept.row + kept.rows;
    // The lower half of the last coarse row waits for the row below.
    const end = last === this.#coarseHeight ? this.#height : Math.floor((last - 0.5) * this.#factor);
    while (this.#next < end) {
      const count = Math.min(ROWS_AT_ONCE, end - this.#next);
      yield this.#enlarge(kept, this.#next, count);
      this.#next += count;
    }
    this.#kept = tail(kept, this.#coarseWidth);
  }

  #join({ row, logits, index, marked }: BlendedRows): Kept {
    const rows = logits.length / this.#coarseWidth;
    const before = this.#kept;
    if (!before) return { row, rows, logits, index, marked };
    const joined = {
      logits: new Float32Array(before.logits.length + logits.length),
      index: new Float32Array(before.index.length + index.length),
      marked: new Uint8Array(before.marked.length + marked.length),
    };
    joined.logits.set(before.logits);
    joined.logits.set(logits, before.logits.length);
    joined.index.set(before.index);
    joined.index.set(index, before.index.length);
    joined.marked.set(before.marked);
    joined.marked.set(marked, before.marked.length);
    return { row: before.row, rows: rows + before.rows, ...joined };
  }

  #enlarge(kept: Kept, row: number, count: number): BlendedRows {
    const width = this.#width;
    const out = {
      row,
      logits: new Float32Array(count * width),
      index: new Float32Array(count * width),
      marked: new Uint8Array(count * width),
    };
    const columns = Array.from({ length: width }, (_, col) => this.#between(col, this.#coarseWidth));
    for (let y = 0; y < count; y++) {
      const down = this.#between(row + y, this.#coarseHeight);
      const [first, second, own] = [down.first, down.second, down.own].map(
        (r) => (r - kept.row) * this.#coarseWidth,
      ) as [number, number, number];
      for (let x = 0, to = y * width; x < width; x++, to++) {
        const across = columns[x]!;
        const at = own + across.own;
        out.index[to] = kept.index[at]!;
        out.marked[to] = kept.marked[at]!;
        const centre = kept.logits[at]!;
        const top = mix(kept.logits[first + across.first]!, kept.logits[first + across.second]!, across.share);
        const bottom = mix(kept.logits[second + across.first]!, kept.logits[second + across.second]!, across.share);
        const value = mix(top, bottom, down.share);
        // Beside a pixel without data there is nothing to go towards.
        out.logits[to] = Number.isNaN(value) ? centre : value;
      }
    }
    return out;
  }

  /** The two coarse pixels between whose centres pixel `i` lies, how far from the first (0 to 1), and the one it lies in. */
  #between(i: number, length: number): { first: number; second: number; share: number; own: number } {
    const at = Math.min(Math.max((i + 0.5) / this.#factor - 0.5, 0), length - 1);
    const first = Math.floor(at);
    const own = Math.min(Math.floor(i / this.#factor), length - 1);
    return { first, second: at > first ? first + 1 : first, share: at - first, own };
  }
}

function tail({ row, rows, logits, index, marked }: Kept, width: number): Kept {
  return {
    row: row + rows - 1,
    rows: 1,
    logits: logits.slice(-width),
    index: index.slice(-width),
    marked: marked.slice(-width),
  };
}

const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
