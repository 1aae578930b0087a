import type { Action, Block, InboundMessage, Progress, Reply } from '../../domain/message.ts';
import type { Artefact } from '../../domain/picture.ts';

/** A picture or file of a reply, with the unguessable id under which it is served. */
export type KeptArtefact = Artefact & { readonly id: string };

/** A button of a reply; pressing it sends its id, so the page never tells us what to do in its own words. */
export type KeptAction = Action & { readonly id: string };

type KeptBlock =
  | Exclude<Block, { kind: 'picture' | 'files' | 'actions' }>
  | { readonly kind: 'picture'; readonly artefact: KeptArtefact; readonly alt: string }
  | { readonly kind: 'files'; readonly artefacts: readonly KeptArtefact[] }
  | { readonly kind: 'actions'; readonly actions: readonly KeptAction[] };

export type KeptReply = Pick<Reply, 'language' | 'failure'> & { readonly blocks: readonly KeptBlock[] };

/** What happens in a thread and is kept. `at` is in milliseconds since 1970. */
export type ThreadEvent =
  | { readonly kind: 'title'; readonly title: string }
  | { readonly kind: 'user'; readonly message: InboundMessage }
  | { readonly kind: 'reply'; readonly to: string; readonly reply: KeptReply; readonly at: number }
  /** Everything before was deleted. */
  | { readonly kind: 'reset' };

/** An event with its place in the thread: ids rise, and are the ids of the server-sent events. */
export type NumberedEvent = ThreadEvent & { readonly id: number };

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

/** Gives every artefact and button of a reply an id from `newId`. */
export function keepReply({ blocks, language, failure }: Reply, newId: () => string): KeptReply {
  return {
    language,
    ...(failure && { failure }),
    blocks: blocks.map((block): KeptBlock => {
      switch (block.kind) {
        case 'picture':
          return { ...block, artefact: { ...block.artefact, id: newId() } };
        case 'files':
          return { ...block, artefacts: block.artefacts.map((a) => ({ ...a, id: newId() })) };
        case 'actions':
          return { ...block, actions: block.actions.map((a) => ({ ...a, id: newId() })) };
        default:
          return block;
      }
    }),
  };
}

/** What the page gets to see of an event: no path of this machine, no plan, no file source. */
export function forPage(event: ThreadEvent): object {
  switch (event.kind) {
    case 'user': {
      const { id, text, files, sentAt } = event.message;
      return { kind: 'user', message: id, text, files: files.map(({ name, size }) => ({ name, size })), at: sentAt };
    }
    case 'reply':
      return { ...event, reply: { ...event.reply, blocks: event.reply.blocks.map(blockForPage) } };
    default:
      return event;
  }
}

/** Name of a thread nobody has named: its first words, or else its first file. Empty when it has neither. */
export function titleOf(events: readonly ThreadEvent[]): string {
  const named = events.findLast((e) => e.kind === 'title');
  if (named) return named.title;
  const first = events.find((e) => e.kind === 'user');
  const words = first?.message.text.trim().replace(/\s+/g, ' ') || (first?.message.files[0]?.name ?? '');
  return words.length > TITLE_LENGTH ? `${words.slice(0, TITLE_LENGTH - 1).trimEnd()}…` : words;
}

export const TITLE_LENGTH = 60;

/** Looks an artefact up among everything that was ever replied in the thread. */
export function findArtefact(events: readonly ThreadEvent[], id: string): KeptArtefact | undefined {
  return keptBlocks(events)
    .flatMap((b) => (b.kind === 'picture' ? [b.artefact] : b.kind === 'files' ? b.artefacts : []))
    .find((a) => a.id === id);
}

export function findAction(events: readonly ThreadEvent[], id: string): KeptAction | undefined {
  return keptBlocks(events)
    .flatMap((b) => (b.kind === 'actions' ? b.actions : []))
    .find((a) => a.id === id);
}

const keptBlocks = (events: readonly ThreadEvent[]): KeptBlock[] =>
  events.flatMap((e) => (e.kind === 'reply' ? e.reply.blocks : []));

function blockForPage(block: KeptBlock): object {
  const bare = ({ id, name, mediaType, bytes }: KeptArtefact) => ({ id, name, mediaType, bytes });
  switch (block.kind) {
    case 'picture':
      return { ...block, artefact: bare(block.artefact) };
    case 'files':
      return { ...block, artefacts: block.artefacts.map(bare) };
    case 'actions':
      return { ...block, actions: block.actions.map(({ id, label, style }) => ({ id, label, style })) };
    default:
      return block;
  }
}
