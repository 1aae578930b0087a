import type { Progress } from '../../domain/message.ts';
import type { LiveProgress } from './events.ts';

/** A page that shows a thread: told that something was said or answered, of the work in progress, and of the end. */
export interface ThreadListener {
  changed(): void;
  progress(progress: LiveProgress): void;
  deleted(): void;
}

/**
 * What goes on in threads at this moment: who looks at them, and the work in progress. What was said stands in the
 * transcript; a thread that nobody looks at and nothing happens in is not kept here at all.
 */
export class Threads {
  readonly #listeners = new Map<string, Set<ThreadListener>>();
  readonly #live = new Map<string, Map<string, LiveProgress>>();

  /** The work in progress in a conversation. */
  live(conversation: string): readonly LiveProgress[] {
    return [...(this.#live.get(conversation)?.values() ?? [])];
  }

  progress(conversation: string, to: string, { stage, done, total, remainingMs, sentence }: Progress): void {
    const works = this.#live.get(conversation) ?? new Map<string, LiveProgress>();
    const sentences = [...(works.get(to)?.sentences ?? []), ...(sentence ? [sentence] : [])];
    const live = { to, stage, done, total, ...(remainingMs ? { remainingMs } : {}), sentences };
    this.#live.set(conversation, works.set(to, live));
    this.#tell(conversation, (listener) => listener.progress(live));
  }

  /** Something was said, or (`answered`: this message) answered. */
  changed(conversation: string, answered?: string): void {
    const works = this.#live.get(conversation);
    if (works && answered) {
      works.delete(answered);
      if (works.size === 0) this.#live.delete(conversation);
    }
    this.#tell(conversation, (listener) => listener.changed());
  }

  deleted(conversation: string): void {
    this.#live.delete(conversation);
    this.#tell(conversation, (listener) => listener.deleted());
  }

  /** Returns the function that ends the listening. */
  listen(conversation: string, listener: ThreadListener): () => void {
    const listeners = this.#listeners.get(conversation) ?? new Set();
    this.#listeners.set(conversation, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(conversation) === listeners) this.#listeners.delete(conversation);
    };
  }

  #tell(conversation: string, tell: (listener: ThreadListener) => void): void {
    for (const listener of [...(this.#listeners.get(conversation) ?? [])]) tell(listener);
  }
}

/** Ids of sessions, threads, messages and uploads: chosen by us or by our page, short, harmless in a path. */
export const isId = (text: string): boolean => /^[0-9a-z]{8,40}$/.test(text);
