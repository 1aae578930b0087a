import { describe, expect, it } from 'vitest';
import { fromBfloat16, fromFloat16, toFloat16 } from '../../src/convert/float16.ts';

const half = (value: number): number => toFloat16(Float32Array.of(value))[0]!;

describe('toFloat16', () => {
  it.each([
    ['one', 1, 0x3c00],
    ['minus two', -2, 0xc000],
    ['minus zero', -0, 0x8000],
    ['the largest', 65504, 0x7bff],
    ['what rounds to the largest', 65519, 0x7bff],
    ['what rounds beyond it', 65520, 0x7c00],
    ['infinity', Number.NEGATIVE_INFINITY, 0xfc00],
    ['the smallest normal', 2 ** -14, 0x0400],
    ['the smallest subnormal', 2 ** -24, 0x0001],
    ['half of it: a tie, to even, to zero', 2 ** -25, 0x0000],
    ['a little more than half of it', 1.0001 * 2 ** -25, 0x0001],
    ['one and a half of it: a tie, to even, up', 1.5 * 2 ** -24, 0x0002],
    ['a tie between 1 and the next, to even, down', 1 + 2 ** -11, 0x3c00],
    ['a tie one step on, to even, up', 1 + 3 * 2 ** -11, 0x3c02],
    ['a carry into the exponent', 2 - 2 ** -12, 0x4000],
  ])('gives %s', (_, value, bits) => {
    expect(half(value)).toBe(bits);
  });

  it('keeps NaN a NaN', () => {
    expect(fromFloat16(Uint16Array.of(half(Number.NaN)))[0]).toBeNaN();
  });
});

it('brings every finite half float back unchanged', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits).filter((bits) => (bits & 0x7c00) !== 0x7c00);
  expect(toFloat16(fromFloat16(all))).toEqual(all);
});

it('reads half floats', () => {
  // 0x3555 = 2^-2 · (1 + 341/1024); 0x0003 = 3 · 2^-24
  expect([...fromFloat16(Uint16Array.of(0x3555, 0x0003, 0xfc00))]).toEqual([
    0.25 * (1 + 341 / 1024),
    3 * 2 ** -24,
    Number.NEGATIVE_INFINITY,
  ]);
});

it('reads bfloat16 as the upper half of a float32', () => {
  expect([...fromBfloat16(Uint16Array.of(0x3f80, 0xc040))]).toEqual([1, -3]);
});
