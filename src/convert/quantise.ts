/** A matrix in blocks of `block` numbers along its rows, each block with one scale: what MatMulNBits reads. */
export interface Quantised {
  /** [rows, blocks per row, block · bits / 8]; two numbers a byte at 4 bits, the first in the low half. */
  readonly packed: Uint8Array;
  /** [rows, blocks per row]. A number is `(q − 2^(bits−1)) · scale`. */
  readonly scales: Float32Array;
  /** √(Σ error² / Σ value²): 0 = exact. */
  readonly relativeError: number;
}

/**
 * Symmetric quantisation to 4 or 8 bits, no zero points.
 *
 * The number of largest magnitude in a block is put on the outermost level −2^(bits−1), whatever its sign (the scale
 * then takes the sign), because that level has no positive partner and would else be lost.
 *
 * @param values   [rows, columns], row-major
 * @param columns  a last, shorter block is filled with zeros
 * @param block    numbers per scale: a power of two from 16
 * @see ONNX Runtime, contrib operator MatMulNBits
 */
export function quantise(values: Float32Array, columns: number, bits: 4 | 8, block: number): Quantised {
  const rows = values.length / columns;
  const blocks = Math.ceil(columns / block);
  const perByte = 8 / bits;
  const packed = new Uint8Array((rows * blocks * block) / perByte);
  const scales = new Float32Array(rows * blocks);
  const outermost = 2 ** (bits - 1);
  const top = 2 * outermost - 1;
  let errors = 0;
  let squares = 0;
  for (let row = 0; row < rows; row++) {
    for (let b = 0; b < blocks; b++) {
      const from = row * columns + b * block;
      const to = Math.min(from + block, (row + 1) * columns);
      const scale = Math.fround(extreme(values, from, to) / -outermost);
      const inverse = scale === 0 ? 0 : 1 / scale;
      scales[row * blocks + b] = scale;
      const target = (row * blocks + b) * block;
      for (let i = 0; i < block; i++) {
        const value = from + i < to ? values[from + i]! : 0;
        const level = Math.min(Math.max(Math.round(value * inverse) + outermost, 0), top);
        if (bits === 8) packed[target + i] = level;
        else packed[(target + i) >> 1]! |= level << (4 * (i & 1));
        const error = value - (level - outermost) * scale;
        errors += error * error;
        squares += value * value;
      }
    }
  }
  return { packed, scales, relativeError: squares === 0 ? 0 : Math.sqrt(errors / squares) };
}

/** The number of largest magnitude, with its sign. */
function extreme(values: Float32Array, from: number, to: number): number {
  let largest = 0;
  for (let i = from; i < to; i++) if (Math.abs(values[i]!) > Math.abs(largest)) largest = values[i]!;
  return largest;
}

/** A matrix with one scale for each row: what DynamicQuantizeMatMul reads. */
export interface QuantisedRows {
  /** [columns, rows], −64 … 64. */
  readonly transposed: Int8Array;
  /** [rows] */
  readonly scales: Float32Array;
  readonly relativeError: number;
}

/**
 * Symmetric quantisation to 7 bits and a sign, row by row.
 *
 * Not to all 8 bits: AVX2 adds two products of 8-bit numbers in 16 bits, and 2 · 255 · 127 does not fit.
 *
 * @param values  [rows, columns], row-major
 */
export function quantiseRows(values: Float32Array, columns: number): QuantisedRows {
  const rows = values.length / columns;
  const transposed = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  let errors = 0;
  let squares = 0;
  for (let row = 0; row < rows; row++) {
    const scale = Math.fround(Math.abs(extreme(values, row * columns, (row + 1) * columns)) / 64);
    const inverse = scale === 0 ? 0 : 1 / scale;
    scales[row] = scale;
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      const level = Math.round(value * inverse);
      transposed[column * rows + row] = level;
      const error = value - level * scale;
      errors += error * error;
      squares += value * value;
    }
  }
  return { transposed, scales, relativeError: squares === 0 ? 0 : Math.sqrt(errors / squares) };
}
