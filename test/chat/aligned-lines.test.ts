import { expect, it } from 'vitest';
import { alignedLines } from '../../src/chat/aligned-lines.ts';

const columns = [
  { title: 'Region', align: 'left' },
  { title: 'ha', align: 'right' },
] as const;

it.each([
  ['中心', 4],
  ['カナ', 4],
  ['（１）', 6],
  ['한글', 4],
  ['𠀀', 2],
  ['é', 1],
])('%s is %i columns wide', (word, wide) => {
  const [, line] = alignedLines({ columns, rows: [[word, '1']] });
  expect(line).toBe(`${word}${' '.repeat(6 - wide)}   1`);
});

it('a row that is too short has empty cells, and no line ends in blanks', () => {
  expect(alignedLines({ columns, rows: [['a'], [], ['b', '12.5']] })).toEqual([
    'Region    ha',
    'a',
    '',
    'b       12.5',
  ]);
});
