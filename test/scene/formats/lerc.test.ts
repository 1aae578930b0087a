import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTiff } from '../../../src/scene/formats/tiff/tiff-file.ts';
import { DEFAULT_LIMITS } from '../../../src/scene/limits.ts';
import { openFileSource } from '../../../src/scene/sources/byte-source.ts';

const open = async (name: string) =>
  openTiff(await openFileSource(join(import.meta.dirname, '../../fixtures/scene', name)), name, DEFAULT_LIMITS);

it('has NaN where a LERC blob has no value, across blocks', async () => {
  // (7 row + 3 col) / 4, except rows 5–8 of columns 10–24; 16 px blocks; packed once more with Zstandard.
  const file = await open('lerc-nan.tif');
  const [values] = await file.readDn(0, [0], { col: 0, row: 0, width: 30, height: 20 });
  for (let i = 0; i < 600; i++) {
    const [col, row] = [i % 30, Math.floor(i / 30)];
    const absent = row >= 5 && row < 9 && col >= 10 && col < 25;
    expect(values![i]).toBe(absent ? Number.NaN : (7 * row + 3 * col) / 4);
  }
  await file.close();
});

it('finds the alpha band that LERC keeps as a mask', async () => {
  const file = await open('lerc-alpha.tif');
  const [alpha, blue] = await file.readDn(0, [3, 2], { col: 9, row: 5, width: 3, height: 1 });
  expect([...alpha!]).toEqual([255, 0, 0]);
  expect(blue![0]).toBe(7 * 5 + 3 * 9);
  await file.close();
});
