import { join } from 'node:path';
import { OPERATIONS, type Operation } from '../../domain/plan.ts';
import { loadSentenceEncoder } from './sentence-encoder.ts';
import { inflateFile, tensorsIn } from './tensors.ts';
import { type WishFeatures, wishFeatures } from './wish-features.ts';

/**
 * What a message may want. `chat`: nothing, it is said among people. Stopping and deleting are none: they are said in a closed
 * list of sentences, and nothing that is guessed ends in them.
 */
export const WISHES = [
  ...OPERATIONS.filter((operation) => !['cancel', 'forget', 'clarify'].includes(operation)),
  'chat',
] as const as readonly Wish[];

export type Wish = Exclude<Operation, 'cancel' | 'forget' | 'clarify'> | 'chat';

export interface WishClassifier {
  /**
   * Probabilities that sum up to 1, the most probable first.
   * @param before  the message before, null = none
   */
  classify(text: string, before: string | null): readonly (readonly [Wish, number])[];
}

/** Multinomial logistic regression on `wishFeatures`; `models/train-text/train.ts` fits and calibrates it. */
export async function loadWishClassifier(folder: string): Promise<WishClassifier> {
  const [encode, file] = await Promise.all([
    loadSentenceEncoder(folder),
    inflateFile(join(folder, 'wishes.safetensors.gz')),
  ]);
  const { matrix, floats } = tensorsIn(file);
  const [weights, bias] = [matrix('weights'), floats('bias')];
  return {
    classify(text, before) {
      return softmax(wishScores(wishFeatures(encode, text, before), weights, bias))
        .map((probability, wish) => [WISHES[wish]!, probability] as const)
        .toSorted(([, a], [, b]) => b - a);
    },
  };
}

/** @param weights  [WISH_FEATURES, wishes], one row after the other */
export function wishScores(features: WishFeatures, weights: Float32Array, bias: Float32Array): Float32Array {
  const scores = bias.slice();
  for (const [place, value] of features) {
    for (let wish = 0; wish < scores.length; wish++) scores[wish]! += value * weights[place * scores.length + wish]!;
  }
  return scores;
}

export function softmax(scores: Float32Array): number[] {
  const most = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
