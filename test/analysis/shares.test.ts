import { expect, it } from 'vitest';
import { Shares } from '../../src/analysis/shares.ts';

it('are large above ten seconds of the processor, of which half is forgotten each minute', () => {
  let now = 0;
  const shares = new Shares(() => now);
  shares.add('mallory', 10);
  expect(shares.isLarge('mallory')).toBe(false);
  shares.add('mallory', 31);
  expect([shares.isLarge('mallory'), shares.isLarge('ada')]).toEqual([true, false]);
  now = 120_000; // 41 / 2 / 2
  expect(shares.isLarge('mallory')).toBe(true);
  now = 123_000; // 41 / 2 ** 2.05 = 9.9
  expect(shares.isLarge('mallory')).toBe(false);
});
