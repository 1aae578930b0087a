import { announce, el, icon } from './dom.js';

const SHOWN_MS = 1500;

/** A button that puts text on the clipboard. @param text  makes it when it is wanted */
export function copyButton(label, text, t) {
  const button = el(
    'button',
    {
      type: 'button',
      className: 'icon-button small copy',
      title: label,
      'aria-label': label,
      on: {
        click: async () => {
          const done = await copy(text());
          announce(t(done ? 'copied' : 'notCopied'));
          button.replaceChildren(icon(done ? 'check' : 'wrong'));
          setTimeout(() => button.replaceChildren(icon('copy')), SHOWN_MS);
        },
      },
    },
    icon('copy'),
  );
  return button;
}

/** Rows as a spreadsheet takes them from the clipboard. */
export const tableText = ({ columns, rows }) =>
  [columns.map(({ title }) => title), ...rows].map((row) => row.join('\t')).join('\n');

/** The words of an answer, block by block. */
export const answerText = (blocks) =>
  blocks
    .map((block) => TEXT[block.kind]?.(block) ?? '')
    .filter((text) => text !== '')
    .join('\n');

const TEXT = {
  text: ({ text }) => text,
  headline: ({ title, numbers }) => [title, ...numbers.map(({ label, value }) => `${label}: ${value}`)].join('\n'),
  table: (table) => [table.caption, tableText(table)].filter(Boolean).join('\n'),
  details: ({ title, lines }) => [title, ...lines].join('\n'),
};

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // without https the browser has no clipboard for pages
  }
}

function copyBySelection(text) {
  const area = el('textarea', { className: 'unseen', value: text });
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  focused?.focus({ preventScroll: true });
  return done;
}
