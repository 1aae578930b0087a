import type { Block } from '../domain/message.ts';

type Table = Pick<Extract<Block, { kind: 'table' }>, 'columns' | 'rows'>;

/** A table as lines for type of fixed width, the titles first; a row that is too short has empty cells. */
export function alignedLines({ columns, rows }: Table): string[] {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, col) => Math.max(...lines.map((line) => widthOf(line[col] ?? ''))));
  return lines.map((line) =>
    columns
      .map(({ align }, col) => {
        const cell = line[col] ?? '';
        const gap = ' '.repeat(widths[col]! - widthOf(cell));
        return align === 'right' ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Columns of a terminal: Chinese, Japanese and Korean characters and their full-width marks take two. */
const widthOf = (text: string): number => [...text].reduce((width, char) => width + (WIDE.test(char) ? 2 : 1), 0);

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
