import type { Mask } from '../domain/raster.ts';

/**
 * The connected components of a mask (8-neighbour), as horizontal runs: maximal stretches of target pixels in a row.
 *
 * Runs instead of a label per pixel, so that a mask of 100 million pixels needs memory for its outlines only.
 */
export interface Components {
  readonly width: number;
  readonly height: number;
  /** Number of components. */
  readonly count: number;
  /** Length `height + 1`: the runs of row r are `rowStart[r] … rowStart[r + 1] - 1`. */
  readonly rowStart: Uint32Array;
  /** First column of each run, rows top to bottom, left to right. */
  readonly start: Int32Array;
  /** Column after the last of each run. */
  readonly end: Int32Array;
  /** Component of each run, 0-based, numbered in the order of their first run. */
  readonly component: Int32Array;
}

/** The components of a whole mask. */
export function findComponents({ width, height, values }: Mask): Components {
  const scan = new ComponentScan(width, height);
  scan.addRows(values);
  return scan.finish();
}

/** Connected components in one pass over rows that come by: a run joins every run of the row above that it touches, corners included. */
export class ComponentScan {
  readonly #width: number;
  readonly #height: number;
  readonly #runs = new RunList();
  readonly #rowStart: Uint32Array;
  #row = 0;

  constructor(width: number, height: number) {
    [this.#width, this.#height] = [width, height];
    this.#rowStart = new Uint32Array(height + 1);
  }

  /** Append mask rows (1 = target, anything else is not), top to bottom, whole rows. */
  addRows(rows: Uint8Array): void {
    if (rows.length % this.#width !== 0 || this.#row + rows.length / this.#width > this.#height) {
      throw new RangeError(`${rows.length} pixels after row ${this.#row} of a ${this.#width}x${this.#height} mask`);
    }
    for (let offset = 0; offset < rows.length; offset += this.#width) this.#addRow(rows, offset);
  }

  /** @throws {RangeError} when rows are missing */
  finish(): Components {
    if (this.#row !== this.#height) throw new RangeError(`${this.#row} of ${this.#height} mask rows were given`);
    return { width: this.#width, height: this.#height, rowStart: this.#rowStart, ...this.#runs.finish() };
  }

  #addRow(values: Uint8Array, offset: number): void {
    const [runs, width] = [this.#runs, this.#width];
    let above = this.#row > 0 ? this.#rowStart[this.#row - 1]! : 0;
    const aboveEnd = this.#rowStart[this.#row]!;
    let col = 0;
    while (col < width) {
      if (values[offset + col] !== 1) {
        col++;
        continue;
      }
      const first = col;
      while (col < width && values[offset + col] === 1) col++;
      const run = runs.add(first, col);
      // Touching by a corner counts: the run above may end where this one starts, or start where it ends.
      while (above < aboveEnd && runs.end[above]! < first) above++;
      for (let i = above; i < aboveEnd && runs.start[i]! <= col; i++) runs.join(i, run);
    }
    this.#row++;
    this.#rowStart[this.#row] = runs.length;
  }
}

/** Some of the components, numbered anew in their order. */
export function componentsWhere(components: Components, keep: (component: number) => boolean): Components {
  const { width, height, rowStart: from, start, end, component, count } = components;
  const renumbered = new Int32Array(count).fill(-1);
  let kept = 0;
  for (let c = 0; c < count; c++) if (keep(c)) renumbered[c] = kept++;
  const isKept = (_: number, run: number): boolean => renumbered[component[run]!]! >= 0;
  const rowStart = new Uint32Array(height + 1);
  for (let row = 0; row < height; row++) {
    let runs = rowStart[row]!;
    for (let run = from[row]!; run < from[row + 1]!; run++) if (isKept(0, run)) runs++;
    rowStart[row + 1] = runs;
  }
  return {
    width,
    height,
    count: kept,
    rowStart,
    start: start.filter(isKept),
    end: end.filter(isKept),
    component: component.filter(isKept).map((c) => renumbered[c]!),
  };
}

/** Writes 1 where a component lies into some whole rows, `row` the first of them. */
export function paintComponents({ width, rowStart, start, end }: Components, row: number, into: Uint8Array): void {
  for (let y = 0; y * width < into.length; y++) {
    for (let run = rowStart[row + y]!; run < rowStart[row + y + 1]!; run++) {
      into.fill(1, y * width + start[run]!, y * width + end[run]!);
    }
  }
}

/** Growing arrays of runs with a union-find over them; the root of a component is its first run. */
class RunList {
  length = 0;
  start = new Int32Array(1024);
  end = new Int32Array(1024);
  #parent = new Int32Array(1024);

  add(start: number, end: number): number {
    if (this.length === this.start.length) {
      this.start = doubled(this.start);
      this.end = doubled(this.end);
      this.#parent = doubled(this.#parent);
    }
    this.start[this.length] = start;
    this.end[this.length] = end;
    this.#parent[this.length] = this.length;
    return this.length++;
  }

  join(a: number, b: number): void {
    const [rootA, rootB] = [this.#root(a), this.#root(b)];
    if (rootA < rootB) this.#parent[rootB] = rootA;
    else this.#parent[rootA] = rootB;
  }

  finish(): Pick<Components, 'count' | 'start' | 'end' | 'component'> {
    const component = this.#parent.slice(0, this.length);
    let count = 0;
    // Parents come before their children, so one pass turns parents into component numbers.
    for (let run = 0; run < this.length; run++) {
      component[run] = component[run] === run ? count++ : component[component[run]!]!;
    }
    return { count, component, start: this.start.slice(0, this.length), end: this.end.slice(0, this.length) };
  }

  #root(run: number): number {
    const parent = this.#parent;
    while (parent[run] !== run) {
      parent[run] = parent[parent[run]!]!;
      run = parent[run]!;
    }
    return run;
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
