import type { LandCover } from './land-cover.ts';
import type { Language } from './message.ts';

/** What a chat adapter may ask of what is kept: only platforms that need more than messages and replies do. */
export interface Memory {
  /** Somebody has spoken to us in this conversation, and it has not been forgotten. */
  isPartOf(conversation: string): Promise<boolean>;
  /** Conversations that a person has spoken in, newest first. */
  recent(author: string, limit: number): Promise<RecentConversation[]>;
  /**
   * Delete conversations with everything in them, at once: this one, those whose id begins with `prefix`, those that the
   * platform's file `file` was sent to, those that nobody but `author` has spoken in; with `prefix` also what the people
   * under it have chosen. Of conversations that `author` shares with others only what `author` sent is deleted; the others
   * are told there.
   * @returns how many
   */
  forget(
    which:
      | { readonly conversation: string }
      | { readonly prefix: string }
      | { readonly author: string }
      | { readonly file: string },
  ): Promise<number>;
  /** What `forget({ author })` would delete. */
  held(author: string): Promise<Forgettable & { readonly conversations: number }>;
  /** The language a person has chosen, null = none. @param person  `platform:` and the person's author id */
  language(person: string): Promise<Language | null>;
  /** Keep a person's choice; null takes it back. */
  chooseLanguage(person: string, language: Language | null): Promise<void>;
  /** Is this conversation in a place where only who mentions us is answered? */
  isMentionOnly(conversation: string): Promise<boolean>;
  /** @param place  `platform:workspace`, or with `:channel`: those of it whose conversations begin so */
  setMentionOnly(place: string, mentionOnly: boolean): Promise<void>;
  /** Keep what a person thinks of an answer; a second opinion replaces the first. */
  rate(rating: Rating): Promise<void>;
}

/** How much of what is kept would go. */
export interface Forgettable {
  readonly scenes: number;
  /** Masks, index maps and comparisons. */
  readonly results: number;
  readonly messages: number;
}

export interface RecentConversation {
  readonly conversation: string;
  readonly scenes: readonly string[];
  readonly findings: readonly { readonly target: LandCover; readonly areaM2: number | null; readonly share: number }[];
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

export interface Rating {
  readonly conversation: string;
  /** Of the posted answer. */
  readonly handle: string;
  readonly author: string;
  readonly good: boolean;
}
