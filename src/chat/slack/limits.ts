import type { types } from '@slack/bolt';
import { cutText } from '../clean-text.ts';

/**
 * What Slack accepts: lengths in UTF-16 units, counts in items. From the Block Kit reference (docs.slack.dev) and the
 * comments in `@slack/types`; where Slack names no limit the value is ours and says so.
 */
export const LIMITS = {
  messageBlocks: 50,
  /** Of forms, too. */
  homeBlocks: 100,
  /** `text` beside blocks: shown in notifications and read aloud. Slack cuts at 40,000 and advises 4,000. */
  messageText: 3_000,
  headerText: 150,
  sectionText: 3_000,
  sectionFields: 10,
  fieldText: 2_000,
  contextElements: 10,
  /** Ours: a caveat longer than this is not read. */
  contextText: 2_000,
  /** Ours. */
  quoteText: 3_000,
  imageAlt: 2_000,
  actionElements: 25,
  buttonText: 75,
  buttonValue: 2_000,
  selectPlaceholder: 150,
  selectOptions: 100,
  optionText: 75,
  optionValue: 150,
  /** With the header. */
  tableRows: 101,
  tableColumns: 20,
  /** Ours. */
  tableCell: 500,
  /** Ours. */
  tableCaption: 300,
  tablePage: 100,
  containerTitle: 150,
  containerBlocks: 10,
  /** Ours, for plan and task titles. */
  taskTitle: 150,
  taskText: 2_000,
  /** Of a plan's or task's words in a stream. */
  chunkText: 256,
  /** Of Markdown in a stream Slack takes 12,000; ours, so that the escapes fit. */
  chunkMarkdown: 5_000,
  modalTitle: 24,
  modalButton: 24,
  inputLabel: 2_000,
  /** Of `files.getUploadURLExternal`. */
  fileAlt: 1_000,
  /** Of the agent's start page. */
  suggestedPrompts: 4,
} as const;

type AnyBlock = types.AnyBlock;

/** The blocks, cut to what Slack accepts: the one place where the table is applied to blocks. */
export function fitBlocks(blocks: readonly AnyBlock[], most: number = LIMITS.messageBlocks): AnyBlock[] {
  const fitted = blocks.flatMap((block) => fitBlock(block as types.KnownBlock));
  if (fitted.length <= most) return fitted;
  // What a person can press is at the end and matters more than the last rows of text.
  const tail = fitted.filter((block) => block.type === 'actions' || block.type === 'context_actions').slice(0, most);
  const head = fitted.filter((block) => !tail.includes(block));
  return [...head.slice(0, most - tail.length), ...tail];
}

/** A form, cut to what Slack accepts. */
export function fitModal(view: types.ModalView): types.ModalView {
  const { title, submit, close } = view;
  return {
    ...view,
    title: fitText(title, LIMITS.modalTitle),
    ...(submit ? { submit: fitText(submit, LIMITS.modalButton) } : {}),
    ...(close ? { close: fitText(close, LIMITS.modalButton) } : {}),
    blocks: fitBlocks(view.blocks, LIMITS.homeBlocks) as types.KnownBlock[],
  };
}

function fitBlock(block: types.KnownBlock): AnyBlock[] {
  switch (block.type) {
    case 'header':
      return [{ ...block, text: fitText(block.text, LIMITS.headerText) } as AnyBlock];
    case 'section':
      // Words are never lost: a text that is too long goes on in the next section.
      if (block.text && block.text.text.length > LIMITS.sectionText && !block.fields && !block.accessory) {
        const { text } = block;
        return pieces(text.text, LIMITS.sectionText).map((piece) => ({ ...block, text: { ...text, text: piece } }));
      }
      return [
        {
          ...block,
          ...(block.text ? { text: fitText(block.text, LIMITS.sectionText) } : {}),
          ...(block.fields
            ? { fields: block.fields.slice(0, LIMITS.sectionFields).map((field) => fitText(field, LIMITS.fieldText)) }
            : {}),
        } as AnyBlock,
      ];
    case 'context':
      return [
        {
          ...block,
          elements: block.elements
            .slice(0, LIMITS.contextElements)
            .map((element) => (element.type === 'image' ? element : fitText(element, LIMITS.contextText))),
        } as AnyBlock,
      ];
    case 'image':
      return [{ ...block, alt_text: cutText(block.alt_text, LIMITS.imageAlt) } as AnyBlock];
    case 'data_table':
      return fitTable(block);
    case 'container':
      return [
        {
          ...block,
          ...(block.title ? { title: fitText(block.title, LIMITS.containerTitle) } : {}),
          child_blocks: fitBlocks(block.child_blocks, LIMITS.containerBlocks),
        } as AnyBlock,
      ];
    case 'actions':
      return chunks(block.elements.flatMap(fitElement), LIMITS.actionElements).map((elements) => ({
        ...block,
        elements,
      }));
    case 'input':
      return [{ ...block, label: fitText(block.label, LIMITS.inputLabel) }];
    case 'plan':
      return [
        {
          ...block,
          title: cutText(block.title, LIMITS.taskTitle),
          tasks: (block.tasks ?? []).map((task) => ({ ...task, title: cutText(String(task.title), LIMITS.taskTitle) })),
        } as AnyBlock,
      ];
    default:
      return [block];
  }
}

/** A table needs a header and a row, and rows of one length. */
function fitTable(block: types.DataTableBlock): AnyBlock[] {
  const [header = []] = block.rows;
  const columns = Math.min(header.length, LIMITS.tableColumns);
  const rows = block.rows.slice(0, LIMITS.tableRows).map((row) =>
    Array.from({ length: columns }, (_, col) => {
      const cell = row[col];
      const text = cell?.type === 'raw_text' ? cell.text : '';
      return { type: 'raw_text' as const, text: cutText(text.trim() || '–', LIMITS.tableCell) };
    }),
  );
  if (rows.length < 2 || columns === 0) return [];
  return [{ ...block, caption: cutText(block.caption, LIMITS.tableCaption), rows } as AnyBlock];
}

/** A button or select; left out when what it carries does not fit, because half of it would do something else. */
function fitElement(element: types.ActionsBlockElement): types.ActionsBlockElement[] {
  if (element.type === 'button') {
    if ((element.value ?? '').length > LIMITS.buttonValue) return [];
    return [{ ...element, text: fitText(element.text, LIMITS.buttonText) }];
  }
  if (element.type !== 'static_select') return [element];
  const { placeholder } = element;
  const options = (element.options ?? [])
    .filter((option) => (option.value ?? '').length <= LIMITS.optionValue)
    .slice(0, LIMITS.selectOptions)
    .map((option) => ({ ...option, text: fitText(option.text, LIMITS.optionText) }) as types.PlainTextOption);
  const shown = placeholder ? { placeholder: fitText(placeholder, LIMITS.selectPlaceholder) } : {};
  return options.length > 0 ? [{ ...element, ...shown, options }] : [];
}

/** Slack refuses empty text. */
function fitText<Text extends types.TextObject>(text: Text, limit: number): Text {
  return { ...text, text: cutText(text.text, limit) || '–' };
}

/** Cut at the last blank before the limit. */
function pieces(text: string, limit: number): string[] {
  const found: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const blank = rest.slice(0, limit).search(/\s\S*$/);
    const piece = rest.slice(0, blank > limit / 2 ? blank : limit).replace(/[\ud800-\udbff]$/, '');
    found.push(piece);
    rest = rest.slice(piece.length).trimStart();
  }
  return rest ? [...found, rest] : found;
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
