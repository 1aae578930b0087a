const HOUR_MS = 3_600_000;

/** Counts requests within the last hour, by key: `allows` is true for the first `most` of them. */
export class Limiter {
  readonly #most: number;
  readonly #now: () => number;
  readonly #times = new Map<string, number[]>();

  constructor(most: number, now: () => number = Date.now) {
    this.#most = most;
    this.#now = now;
  }

  /** Asking counts, unless the answer is no. */
  allows(key: string): boolean {
    const since = this.#now() - HOUR_MS;
    const recent = (this.#times.get(key) ?? []).filter((time) => time > since);
    const allowed = recent.length < this.#most;
    if (allowed) recent.push(this.#now());
    this.#times.set(key, recent);
    if (this.#times.size > MAX_KEYS) this.#forgetIdle(since);
    return allowed;
  }

  #forgetIdle(since: number): void {
    for (const [key, times] of this.#times) if (times.every((time) => time <= since)) this.#times.delete(key);
  }
}

const MAX_KEYS = 10_000;
