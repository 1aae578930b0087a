/** The newest value reaches `send`, one call at a time, with a pause between two of them. */
export interface Paced<Value> {
  /** Replaces a value that has not been sent yet. */
  push(value: Value): void;
  /** Drops what has not been sent and resolves when nothing is being sent any more. */
  stop(): Promise<void>;
}

/**
 * For messages that show progress: platforms limit how often a message may be edited, and only the newest state matters.
 *
 * @param pauseMs  from the end of one call to the beginning of the next
 * @param send     its failures are its own business: they must not reach us
 */
export function paced<Value>(pauseMs: number, send: (value: Value) => Promise<void>): Paced<Value> {
  let next: { value: Value } | null = null;
  let sending: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  const run = (): void => {
    timer = null;
    if (!next || stopped) return;
    const { value } = next;
    next = null;
    sending = send(value).finally(() => {
      sending = null;
      if (!stopped) timer = setTimeout(run, pauseMs);
    });
  };

  return {
    push(value) {
      if (stopped) return;
      next = { value };
      if (!sending && !timer) run();
    },
    async stop() {
      stopped = true;
      next = null;
      if (timer) clearTimeout(timer);
      await sending;
    },
  };
}
