import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIComponentInContainer,
  type APIComponentInMessageActionRow,
  type APIContainerComponent,
  type APIStringSelectComponent,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import type { Action, Block, Language, Reply } from '../../domain/message.ts';
import { alignedLines } from '../aligned-lines.ts';
import { cleanText, cutText } from '../clean-text.ts';
import type { ForgetEverywhere } from '../forget-everywhere.ts';
import { LIMITS } from './limits.ts';
import { codeBlock, escapeMarkdown } from './markdown.ts';
import { type Press, packPlans, toCustomId } from './press.ts';
import { TEXTS } from './texts.ts';
import type { FittedFile, Note } from './upload.ts';

export interface Lowering {
  /** Who asked: may delete the answer. */
  readonly owner: string;
  /** Offered in a menu: names as people write them, by key. */
  readonly indices: Readonly<Record<string, string>>;
  /** The pictures and files as they are uploaded, by the path of the artefact; what is missing could not be. */
  readonly uploads: ReadonlyMap<string, readonly FittedFile[]>;
  /** Of the fitting, for people. */
  readonly notes: readonly Note[];
}

/** A link of ours is shown as it is, without a preview: whoever makes previews would fetch the file. */
const noteText = ({ text, link }: Note): string => (link ? `${small(text)} <${link}>` : small(text));

/** A reply as one Components V2 container, within Discord's limits. */
export function replyContainer(reply: Reply, { owner, indices, uploads, notes }: Lowering): APIContainerComponent {
  const texts = TEXTS[reply.language];
  const parts: Part[] = reply.blocks.flatMap((block) => partsOf(block, uploads, reply.language));
  if (notes.length > 0) parts.push({ kind: 'text', rank: 2, text: notes.map(noteText).join('\n') });
  const menus = menusOf(reply, indices);
  const inMenus = new Set(menus.length > 0 ? ['index', 'export', 'restyle'] : []);
  const actions = reply.blocks.flatMap((block) => (block.kind === 'actions' ? block.actions : []));
  const asks = actions.some(({ plans }) => plans.some(({ operation }) => operation === 'forget'));
  const buttons = [
    ...actions
      .filter(({ plans }) => !plans.every((plan) => inMenus.has(plan.operation)))
      .slice(0, LIMITS.actions)
      .map(actionButton),
    ...(actions.length > 0 && !asks ? [button(texts.ask, { verb: 'ask' })] : []),
    // Beside "Delete everything" this would be taken for it.
    ...(asks ? [] : [button(texts.remove, { verb: 'delete', owner }, ButtonStyle.Secondary)]),
  ].filter((made) => made !== null);
  const rows = [...menus, ...buttonRows(unique(buttons))];
  return container([...fitParts(parts, LIMITS.components - 1 - countOf(rows)), ...rows]);
}

export function container(components: APIComponentInContainer[]): APIContainerComponent {
  return { type: ComponentType.Container, components };
}

/** Null when what it does does not fit into an id. */
export function button(
  label: string,
  press: Press,
  style: ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Danger = ButtonStyle.Secondary,
): APIButtonComponentWithCustomId | null {
  const customId = toCustomId(press);
  if (customId === null) return null;
  return {
    type: ComponentType.Button,
    style,
    label: cutText(cleanText(label), LIMITS.buttonLabel) || '–',
    custom_id: customId,
  };
}

export function buttonRows(
  buttons: readonly APIButtonComponentWithCustomId[],
): APIActionRowComponent<APIComponentInMessageActionRow>[] {
  return Array.from({ length: Math.ceil(buttons.length / LIMITS.rowButtons) }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: buttons.slice(row * LIMITS.rowButtons, (row + 1) * LIMITS.rowButtons),
  }));
}

/** Every nested component counts. */
export function countOf(components: readonly object[]): number {
  return components.reduce<number>(
    (count, component) => count + 1 + ('components' in component ? countOf(component.components as object[]) : 0),
    0,
  );
}

/** Texts are cut in the order of their rank, the highest first. */
type Part =
  | { readonly kind: 'text'; readonly rank: number; readonly text: string }
  | { readonly kind: 'component'; readonly component: APIComponentInContainer };

const textPart = (rank: number, text: string): Part => ({ kind: 'text', rank, text });

function partsOf(block: Block, uploads: Lowering['uploads'], language: Language): Part[] {
  switch (block.kind) {
    case 'headline': {
      const numbers = block.numbers.map(({ label, value, link }) => {
        const words = escapeMarkdown(value);
        return `${escapeMarkdown(label)} ${link ? `[${words}](<${link}>)` : `**${words}**`}`;
      });
      return [
        textPart(0, [`### ${oneLine(block.title)}`, ...(numbers.length > 0 ? [numbers.join(' · ')] : [])].join('\n')),
      ];
    }
    case 'text':
      return [voicedText(block, language)];
    case 'picture': {
      const [file] = uploads.get(block.artefact.path) ?? [];
      const description = cutText(cleanText(block.alt), LIMITS.altText);
      if (!file) return [textPart(2, small(description))];
      return [
        {
          kind: 'component',
          component: {
            type: ComponentType.MediaGallery,
            items: [{ media: { url: attached(file.name) }, description }],
          },
        },
      ];
    }
    case 'table':
      return [tablePart(block)];
    case 'details':
      return [
        textPart(
          4,
          cutEscaped([block.title, ...block.lines].map((line) => small(line)).join('\n'), LIMITS.detailsText),
        ),
      ];
    case 'files':
      return block.artefacts
        .flatMap(({ path }) => uploads.get(path) ?? [])
        .map((file) => ({
          kind: 'component',
          component: { type: ComponentType.File, file: { url: attached(file.name) } },
        }));
    case 'actions':
      return [];
  }
}

const attached = (name: string): string => `attachment://${name}`;
const oneLine = (text: string): string => escapeMarkdown(text.replace(/\s+/g, ' '));
/** Discord's small print. */
const small = (line: string): string => `-# ${oneLine(line)}`;

/** People can tell apart what was computed, what the model says, and what limits both. */
function voicedText({ voice, text }: Extract<Block, { kind: 'text' }>, language: Language): Part {
  const lines = text.split('\n');
  switch (voice) {
    case 'model':
      return textPart(2, [...lines.map((line) => `> ${oneLine(line)}`), small(TEXTS[language].model)].join('\n'));
    case 'limits':
      return textPart(
        3,
        lines.map((line, i) => small(i === 0 ? `${TEXTS[language].limits}: ${line}` : line)).join('\n'),
      );
    case 'measured':
    case 'plain':
      return textPart(1, escapeMarkdown(text));
  }
}

function tablePart({ caption, columns, rows }: Extract<Block, { kind: 'table' }>): Part {
  const cell = (text: string) => cutText(text.replace(/\s+/g, ' '), LIMITS.tableCell);
  const text = alignedLines({
    columns: columns.map(({ title, align }) => ({ title: cell(title), align })),
    rows: rows.map((row) => row.map(cell)),
  });
  let shown = text.length;
  const sizeOf = (count: number) => text.slice(0, count).join('\n').length;
  while (shown > 1 && sizeOf(shown) > LIMITS.tableText) shown--;
  const cut = shown < text.length ? '\n…' : '';
  const head = caption ? `**${oneLine(caption)}**\n` : '';
  return textPart(5, head + codeBlock(text.slice(0, shown).join('\n') + cut));
}

/** The one place where the limits on text and on the number of components are applied. */
function fitParts(parts: readonly Part[], most: number): APIComponentInContainer[] {
  const fitted = fitTexts(parts);
  const components: APIComponentInContainer[] = [];
  for (const part of fitted) {
    const last = components.at(-1);
    if (part.kind === 'text') {
      // Neighbouring texts are one component.
      if (last?.type === ComponentType.TextDisplay) last.content += `\n${part.text}`;
      else components.push({ type: ComponentType.TextDisplay, content: part.text });
    } else {
      const { component } = part;
      // So are neighbouring pictures.
      if (last?.type === ComponentType.MediaGallery && component.type === ComponentType.MediaGallery) {
        last.items = [...last.items, ...component.items].slice(0, LIMITS.galleryItems);
      } else components.push(component);
    }
  }
  return components.slice(0, most);
}

/** A table is shown whole or not at all; other texts are cut, the least important first. */
function fitTexts(parts: readonly Part[]): Part[] {
  const fitted = parts.filter((part) => part.kind !== 'text' || part.text.trim() !== '');
  // A line break joins neighbours.
  let excess =
    fitted.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length + 1 : 0), 0) - LIMITS.messageText;
  for (let rank = 5; rank >= 0 && excess > 0; rank--) {
    for (let i = fitted.length - 1; i >= 0 && excess > 0; i--) {
      const part = fitted[i]!;
      if (part.kind !== 'text' || part.rank !== rank) continue;
      const room = rank === 5 ? 0 : part.text.length - excess;
      const text = room < MIN_TEXT ? '' : cutEscaped(part.text, room);
      excess -= part.text.length - text.length + (text ? 0 : 1);
      if (text) fitted[i] = textPart(rank, text);
      else fitted.splice(i, 1);
    }
  }
  return fitted;
}

/** Less than this says nothing. */
const MIN_TEXT = 40;

/** Never ends in half an escape. */
function cutEscaped(text: string, limit: number): string {
  return text.length <= limit ? text : cutText(text, limit).replace(/\\+…$/, '…');
}

function actionButton({ label, plans, style }: Action): APIButtonComponentWithCustomId | null {
  const styles = { primary: ButtonStyle.Primary, danger: ButtonStyle.Danger } as const;
  return button(label, { verb: 'do', plans }, style ? styles[style] : ButtonStyle.Secondary);
}

/** Under the question whether to delete what a person sent anywhere. */
export function forgetButtons(
  texts: ForgetEverywhere,
  counted: string,
): APIActionRowComponent<APIComponentInMessageActionRow> {
  const buttons = [
    button(texts.yes, { verb: 'forget', counted }, ButtonStyle.Danger),
    button(texts.no, { verb: 'keep' }),
  ].filter((made) => made !== null);
  return { type: ComponentType.ActionRow, components: buttons };
}

/** Discord refuses a message in which two components have one id. */
function unique(buttons: readonly APIButtonComponentWithCustomId[]): APIButtonComponentWithCustomId[] {
  return buttons.filter((made, i) => buttons.findIndex((other) => other.custom_id === made.custom_id) === i);
}

/** What an answer about regions offers besides its buttons: indices, how the overlay is drawn, files. */
function menusOf(
  { blocks, plans, language, failure }: Reply,
  indices: Lowering['indices'],
): APIActionRowComponent<APIComponentInMessageActionRow>[] {
  const plan = plans.findLast(({ operation }) => operation === 'extract' || operation === 'restyle');
  if (!plan || failure || plan.targets.length === 0 || !blocks.some(({ kind }) => kind === 'picture')) return [];
  const { targets } = plan;
  const texts = TEXTS[language];
  return [
    menu(
      'index',
      texts.pickIndex,
      Object.entries(indices).map(([index, label]) => ({ label, plans: [{ operation: 'index', targets: [], index }] })),
    ),
    menu('style', texts.pickStyle, [
      ...[35, 65, 85].map((percent) => ({
        label: texts.opacity(percent),
        plans: [{ operation: 'restyle', targets, style: { mode: 'tint', opacity: percent / 100 } } as const],
      })),
      { label: texts.outline, plans: [{ operation: 'restyle', targets, style: { mode: 'outline' } }] },
    ]),
    menu(
      'export',
      texts.pickExport,
      EXPORTS.map(([format, label]) => ({ label, plans: [{ operation: 'export', targets, format }] })),
    ),
  ].flat();
}

const EXPORTS = [
  ['geojson', 'GeoJSON'],
  ['geotiff', 'GeoTIFF'],
  ['geopackage', 'GeoPackage'],
  ['csv', 'CSV'],
  ['png', 'PNG'],
] as const;

function menu(
  name: string,
  placeholder: string,
  actions: readonly Action[],
): APIActionRowComponent<APIComponentInMessageActionRow>[] {
  const options = actions
    .map(({ label, plans }) => ({ label: cutText(label, LIMITS.optionLabel), value: packPlans(plans) }))
    .filter(({ value }) => value.length <= LIMITS.optionValue)
    .slice(0, LIMITS.selectOptions);
  if (options.length === 0) return [];
  const select: APIStringSelectComponent = {
    type: ComponentType.StringSelect,
    custom_id: toCustomId({ verb: 'pick' }, name)!,
    placeholder: cutText(placeholder, LIMITS.placeholder),
    options,
  };
  return [{ type: ComponentType.ActionRow, components: [select] }];
}
