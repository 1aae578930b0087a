import { z } from 'zod';

/** Largest absolute difference allowed, or `exact`. */
export const tolerance = z.union([z.number().nonnegative(), z.literal('exact')]);

export type Tolerance = z.infer<typeof tolerance>;

export interface ParityRow {
  readonly part: string;
  readonly tensor: string;
  /** Golden tensors compared; 0 = we produced none. */
  readonly compared: number;
  /** Largest absolute difference; Infinity for different lengths or NaN. */
  readonly largest: number;
  readonly tolerance: Tolerance;
  readonly passed: boolean;
}

/** Collects the largest differences of one part, by tensor. */
export class Difference {
  readonly #tolerances: Readonly<Record<string, Tolerance>>;
  readonly #largest = new Map<string, { difference: number; count: number }>();

  constructor(tolerances: Readonly<Record<string, Tolerance>>) {
    this.#tolerances = tolerances;
  }

  wants(tensor: string): boolean {
    return tensor in this.#tolerances;
  }

  add(tensor: string, golden: ArrayLike<number>, ours: ArrayLike<number>): void {
    if (!this.wants(tensor)) return;
    const before = this.#largest.get(tensor) ?? { difference: 0, count: 0 };
    const difference = Math.max(before.difference, largestDifference(golden, ours));
    this.#largest.set(tensor, { difference, count: before.count + 1 });
  }

  rows(part: string): ParityRow[] {
    return Object.entries(this.#tolerances).map(([tensor, tolerance]) => {
      const { difference, count } = this.#largest.get(tensor) ?? { difference: Number.POSITIVE_INFINITY, count: 0 };
      const passed = difference <= (tolerance === 'exact' ? 0 : tolerance);
      return { part, tensor, compared: count, largest: difference, tolerance, passed };
    });
  }
}

/** Infinity when the lengths differ or something is no number. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
