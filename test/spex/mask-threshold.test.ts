import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskThreshold } from '../../src/spex/mask-threshold.ts';

const logitsOf = (probabilities: readonly number[], temperature = 1) =>
  Float32Array.from(probabilities, (p) => temperature * Math.log(p / (1 - p)));

describe('maskThreshold', () => {
  it('is half the best F1 that the probabilities promise, worked out by hand', () => {
    // Σp = 2. Two marked: 2·1.8/(2+2) = 0.9; one: 2·0.9/(1+2) = 0.6; three: 2·1.9/(3+2) = 0.76; all: 4/6.
    const logits = logitsOf([0.1, 0.9, 0.1, 0.9]);
    expect(maskThreshold(logits, { threshold: { least: 0.05 }, temperature: 1 })).toBeCloseTo(0.45, 6);
    // Σp = 1.2, all of 0.3: 2·1.2/(4+1.2) = 0.4615…
    expect(maskThreshold(logitsOf([0.3, 0.3, 0.3, 0.3]), { threshold: { least: 0.05 }, temperature: 1 })).toBeCloseTo(
      0.23077,
      5,
    );
  });

  it('looks at the calibrated probabilities of the pixels with data', () => {
    const pack = { threshold: { least: 0.05 }, temperature: 2.5 };
    const logits = Float32Array.of(NaN, ...logitsOf([0.1, 0.9, 0.1, 0.9], 2.5), NaN);
    expect(maskThreshold(logits, pack)).toBeCloseTo(0.45, 6);
  });

  it('never falls below what the pack allows, and keeps a fixed threshold', () => {
    const nothing = logitsOf([0.001, 0.002, 0.001]);
    expect(maskThreshold(nothing, { threshold: { least: 0.05 }, temperature: 1 })).toBe(0.05);
    expect(maskThreshold(Float32Array.of(NaN), { threshold: { least: 0.05 }, temperature: 1 })).toBe(0.05);
    expect(maskThreshold(nothing, { threshold: 0.5, temperature: 1 })).toBe(0.5);
  });

  it('marks the pixels whose expected F1 no other number of pixels exceeds', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { minLength: 1, maxLength: 40 }), (p) => {
        const cut = maskThreshold(logitsOf(p), { threshold: { least: 0.001 }, temperature: 1 });
        const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
        const promise = (marked: number[]) => (2 * sum(marked)) / (marked.length + sum(p));
        const descending = p.toSorted((a, b) => b - a);
        const best = Math.max(...descending.map((_, i) => promise(descending.slice(0, i + 1))));
        expect(promise(p.filter((value) => value > cut))).toBeCloseTo(best, 4);
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});
