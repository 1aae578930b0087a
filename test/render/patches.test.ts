import { expect, it } from 'vitest';
import { findPatches, generalized } from '../../src/render/patches.ts';

const fieldOf = (...rows: string[]) => Uint8Array.from(rows.join(''), (char) => Number(char === '#'));
const textOf = (field: Uint8Array, width: number) =>
  Array.from({ length: field.length / width }, (_, row) =>
    [...field.subarray(row * width, (row + 1) * width)].map((v) => (v ? '#' : '.')).join(''),
  );

it('patches hang together by corners, holes do not', () => {
  const field = fieldOf('#...', '.#..', '####', '#.#.');
  expect(findPatches(field, 4, 1, true).sizes).toEqual([8]);
  expect(findPatches(field, 4, 1, false).sizes).toEqual([1, 7]);
  // Right of the diagonal; left of it; under the bar, left and right.
  expect(findPatches(field, 4, 0, false).sizes).toEqual([5, 1, 1, 1]);
});

it('small holes have no outline; small patches have one while they are few', () => {
  const { area, isLess } = generalized(fieldOf('####.', '#.##.', '####.', '.....', '#....'), 5, 2);
  expect(textOf(area, 5)).toEqual(['####.', '####.', '####.', '.....', '#....']);
  expect(isLess).toBe(true);
  expect(generalized(fieldOf('##', '#.'), 2, 1).isLess).toBe(false);
});

it('of many small patches none has one, and large ones keep theirs', () => {
  const specks = Array.from({ length: 61 }, () => '#.').join('');
  const width = specks.length;
  const field = fieldOf(specks, '.'.repeat(width), '#'.repeat(5).padEnd(width, '.'));
  expect(textOf(generalized(field, width, 5).area, width)).toEqual([
    '.'.repeat(width),
    '.'.repeat(width),
    '#'.repeat(5).padEnd(width, '.'),
  ]);
});
