/** Sizes of the connected patches of a field's `value`, and the patch of every pixel that has it (0-based; −1 elsewhere). */
export interface Patches {
  readonly sizes: readonly number[];
  readonly of: Int32Array;
}

/** @param corners  whether pixels that touch by a corner only are connected */
export function findPatches(field: Uint8Array, width: number, value: 0 | 1, corners: boolean): Patches {
  const height = field.length / width;
  const of = new Int32Array(field.length).fill(-1);
  const sizes: number[] = [];
  const stack: number[] = [];
  for (let first = 0; first < field.length; first++) {
    if (field[first] !== value || of[first]! >= 0) continue;
    const patch = sizes.length;
    let size = 0;
    of[first] = patch;
    stack.push(first);
    for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
      size++;
      const [col, row] = [pixel % width, Math.floor(pixel / width)];
      for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
        for (let x = Math.max(0, col - 1); x <= Math.min(width - 1, col + 1); x++) {
          const next = y * width + x;
          if (field[next] !== value || of[next]! >= 0 || (!corners && x !== col && y !== row)) continue;
          of[next] = patch;
          stack.push(next);
        }
      }
    }
    sizes.push(size);
  }
  return { sizes, of };
}

/** So many small patches can be told apart with their outlines; more are noise. */
const FEW = 60;

/**
 * A marked area as it is outlined: without small holes, and without small patches where there are many of them.
 *
 * @param marked  1 = marked, row-major
 * @param least   the minimum mapping unit, pixels
 * @returns       the area, and whether anything was left out
 */
export function generalized(
  marked: Uint8Array,
  width: number,
  least: number,
): { readonly area: Uint8Array; readonly isLess: boolean } {
  const area = marked.slice();
  const gaps = findPatches(marked, width, 0, false);
  // What reaches the edge of the map is no hole.
  const open = new Set<number>();
  for (let i = 0; i < marked.length; i++) {
    const isEdge = i < width || i >= marked.length - width || i % width === 0 || i % width === width - 1;
    if (isEdge && marked[i] === 0) open.add(gaps.of[i]!);
  }
  const patches = findPatches(marked, width, 1, true);
  const isNoise = patches.sizes.filter((size) => size < least).length > FEW;
  let isLess = false;
  for (let i = 0; i < area.length; i++) {
    const isHole = marked[i] === 0 && gaps.sizes[gaps.of[i]!]! < least && !open.has(gaps.of[i]!);
    const isSpeck = isNoise && marked[i] === 1 && patches.sizes[patches.of[i]!]! < least;
    if (!isHole && !isSpeck) continue;
    area[i] = isHole ? 1 : 0;
    isLess = true;
  }
  return { area, isLess };
}
