import type { Block, Language, Reply, Voice } from '../../domain/message.ts';
import { alignedLines } from '../aligned-lines.ts';

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
      return [block.title, ...block.numbers.map(numberText)].join('\n');
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

const numberText = ({ label, value, link }: Extract<Block, { kind: 'headline' }>['numbers'][number]): string =>
  `${label}: ${value}${link ? ` (${link})` : ''}`;

function tableText({ caption, ...table }: Extract<Block, { kind: 'table' }>): string {
  return [...(caption ? [caption] : []), ...alignedLines(table)].join('\n');
}

/** Names of files come from strangers: nothing in them may move the cursor or set the title of a terminal. */
export function withoutControls(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '�');
}
