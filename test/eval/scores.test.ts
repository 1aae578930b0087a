import { describe, expect, it } from 'vitest';
import type { BandName } from '../../src/domain/band.ts';
import { baselines } from '../../src/eval/baselines.ts';
import type { TargetResult } from '../../src/eval/evaluate-scene.ts';
import { checkAnswer } from '../../src/eval/explanations.ts';
import { instructionScores } from '../../src/eval/instruction.ts';
import { countLogits, noLogits, reliabilityCurve, sumLogits } from '../../src/eval/reliability.ts';
import { countAgainst, hasPositives, markedShare, mean, scoresOf, sumCounts } from '../../src/eval/scores.ts';
import { drawingOf, maskOf, rasterOf } from '../raster-of.ts';

describe('scores', () => {
  //                       mask   1  1  0  0  1  0
  const counts = countAgainst(Uint8Array.of(1, 1, 0, 0, 1, 0), Uint8Array.of(1, 0, 1, 0, 255, 255));

  it('counts judged pixels only', () => {
    expect(counts).toEqual({ truePositive: 1, falsePositive: 1, falseNegative: 1, trueNegative: 1 });
    expect(scoresOf(counts)).toEqual({ iou: 1 / 3, f1: 1 / 2, precision: 1 / 2, recall: 1 / 2 });
    expect(markedShare(counts)).toBe(1 / 2);
  });

  it('tells precision from recall', () => {
    const greedy = countAgainst(Uint8Array.of(1, 1, 1, 1), Uint8Array.of(1, 0, 0, 0));
    expect(scoresOf(greedy)).toEqual({ iou: 1 / 4, f1: 2 / 5, precision: 1 / 4, recall: 1 });
  });

  it('has no scores where there is nothing to find', () => {
    const empty = countAgainst(Uint8Array.of(0, 1), Uint8Array.of(0, 0));
    expect(hasPositives(empty)).toBe(false);
    expect(scoresOf(empty)).toEqual({ iou: 0, f1: 0, precision: 0, recall: null });
    expect(markedShare(empty)).toBe(0.5);
    expect(markedShare(countAgainst(Uint8Array.of(1), Uint8Array.of(255)))).toBeNull();
  });

  it('pools and averages', () => {
    expect(sumCounts([counts, counts])).toEqual({
      truePositive: 2,
      falsePositive: 2,
      falseNegative: 2,
      trueNegative: 2,
    });
    expect(mean([0.5, null, 1])).toBe(0.75);
    expect(mean([null])).toBeNull();
  });

  it('refuses a label of another size', () => {
    expect(() => countAgainst(new Uint8Array(2), new Uint8Array(3))).toThrow('2 pixels against a label of 3');
  });
});

describe('reliability', () => {
  /** In the middle of a cell of the count, so that nothing is rounded. */
  const logit = (about: number) => Math.floor(about * 32) / 32 + 1 / 64;
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

  it('compares probability and share in each bin', () => {
    const [high, low] = [logit(2.7), logit(-1.1)]; // 0.94 and 0.25
    // High twice with one positive, once far beyond; one low; nodata and unjudged pixels do not count.
    const counts = countLogits(Float32Array.of(high, high, 1000, low, NaN, 0), Uint8Array.of(1, 0, 1, 0, 1, 255));
    const { bins, expectedCalibrationError } = reliabilityCurve(counts, 1);
    expect(bins[9]).toMatchObject({ from: 0.9, pixels: 3, positive: 2 / 3 });
    expect(bins[9]!.meanProbability).toBeCloseTo((2 * sigmoid(high) + 1) / 3, 9);
    expect(bins[2]).toMatchObject({ from: 0.2, pixels: 1, positive: 0 });
    expect(bins[5]).toEqual({ from: 0.5, pixels: 0, meanProbability: null, positive: null });
    expect(expectedCalibrationError).toBeCloseTo((2 * sigmoid(high) + 1 - 2 + sigmoid(low)) / 4, 9);
    expect(reliabilityCurve(noLogits(), 1)).toMatchObject({ expectedCalibrationError: null, best: null });
  });

  it('finds the temperature that makes probabilities mean what they say', () => {
    // Twice as sure as it should be: at ±4 a share of sigmoid(±2) is positive, at ±2 one of sigmoid(±1).
    const counts = sumLogits(
      [-4, -2, 2, 4].map((value) => {
        const positives = Math.round(1000 * sigmoid(value / 2));
        const label = Uint8Array.from({ length: 1000 }, (_, i) => (i < positives ? 1 : 0));
        return countLogits(new Float32Array(1000).fill(logit(value)), label);
      }),
    );
    const { expectedCalibrationError, best } = reliabilityCurve(counts, 1);
    // |sigmoid(4) - sigmoid(2)| and |sigmoid(2) - sigmoid(1)|, half of the pixels each.
    expect(expectedCalibrationError).toBeCloseTo((0.101 + 0.15) / 2, 2);
    expect(best!.temperature).toBeGreaterThan(1.9);
    expect(best!.temperature).toBeLessThan(2.1);
    expect(best!.expectedCalibrationError).toBeLessThan(0.01);
    // Twice the temperature: the same logits are right as they are.
    expect(reliabilityCurve(counts, 2).expectedCalibrationError).toBeLessThan(0.005);
  });

  it('sums what scenes have gathered', () => {
    const one = countLogits(Float32Array.of(5), Uint8Array.of(1));
    const other = countLogits(Float32Array.of(5, -5), Uint8Array.of(0, 0));
    const { bins } = reliabilityCurve(sumLogits([one, other]), 1);
    expect(bins.map((bin) => bin.pixels)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect(bins[9]!.positive).toBe(1 / 2);
  });
});

describe('baselines', () => {
  const bandsOf = (bands: Partial<Record<BandName, number[]>>) =>
    new Map(Object.entries(bands).map(([name, row]) => [name as BandName, rasterOf([row])]));
  const named = (
    target: 'vegetation' | 'water' | 'building',
    bands: ReturnType<typeof bandsOf>,
    values: 'reflectance' | 'display',
  ) =>
    Object.fromEntries(
      Array.from(baselines(target, bands, values), ({ name, kind, mask }) => [name, [kind, drawingOf(mask)[0]]]),
    );

  it('thresholds every index that the bands allow, fixed and by Otsu', () => {
    const bands = bandsOf({ green: [0.1, 0.06, 0.12], red: [0.1, 0.04, 0.15], nir: [0.12, 0.4, 0.02] });
    expect(named('vegetation', bands, 'reflectance')).toEqual({
      'index in use': ['fixed', '.#.'],
      'ndvi fixed 0.3': ['fixed', '.#.'],
      'ndvi otsu': ['otsu', '##.'], // 0.09, 0.82, -0.76: the lower gap is the wider one
      'savi fixed 0.2': ['fixed', '.#.'],
      'savi otsu': ['otsu', '.#.'],
      'ngrdi fixed 0': ['fixed', '.#.'],
      'ngrdi otsu': ['otsu', '.#.'], // 0, 0.2, -0.11: the upper gap is
    });
    expect(named('water', bands, 'reflectance')).toMatchObject({
      'index in use': ['fixed', '..#'],
      'ndwi fixed 0': ['fixed', '..#'],
    });
  });

  it('has something to compare with on RGB', () => {
    const bands = bandsOf({ red: [0.2, 0.1, 0.9], green: [0.2, 0.15, 0.9], blue: [0.1, 0.3, 0.9] });
    expect(named('water', bands, 'display')).toEqual({
      'blue over red fixed 0': ['fixed', '.#.'],
      'blue over red otsu': ['otsu', '.#.'],
      'darkness otsu': ['otsu', '##.'],
    });
    expect(named('building', bands, 'display')).toEqual({
      'brightness otsu': ['otsu', '..#'],
      'lack of green fixed 0': ['fixed', '.#.'], // GLI 0.14, -0.14, 0
      'lack of green otsu': ['otsu', '.##'],
    });
  });

  it('lets a threshold that cannot be found mark nothing', () => {
    const flat = bandsOf({ green: [0.1, 0.1], red: [0.1, 0.1], nir: [0.1, 0.1] });
    expect(named('water', flat, 'reflectance')).toMatchObject({ 'ndwi otsu': ['otsu', '..'] });
  });
});

describe('checkAnswer', () => {
  it('checks against the mask, then looks at the list and the label', () => {
    const check = checkAnswer({
      target: 'water',
      // One of nine cells marked at the top left; the label marks the bottom right; the list says nothing is there.
      mask: maskOf('#..', '...', '...'),
      valid: 9,
      label: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1),
      attributes: [],
      text: 'There is water in the top-left. There is water in the bottom-right. It is blue.',
    });
    expect(check).toEqual({
      sentences: 3,
      kept: 2,
      againstMask: 1,
      againstList: { before: 2, after: 1 },
      againstLabel: { before: 1, after: 1 },
    });
  });

  it('does not ask a label that is mostly silent', () => {
    const mask = maskOf('#.');
    const answer = { target: 'water', mask, valid: 2, attributes: null, text: 'Some water.' } as const;
    expect(checkAnswer({ ...answer, label: Uint8Array.of(1, 255) })).toMatchObject({
      againstLabel: null,
      againstList: null,
    });
  });
});

describe('instructionScores', () => {
  /** Water asked for: its mask has `own` of four pixels in common with the water label, `other` of four with the building label. */
  const asked = (scene: string, own: number, other: number) =>
    ({
      scene,
      target: 'water',
      against: {
        water: { truePositive: own, falsePositive: 0, falseNegative: 4 - own, trueNegative: 0 },
        building: { truePositive: other, falsePositive: 0, falseNegative: 4 - other, trueNegative: 0 },
      },
      wordings: [],
      swapped: null,
      otherScene: null,
    }) as unknown as TargetResult;

  it('wants the asked target to fit better, not as well', () => {
    const { confusion, matrix, questions, followed, failures } = instructionScores([
      asked('better', 3, 1),
      asked('equal', 2, 2),
      asked('worse', 1, 4),
    ]);
    expect([questions, followed]).toEqual([3, 1]);
    expect(failures.map((f) => f.scene)).toEqual(['equal', 'worse']);
    expect(confusion).toEqual({ water: { water: 1, building: 2 } });
    expect(matrix.water!.building).toBeCloseTo((1 / 4 + 2 / 4 + 4 / 4) / 3, 12);
  });

  it('asks nothing of scenes with one target', () => {
    const empty = { truePositive: 0, falsePositive: 3, falseNegative: 0, trueNegative: 1 };
    const one = asked('one', 3, 0);
    const { questions } = instructionScores([{ ...one, against: { ...one.against, building: empty } }]);
    expect(questions).toBe(0);
  });

  it('leaves out swaps where all masks are empty', () => {
    const swap = (iouWithAsked: number | null, iouWithSwapped: number | null) => ({
      ...asked('s', 4, 0),
      swapped: { target: 'building', iouWithAsked, iouWithSwapped, against: asked('s', 1, 3).against } as const,
    });
    expect(instructionScores([swap(null, null), swap(0, null), swap(0.2, 0.9), swap(0.9, 0.2)]).swapped).toEqual({
      masks: 3,
      followed: 2,
      judged: 3,
      followedByLabel: 3,
      iouWithOther: 3 / 4,
      iouWithAsked: 1 / 4,
    });
  });
});
