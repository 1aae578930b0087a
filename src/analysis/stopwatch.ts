/** Calls back after a time of running; pauses do not count. */
export class Stopwatch {
  #leftMs: number;
  #since = 0;
  #timer: NodeJS.Timeout | null = null;
  readonly #onEnd: () => void;

  constructor(ms: number, onEnd: () => void) {
    this.#leftMs = ms;
    this.#onEnd = onEnd;
    this.run();
  }

  run(): void {
    if (this.#timer) return;
    this.#since = performance.now();
    this.#timer = setTimeout(this.#onEnd, this.#leftMs);
  }

  pause(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#leftMs -= performance.now() - this.#since;
  }
}
