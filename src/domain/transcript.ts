import type { InboundMessage, Reply } from './message.ts';

/**
 * What was said and answered in conversations, for a platform that shows it and keeps nothing itself.
 *
 * Saying and answering are events. Their numbers rise in the order in which they happened, over all conversations.
 */
export interface Transcript {
  /**
   * The turns of a conversation in which something happened after event `after`, oldest first.
   * @returns null when event `after` is no longer there: what follows it would be no continuation. 0 always is.
   */
  turnsAfter(conversation: string, after: number): Promise<readonly KeptTurn[] | null>;
  /** The turn that was answered by event `event` of a conversation. */
  turnAnsweredBy(conversation: string, event: number): Promise<KeptTurn | null>;
  /** The message of this id; null when there is none or it has been forgotten. */
  message(id: string): Promise<InboundMessage | null>;
  /** Conversations that a person has spoken in, newest first. */
  of(author: string): Promise<readonly ConversationLine[]>;
  /** Give a conversation a name of its own. */
  rename(conversation: string, title: string): Promise<void>;
}

export interface KeptTurn {
  readonly message: InboundMessage;
  /** Number of the event "it was said". */
  readonly said: number;
  readonly answer: { readonly event: number; readonly at: number; readonly reply: Reply } | null;
}

/** What a list of conversations shows of one. */
export interface ConversationLine {
  readonly conversation: string;
  /** As the person called it; null = no name of its own. */
  readonly title: string | null;
  readonly first: InboundMessage;
  /** Of the last message or answer, milliseconds since 1970. */
  readonly at: number;
  /** Something is still to be answered. */
  readonly waiting: boolean;
}
