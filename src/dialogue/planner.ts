import type { InboundMessage } from '../domain/message.ts';
import type { Plan } from '../domain/plan.ts';
import type { DialogueState } from './state.ts';

/** Understands a message. `state` already holds the scenes that came with the message. */
export interface Planner {
  /** The language model that reads messages; absent when none does. */
  readonly reader?: string;
  /** What to do, in this order. Never empty; a message that is not understood gives `clarify` or `help`. */
  plan(message: InboundMessage, state: DialogueState, signal: AbortSignal): Promise<Plan[]>;
  /**
   * The measured answer in words of its own, or null to leave the answer as it is.
   * Every number in the result occurs in `facts`, and not only in one of the `names` of scenes in them.
   */
  phrase?(
    question: string,
    facts: readonly string[],
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<Phrased | null>;
}

export interface Phrased {
  readonly text: string;
  /** Name of the language model that speaks. */
  readonly speaker: string;
}
