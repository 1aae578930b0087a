/** After so long, half of what somebody took is forgotten. */
const HALF_LIFE_MS = 60_000;
/** Seconds of the processor: a handful of ordinary questions within a minute. */
const LARGE_SECONDS = 10;

/** How much of the machine each person has taken lately, seconds of the processor. */
export class Shares {
  readonly #taken = new Map<string, { readonly seconds: number; readonly at: number }>();
  readonly #now: () => number;

  /** @param now  milliseconds, never going back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  add(person: string, seconds: number): void {
    this.#taken.set(person, { seconds: this.#of(person) + seconds, at: this.#now() });
    for (const someone of this.#taken.keys()) if (this.#of(someone) < 0.1) this.#taken.delete(someone);
  }

  /** So much that the others go first. */
  isLarge(person: string): boolean {
    return this.#of(person) > LARGE_SECONDS;
  }

  #of(person: string): number {
    const { seconds, at } = this.#taken.get(person) ?? { seconds: 0, at: 0 };
    return seconds * 2 ** ((at - this.#now()) / HALF_LIFE_MS);
  }
}
