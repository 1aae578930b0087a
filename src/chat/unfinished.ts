import { setTimeout as wait } from 'node:timers/promises';
import type { Language } from '../domain/message.ts';
import { logOf } from '../log.ts';

/** Messages that show work which is going on. When the process ends, none of them goes on looking as if somebody were working. */
export interface Unfinished {
  /**
   * A message shows work.
   * @param interrupt  makes it say `INTERRUPTED`, and gives up when the signal is aborted
   * @returns to be called once it shows its answer
   */
  add(interrupt: (signal: AbortSignal) => Promise<void>): () => void;
  /** The process ends. A message that is added later is interrupted at once. Never throws. */
  interrupt(): Promise<void>;
}

/** Said by the message whose work is interrupted because the process ends: the next process goes on. */
export const INTERRUPTED: Readonly<Record<Language, string>> = {
  en: 'I am being stopped. This goes on by itself as soon as I am back.',
  zh: '我正在停止运行，恢复后会自动继续。',
};

/** Whoever stops a service kills it when it takes long: Docker after ten seconds. */
const PATIENCE_MS = 5_000;

const log = logOf('chat');

export function createUnfinished(patienceMs = PATIENCE_MS): Unfinished {
  const left = new Set<(signal: AbortSignal) => Promise<void>>();
  let ending = false;

  // A signal of its own for each: Node warns of one that many listen to.
  const attempt = (interrupt: (signal: AbortSignal) => Promise<void>): Promise<void> =>
    interrupt(AbortSignal.timeout(patienceMs)).catch((error) =>
      log.warn({ err: error }, 'could not say that work is interrupted'),
    );

  return {
    add(interrupt) {
      left.add(interrupt);
      if (ending) void attempt(interrupt);
      return () => left.delete(interrupt);
    },

    async interrupt() {
      ending = true;
      const all = Promise.all([...left].map(attempt));
      await Promise.race([all, wait(patienceMs, undefined, { ref: false })]);
    },
  };
}
