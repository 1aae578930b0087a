import { describe, expect, it } from 'vitest';
import { oddLook } from '../../src/analysis/odd-look.ts';

const SIDE = 64;
const valid = new Uint8Array(SIDE * SIDE).fill(1);
/** A scene whose bands are drawn by `value`. */
const look = (value: (x: number, y: number, i: number) => number, mask = valid) => ({
  bands: new Map(
    (['red', 'green'] as const).map((name, band) => [
      name,
      {
        width: SIDE,
        height: SIDE,
        values: Float32Array.from({ length: SIDE * SIDE }, (_, i) => value(i % SIDE, Math.floor(i / SIDE), i + band)),
      },
    ]),
  ),
  valid: mask,
});
/** Numbers without any order, 0–1. */
const random = (i: number): number => {
  const x = Math.sin(i * 12.9898) * 43758.5453;
  return x - Math.floor(x);
};
const hills = (x: number, y: number) => 0.3 + 0.1 * Math.sin(x / 5) * Math.cos(y / 7);

describe('oddLook', () => {
  it('finds a scene of one value, whatever its margin holds', () => {
    expect(oddLook(look(() => 0.4))).toBe('blank');
    const half = valid.map((_, i) => Number(i % SIDE < 32));
    expect(oddLook(look((x) => (x < 32 ? 0.4 : NaN), half))).toBe('blank');
  });

  it('finds noise, whether it is flat or has a tail', () => {
    expect(oddLook(look((_x, _y, i) => random(i)))).toBe('noise');
    expect(oddLook(look((_x, _y, i) => -Math.log(1 - 0.99 * random(i)) / 5))).toBe('noise');
  });

  it('leaves ground alone, and with noise on it, and calm water that is nothing but the noise of a sensor', () => {
    expect(oddLook(look(hills))).toBeNull();
    expect(oddLook(look((x, y, i) => hills(x, y) + 0.05 * random(i)))).toBeNull();
    expect(oddLook(look((_x, _y, i) => 0.02 + 0.004 * random(i)))).toBeNull();
  });

  it('asks for one band that shows something', () => {
    const { bands } = look((_x, _y, i) => random(i));
    bands.set('green', look(hills).bands.get('green')!);
    expect(oddLook({ bands, valid })).toBeNull();
  });
});
