import type { RegionAttribute } from '../domain/attribute.ts';
import type { LandCover } from '../domain/land-cover.ts';
import { contradiction, splitSentences } from '../prompt/check-explanation.ts';

/**
 * A receiver for the model's growing text that hands on each sentence once, when it is complete and nothing that the model
 * was told speaks against it. Without attributes nothing can be checked yet, so nothing is handed on before the mask is.
 */
export function sentenceStream(
  target: LandCover,
  onSentence: (sentence: string) => void,
): (text: string, attributes: readonly RegionAttribute[] | null) => void {
  let seen = 0;
  return (text, attributes) => {
    if (!attributes) return;
    // The last one may still grow.
    const complete = splitSentences(text).slice(0, -1);
    for (const sentence of complete.slice(seen)) {
      if (contradiction(sentence, { target, attributes }) === null) onSentence(sentence);
    }
    seen = Math.max(seen, complete.length);
  };
}
