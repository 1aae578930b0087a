import { resolve } from 'node:path';
import { loadWishClassifier, type WishClassifier } from '../../src/dialogue/understanding/wish-classifier.ts';

let loading: Promise<WishClassifier> | null = null;

/** The classifier that is committed, loaded once a test file. */
export function wishes(): Promise<WishClassifier> {
  loading ??= loadWishClassifier(resolve(import.meta.dirname, '../../models/understanding'));
  return loading;
}
