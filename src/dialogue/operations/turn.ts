import type { Analyst, Run } from '../../domain/analyst.ts';
import type { Facts } from '../../domain/finding.ts';
import type { Action, Block, InboundMessage, Language } from '../../domain/message.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Format } from '../language/format.ts';
import type { Texts } from '../language/texts.ts';
import type { DialogueState } from '../state.ts';

/** What every operation is given, besides its plan and the state. */
export interface Turn {
  readonly analyst: Analyst;
  readonly run: Run;
  readonly message: InboundMessage;
  /** Who wrote the messages that are kept of this conversation, this one among them, oldest first. */
  readonly authors: () => Promise<readonly string[]>;
  readonly language: Language;
  readonly texts: Texts;
  readonly format: Format;
}

/** What an operation gives back: the state after it, and its part of the reply. */
export interface Outcome {
  readonly state: DialogueState;
  readonly blocks: readonly Block[];
  readonly facts?: readonly Facts[];
  /** Next steps; the reply shows those of its last outcome that has some. */
  readonly actions?: readonly Action[];
  /** What is to be deleted: all of this conversation, or what this message's author sent. */
  readonly forget?: 'everybody' | 'asker';
  /** The situation did not change: nothing to undo. */
  readonly unchanged?: true;
}

export type Execute = (plan: Plan, state: DialogueState, turn: Turn) => Promise<Outcome>;

export const plain = (text: string): Block => ({ kind: 'text', voice: 'plain', text });
export const measured = (text: string): Block => ({ kind: 'text', voice: 'measured', text });

/** One block for several sentences of one voice, or none. */
export function voiced(voice: 'measured' | 'model' | 'limits', sentences: readonly string[], texts: Texts): Block[] {
  return sentences.length === 0 ? [] : [{ kind: 'text', voice, text: texts.join(sentences) }];
}
