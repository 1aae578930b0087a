/** Calls back after a time of running; pauses do not count. Whoever is called back says how much longer it runs, ms; 0 = no longer. */
export class Stopwatch {
  #leftMs: number;
  #since = 0;
  #timer: NodeJS.Timeout | null = null;
  readonly #onEnd: () => number;

  constructor(ms: number, onEnd: () => number) {
    this.#leftMs = ms;
    this.#onEnd = onEnd;
    this.run();
  }

  run(): void {
    if (this.#timer) return;
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.#end(), this.#leftMs);
  }

  pause(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#leftMs -= performance.now() - this.#since;
  }

  #end(): void {
    this.#timer = null;
    this.#leftMs = this.#onEnd();
    if (this.#leftMs > 0) this.run();
  }
}
