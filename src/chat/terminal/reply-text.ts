import type { Block, Language, Reply, Voice } from '../../domain/message.ts';

/** The words of a reply as plain text; pictures, files and buttons have none. */
export function replyText(reply: Reply): string {
  return reply.blocks
    .map((block) => blockText(block, reply.language))
    .filter((text) => text !== '')
    .join('\n');
}

/** Whose sentence it is: a terminal has no colours that a script could read. */
const VOICES: Readonly<Record<Language, Readonly<Record<Voice, string>>>> = {
  en: { measured: '', plain: '', model: 'The model says: ', limits: 'Note: ' },
  // The Chinese catalogue marks the model's English words itself.
  zh: { measured: '', plain: '', model: '', limits: '注意：' },
};

function blockText(block: Block, language: Language): string {
  switch (block.kind) {
    case 'text':
      return VOICES[language][block.voice] + block.text;
    case 'headline':
      return [block.title, ...block.numbers.map(({ label, value }) => `${label}: ${value}`)].join('\n');
    case 'table':
      return tableText(block);
    case 'details':
      return [block.title, ...block.lines.map((line) => `  ${line}`)].join('\n');
    case 'picture':
    case 'files':
    case 'actions':
      return '';
  }
}

function tableText({ caption, columns, rows }: Extract<Block, { kind: 'table' }>): string {
  const lines = [columns.map((column) => column.title), ...rows];
  const widths = columns.map((_, col) => Math.max(...lines.map((line) => widthOf(line[col] ?? ''))));
  const text = lines.map((line) =>
    columns
      .map(({ align }, col) => {
        const cell = line[col] ?? '';
        const gap = ' '.repeat(widths[col]! - widthOf(cell));
        return align === 'right' ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd(),
  );
  return [caption, ...text].join('\n');
}

/** Columns of a terminal: Chinese characters take two. */
function widthOf(text: string): number {
  return [...text].reduce(
    (width, char) =>
      width +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(char)
        ? 2
        : 1),
    0,
  );
}

/** Names of files come from strangers: nothing in them may move the cursor or set the title of a terminal. */
export function withoutControls(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '�');
}
