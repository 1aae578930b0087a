import type { Mask } from '../domain/raster.ts';
import { overlap } from './pixels.ts';

/** How much of each pixel of a coarser grid a mask covers. */
export interface Cover {
  readonly width: number;
  readonly height: number;
  /** Area share, 0–1, row-major. */
  readonly share: Float32Array;
}

export interface CoverBuilder {
  /** Append mask rows (1 = target, anything else is not), top to bottom, whole rows of the mask's grid. */
  addRows(rows: Uint8Array): void;
  /** @throws {RangeError} when rows are missing */
  finish(): Cover;
}

/** Cover of a mask at a size of at most its own, so that a thin region shows as a weak one and does not vanish. */
export function coverOf(mask: Mask, width: number, height: number): Cover {
  const builder = createCoverBuilder(mask.width, mask.height, width, height);
  builder.addRows(mask.values);
  return builder.finish();
}

/** The same for a mask that is read in row blocks and never whole. */
export function createCoverBuilder(maskWidth: number, maskHeight: number, width: number, height: number): CoverBuilder {
  const share = new Float32Array(width * height);
  const columns = Array.from({ length: width }, (_, col) => overlap(col, width, maskWidth));
  const rowArea = maskHeight / height;
  const area = (maskWidth / width) * rowArea;
  const across = new Float32Array(width);
  let next = 0;

  const addRow = (row: Uint8Array): void => {
    for (let col = 0; col < width; col++) {
      const [left, right, leftShare, rightShare] = columns[col]!;
      let sum = row[left] === 1 ? leftShare : 0;
      for (let x = left + 1; x < right; x++) if (row[x] === 1) sum += 1;
      if (right > left && row[right] === 1) sum += rightShare;
      across[col] = sum;
    }
    // The target rows that this row reaches into.
    const first = Math.floor(next / rowArea);
    const last = Math.min(Math.ceil((next + 1) / rowArea), height);
    for (let target = first; target < last; target++) {
      const tall = Math.min(next + 1, (target + 1) * rowArea) - Math.max(next, target * rowArea);
      if (tall <= 0) continue;
      for (let col = 0; col < width; col++) share[target * width + col]! += (across[col]! * tall) / area;
    }
    next++;
  };

  return {
    addRows(rows) {
      if (rows.length % maskWidth !== 0 || next + rows.length / maskWidth > maskHeight) {
        throw new RangeError(`${rows.length} pixels after row ${next} of a ${maskWidth}x${maskHeight} mask`);
      }
      for (let at = 0; at < rows.length; at += maskWidth) addRow(rows.subarray(at, at + maskWidth));
    },
    finish() {
      if (next !== maskHeight) throw new RangeError(`${next} of ${maskHeight} mask rows were given`);
      return { width, height, share };
    },
  };
}
