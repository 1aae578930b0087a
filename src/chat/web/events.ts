import { createHash } from 'node:crypto';
import type { Action, Block, InboundMessage, Progress, Reply } from '../../domain/message.ts';
import type { Artefact, MapLayers } from '../../domain/picture.ts';
import type { ConversationLine, KeptTurn } from '../../domain/transcript.ts';
import { isPassing } from '../../errors.ts';

/** What the page gets to see of what happened in a thread: no path of this machine, no plan, no file source. */
export type PageEvent = ReturnType<typeof userEvent> | ReturnType<typeof replyEvent>;

/** Where the work on a message stands, complete: a page that joins late needs nothing older. */
export interface LiveProgress {
  readonly to: string;
  readonly stage: Progress['stage'];
  readonly done: number;
  readonly total: number;
  /** Estimate of the time this stage still takes. */
  readonly remainingMs?: number;
  /** The model's sentences so far. */
  readonly sentences: readonly string[];
}

/** The events of turns after event `after`, in order. What was said without a word or a file was a press of "stop". */
export function eventsOf(turns: readonly KeptTurn[], after: number): PageEvent[] {
  return turns
    .flatMap(({ message, said, answer }) => [
      ...(isSpoken(message) ? [userEvent(message, said)] : []),
      ...(answer && !isSilent(message) ? [replyEvent(message, answer)] : []),
    ])
    .filter(({ id }) => id > after)
    .toSorted((a, b) => a.id - b.id);
}

const isSpoken = ({ text, files }: InboundMessage): boolean => text !== '' || files.length > 0;
const isSilent = (message: InboundMessage): boolean =>
  !isSpoken(message) && (message.plans?.every(({ operation }) => operation === 'cancel') ?? false);

const userEvent = ({ id, text, files, sentAt }: InboundMessage, said: number) =>
  ({
    id: said,
    kind: 'user',
    message: id,
    text,
    files: files.map(({ name, size }) => ({ name, size })),
    at: sentAt,
  }) as const;

function replyEvent(message: InboundMessage, { event, at, reply }: NonNullable<KeptTurn['answer']>) {
  const { blocks, language, failure } = reply;
  const shown = blocks.map((block, place) => blockForPage(block, (part) => partId(message, event, place, part)));
  return {
    id: event,
    kind: 'reply',
    to: message.id,
    at,
    reply: { language, ...(failure && { failure: { ...failure, passing: isPassing(failure) } }), blocks: shown },
  } as const;
}

function blockForPage(block: Block, idOf: (part: number) => string): object {
  const bare = ({ name, mediaType, bytes }: Artefact, part: number) => ({ id: idOf(part), name, mediaType, bytes });
  switch (block.kind) {
    case 'picture':
      return { ...block, artefact: bare(block.artefact, 0), ...(block.map && { map: mapForPage(block.map, bare) }) };
    case 'files':
      return { ...block, artefacts: block.artefacts.map(bare) };
    case 'actions':
      return { ...block, actions: block.actions.map(({ label, style }, part) => ({ id: idOf(part), label, style })) };
    default:
      return block;
  }
}

/** The files of a map, after its picture in the order of their ids: the ground, then a mask a target. */
const layersOf = (map: MapLayers | undefined): Artefact[] =>
  map ? [map.ground, ...map.targets.map(({ mask }) => mask)] : [];

const mapForPage = (map: MapLayers, bare: (artefact: Artefact, part: number) => object): object => ({
  ...map,
  ground: bare(map.ground, 1),
  targets: map.targets.map((target, i) => ({ ...target, mask: bare(target.mask, 2 + i) })),
});

/** An artefact or button of an answer: the event it was part of, and a digest of its place there. 32 hex digits. */
function partId(message: InboundMessage, event: number, place: number, part: number): string {
  const digest = createHash('sha256').update(`${message.id} ${place} ${part}`).digest('hex');
  return event.toString(16).padStart(EVENT_DIGITS, '0') + digest.slice(0, ID_DIGITS - EVENT_DIGITS);
}

const EVENT_DIGITS = 13; // of 2^52
const ID_DIGITS = 32;

/** The event that a part's id names; NaN when it is no such id. */
export const eventOfPart = (id: string): number =>
  /^[0-9a-f]{32}$/.test(id) ? Number.parseInt(id.slice(0, EVENT_DIGITS), 16) : Number.NaN;

export const findArtefact = (turn: KeptTurn, id: string): Artefact | undefined =>
  findPart(turn, id, ({ blocks }, place) => {
    const block = blocks[place]!;
    return block.kind === 'picture'
      ? [block.artefact, ...layersOf(block.map)]
      : block.kind === 'files'
        ? block.artefacts
        : [];
  });

export const findAction = (turn: KeptTurn, id: string): Action | undefined =>
  findPart(turn, id, ({ blocks }, place) => {
    const block = blocks[place]!;
    return block.kind === 'actions' ? block.actions : [];
  });

function findPart<Part>(
  { message, answer }: KeptTurn,
  id: string,
  partsOf: (reply: Reply, place: number) => readonly Part[],
): Part | undefined {
  if (!answer) return undefined;
  return answer.reply.blocks
    .flatMap((_block, place) => partsOf(answer.reply, place).map((part, number) => ({ part, place, number })))
    .find(({ place, number }) => partId(message, answer.event, place, number) === id)?.part;
}

/** Name of a conversation nobody has named: its first words and its first file. Empty when it has neither. */
export function titleOf({ title, first }: ConversationLine): string {
  if (title !== null) return title;
  const file = first.files[0]?.name.replace(/\.[a-z0-9]{1,5}$/i, '') ?? '';
  const words = [first.text.trim().replace(/\s+/g, ' '), file].filter(Boolean).join(' · ');
  return words.length > TITLE_LENGTH ? `${words.slice(0, TITLE_LENGTH - 1).trimEnd()}…` : words;
}

export const TITLE_LENGTH = 60;
