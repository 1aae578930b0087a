import { describe, expect, it } from 'vitest';
import { quantise, quantiseRows } from '../../src/convert/quantise.ts';

describe('quantise', () => {
  it('puts the number of largest magnitude on the outermost level', () => {
    // -16 is on level 0 of 0 … 15, so the scale is 2 and 8 is the level of zero.
    const values = Float32Array.from({ length: 16 }, (_, i) => [-16, 14, 2, 3][i] ?? 0);
    const { packed, scales, relativeError } = quantise(values, 16, 4, 16);
    expect([...scales]).toEqual([2]);
    // levels 0, 15, 9, 10 (1.5 rounds up), then 8: two to a byte, the first in the low half
    expect([...packed]).toEqual([0xf0, 0xa9, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88]);
    expect(relativeError).toBeCloseTo(1 / Math.sqrt(16 * 16 + 14 * 14 + 2 * 2 + 3 * 3), 7); // only 3 became 4
  });

  it('takes a negative scale where the largest number is positive', () => {
    const values = Float32Array.from({ length: 16 }, (_, i) => [8, -7][i] ?? 0);
    const { packed, scales, relativeError } = quantise(values, 16, 4, 16);
    expect([...scales]).toEqual([-1]);
    expect(packed[0]).toBe(0xf0); // level 0 = (0 - 8) · -1 = 8; level 15 = -7
    expect(relativeError).toBe(0);
  });

  it('keeps 8 bits apart', () => {
    const values = Float32Array.from({ length: 16 }, (_, i) => [-128, 127, 1][i] ?? 0);
    const { packed, relativeError } = quantise(values, 16, 8, 16);
    expect([...packed.subarray(0, 4)]).toEqual([0, 255, 129, 128]);
    expect(relativeError).toBe(0);
  });

  it('gives each block of each row its own scale, and fills the last block with zeros', () => {
    const values = Float32Array.from({ length: 2 * 20 }, (_, i) => (i < 20 ? 8 : 80));
    const { packed, scales } = quantise(values, 20, 4, 16);
    expect([...scales]).toEqual([-1, -1, -10, -10]);
    expect(packed).toHaveLength(2 * 2 * 8);
    expect([...packed.subarray(8, 16)]).toEqual([0, 0, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88]);
  });

  it('stores zeros exactly', () => {
    const { scales, relativeError } = quantise(new Float32Array(32), 32, 4, 32);
    expect([...scales]).toEqual([-0]);
    expect(relativeError).toBe(0);
  });
});

describe('quantiseRows', () => {
  it('gives each row a scale, its largest number 64 steps, and the matrix transposed', () => {
    const { transposed, scales, relativeError } = quantiseRows(Float32Array.of(64, -32, 1, /**/ 0.5, -1, 0.25), 3);
    expect([...scales]).toEqual([1, 1 / 64]);
    // columns of (64, 32), (-32, -64), (1, 16)
    expect([...transposed]).toEqual([64, 32, -32, -64, 1, 16]);
    expect(relativeError).toBe(0);
  });

  it('says what rounding cost', () => {
    expect(quantiseRows(Float32Array.of(64, 0.5), 2).relativeError).toBeCloseTo(0.5 / Math.hypot(64, 0.5), 7);
    expect(quantiseRows(new Float32Array(4), 2).relativeError).toBe(0);
  });
});
