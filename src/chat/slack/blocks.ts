import type { types } from '@slack/bolt';
import type { Action, Block, Language, Reply } from '../../domain/message.ts';
import type { Artefact } from '../../domain/picture.ts';
import { alignedLines } from '../aligned-lines.ts';
import { cleanText, cutText } from '../clean-text.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { IN_MENUS, type Menu, menusOf } from './menus.ts';

type AnyBlock = types.AnyBlock;

/** `rich`: with the blocks of 2026 (tables, containers, task cards, feedback); `plain`: for workspaces without them. */
export type Look = 'rich' | 'plain';

/** Ids that an action of ours begins with. */
export const ACTION = { plans: 'plans', menus: 'menu', feedback: 'feedback' } as const;

/**
 * A reply as Slack shows it. All words are `plain_text` or text elements of `rich_text`, in which nothing formats, links or
 * pings.
 *
 * @param pictures  Slack's file of each picture; one that is missing is replaced by its description
 */
export function replyBlocks(reply: Reply, pictures: ReadonlyMap<Artefact, string>, look: Look): AnyBlock[] {
  // A message takes one data table; the regions of a second target are shown as text.
  let tables = 0;
  const menus = menusOf(reply);
  const blocks = reply.blocks.flatMap((block): AnyBlock[] => {
    switch (block.kind) {
      case 'text':
        return [textBlock(block)];
      case 'headline':
        return headlineBlocks(block);
      case 'picture':
        return [pictureBlock(block, pictures.get(block.artefact))];
      case 'table':
        return [look === 'rich' && tables++ === 0 ? tableBlock(block) : tableText(block)];
      case 'details':
        return [look === 'rich' ? detailsBlock(block) : smallText([block.title, ...block.lines].join('\n'))];
      case 'actions':
        return [actionsBlock(block.actions, menus)];
      default:
        return []; // Files are posted beside the message.
    }
  });
  const measured = reply.facts.length > 0 && look === 'rich' ? [feedbackBlock(reply.language)] : [];
  return fitBlocks([...blocks, ...measured]);
}

/**
 * The words beside the blocks: what a notification shows and a screen reader says first. Slack parses them, so they are
 * escaped.
 */
export function replyText(reply: Reply): string {
  const parts = reply.blocks.flatMap((block) => {
    switch (block.kind) {
      case 'text':
        return [block.text];
      case 'headline':
        return [`${block.title}: ${block.numbers.map(({ label, value }) => `${label} ${value}`).join(', ')}`];
      case 'picture':
        return [block.alt];
      case 'files':
        return block.artefacts.map((artefact) => artefact.name);
      default:
        return [];
    }
  });
  return escapeText(cutText(cleanText(parts.join('\n')), LIMITS.messageText)) || '…';
}

/** For the places that Slack parses as mrkdwn: nothing in it can ping, link or become an entity. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Words exactly as they are; `:skull:` stays text. */
export const plainText = (text: string): types.PlainTextElement => ({
  type: 'plain_text',
  text: cleanText(text),
  emoji: false,
});

export const smallText = (text: string): AnyBlock => ({ type: 'context', elements: [plainText(text)] }) as AnyBlock;

export function actionButton(action: Action, id: string): types.Button {
  return {
    type: 'button',
    text: plainText(action.label),
    action_id: `${ACTION.plans}:${id}`,
    value: JSON.stringify(action.plans),
    ...(action.style ? { style: action.style } : {}),
  };
}

type Of<Kind extends Block['kind']> = Extract<Block, { kind: Kind }>;

/** What the model says is a quotation, what limits an answer is small print. */
function textBlock({ voice, text }: Of<'text'>): AnyBlock {
  if (voice === 'limits') return smallText(text);
  if (voice === 'model') {
    const words = cutText(cleanText(text), LIMITS.quoteText);
    return {
      type: 'rich_text',
      elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text: words || '–' }] }],
    } as AnyBlock;
  }
  return { type: 'section', text: plainText(text) } as AnyBlock;
}

function headlineBlocks({ title, numbers }: Of<'headline'>): AnyBlock[] {
  const fields = numbers.filter(({ link }) => !link).map(({ label, value }) => plainText(`${label}\n${value}`));
  // Fields know no links but those of mrkdwn, in which words would be parsed.
  const links = numbers.flatMap(({ label, value, link }) =>
    link
      ? [
          { type: 'text', text: `${cleanText(label)} ` },
          { type: 'link', url: link, text: cleanText(value) || link },
        ]
      : [],
  );
  return [
    { type: 'header', text: plainText(title) },
    ...(fields.length > 0 ? [{ type: 'section', fields }] : []),
    ...(links.length > 0 ? [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: links }] }] : []),
  ] as AnyBlock[];
}

function pictureBlock({ alt }: Of<'picture'>, file: string | undefined): AnyBlock {
  if (!file) return smallText(alt);
  return { type: 'image', slack_file: { id: file }, alt_text: cleanText(alt) } as AnyBlock;
}

function tableBlock({ caption, columns, rows }: Of<'table'>): AnyBlock {
  const cells = (row: readonly string[]): types.RawTextElement[] =>
    row.map((text) => ({ type: 'raw_text', text: cleanText(text) }));
  return {
    type: 'data_table',
    // Slack wants one.
    caption: cleanText(caption || columns[0]!.title),
    page_size: Math.min(LIMITS.tablePage, Math.max(1, rows.length)),
    rows: [cells(columns.map(({ title }) => title)), ...rows.map(cells)],
  } as AnyBlock;
}

function tableText({ caption, ...table }: Of<'table'>): AnyBlock {
  const lines = [...(caption ? [caption] : []), ...alignedLines(table)];
  const words = cutText(cleanText(lines.join('\n')), LIMITS.quoteText);
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: words }] }],
  } as AnyBlock;
}

function detailsBlock({ title, lines }: Of<'details'>): AnyBlock {
  return {
    type: 'container',
    title: plainText(title),
    is_collapsible: true,
    default_collapsed: true,
    child_blocks: [{ type: 'section', text: plainText(lines.join('\n') || '–') }],
  } as AnyBlock;
}

/** What is in a menu needs no button. */
function actionsBlock(actions: readonly Action[], menus: readonly Menu[]): AnyBlock {
  const isInMenu = ({ plans }: Action): boolean =>
    menus.length > 0 && plans.every(({ operation }) => IN_MENUS.has(operation));
  const buttons = actions.filter((action) => !isInMenu(action));
  return {
    type: 'actions',
    elements: [...buttons.map((action, place) => actionButton(action, String(place))), ...menus.map(menuSelect)],
  } as AnyBlock;
}

const menuSelect = ({ name, placeholder, choices }: Menu): types.StaticSelect => ({
  type: 'static_select',
  action_id: `${ACTION.menus}:${name}`,
  placeholder: plainText(placeholder),
  options: choices.map(([label, plan]) => ({ text: plainText(label), value: JSON.stringify([plan]) })),
});

function feedbackBlock(language: Language): AnyBlock {
  const words = {
    en: { good: 'Good answer', bad: 'Bad answer' },
    zh: { good: '回答得好', bad: '回答有误' },
  }[language];
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: ACTION.feedback,
        positive_button: { text: plainText(words.good), accessibility_label: words.good, value: 'good' },
        negative_button: { text: plainText(words.bad), accessibility_label: words.bad, value: 'bad' },
      },
    ],
  } as AnyBlock;
}
