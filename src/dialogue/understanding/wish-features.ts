import { EMBEDDING, type SentenceEncoder } from './sentence-encoder.ts';

/** Words and letters are counted in so many places. */
const PLACES = 2 ** 14;
/** Embedding of the words, of the message before, whether there is one, and the counts. */
export const WISH_FEATURES = 2 * EMBEDDING + 1 + PLACES;
/** The message before tells less than the words themselves; counts tell less than the meaning. */
const WEIGHTS = { words: 3, before: 2, counts: 1.5 };

/** What is known of a message, as [place, value] of the places that are not zero. */
export type WishFeatures = readonly (readonly [place: number, value: number])[];

/**
 * @param text    as it was typed
 * @param before  the message before by the same person, null = none
 */
export function wishFeatures(encode: SentenceEncoder, text: string, before: string | null): WishFeatures {
  const words = text.normalize('NFKC').toLowerCase().trim();
  const context = before === null ? [] : [...encode(before)];
  const counts = countsOf(words);
  return [
    ...[...encode(text)].map((value, i) => [i, value * WEIGHTS.words] as const),
    ...context.map((value, i) => [EMBEDDING + i, value * WEIGHTS.before] as const),
    ...(before === null ? [] : [[2 * EMBEDDING, 1] as const]),
    ...counts.map(([place, value]) => [2 * EMBEDDING + 1 + place, value * WEIGHTS.counts] as const),
  ];
}

/** Runs of one to three words and of two to five letters, hashed (Weinberger et al. 2009, doi:10.1145/1553374.1553516), of length 1. */
function countsOf(words: string): [number, number][] {
  const counts = new Map<number, number>();
  const count = (run: string): void => {
    const hash = hashOf(run);
    const place = hash % PLACES;
    counts.set(place, (counts.get(place) ?? 0) + (hash & 0x8000_0000 ? -1 : 1));
  };
  const tokens = words.match(/[\p{L}\p{M}\p{N}']+|[?？]/gu) ?? [];
  for (let length = 1; length <= 3; length++) {
    for (let at = 0; at + length <= tokens.length; at++) count(`w ${tokens.slice(at, at + length).join(' ')}`);
  }
  for (const token of tokens) {
    const letters = `_${token}_`;
    for (let length = 2; length <= 5; length++) {
      for (let at = 0; at + length <= letters.length; at++) count(`l ${letters.slice(at, at + length)}`);
    }
  }
  const norm = Math.sqrt([...counts.values()].reduce((total, value) => total + value * value, 0)) || 1;
  return [...counts].map(([place, value]) => [place, value / norm]);
}

/** FNV-1a, 32 bits. */
function hashOf(run: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < run.length; i++) hash = Math.imul(hash ^ run.charCodeAt(i), 0x0100_0193);
  return hash >>> 0;
}
