import type { RegionAttribute } from '../domain/attribute.ts';
import type { LandCover } from '../domain/land-cover.ts';
import type { Mask } from '../domain/raster.ts';
import { checkExplanation, contradiction, type Evidence, splitSentences } from '../prompt/check-explanation.ts';
import { countOnes } from '../spectral/facts.ts';
import { findComponents } from '../spectral/find-components.ts';
import { regionAttributes } from '../spectral/region-attributes.ts';

/** How many sentences of a text contradict something, before the checker and among those it keeps. */
export interface ExplanationCheck {
  readonly sentences: number;
  readonly kept: number;
  /** Against the answer's own mask, which is what the checker looks at: none of the kept ones can. */
  readonly againstMask: number;
  /** Against the list in the prompt; null when it had none. */
  readonly againstList: { readonly before: number; readonly after: number } | null;
  /** Against the label; null when the label leaves more than a twentieth of the scene unjudged. */
  readonly againstLabel: { readonly before: number; readonly after: number } | null;
}

/**
 * Checks a generated text as the bot does, and then the result against what it was told and against the truth.
 *
 * @param valid  pixels that the model judged
 */
export function checkAnswer(answer: {
  readonly target: LandCover;
  readonly text: string;
  readonly mask: Mask;
  readonly valid: number;
  readonly attributes: readonly RegionAttribute[] | null;
  readonly label: Uint8Array;
}): ExplanationCheck {
  const { target, text, mask, attributes, label } = answer;
  const sentences = splitSentences(text);
  const wrong = (evidence: Evidence) => (sentence: string) => contradiction(sentence, evidence) !== null;
  const byMask = evidenceOf(target, mask, answer.valid);
  const { kept } = checkExplanation(text, byMask);
  const beforeAndAfter = (evidence: Evidence) => ({
    before: sentences.filter(wrong(evidence)).length,
    after: kept.filter(wrong(evidence)).length,
  });
  return {
    sentences: sentences.length,
    kept: kept.length,
    againstMask: sentences.filter(wrong(byMask)).length,
    againstList: attributes && beforeAndAfter({ target, attributes }),
    againstLabel: judgedShare(label) < 0.95 ? null : beforeAndAfter(labelEvidence(target, mask, label)),
  };
}

function evidenceOf(target: LandCover, mask: Mask, valid: number): Evidence {
  return {
    target,
    attributes: regionAttributes(mask),
    count: findComponents(mask).count,
    ...(valid > 0 && { share: countOnes(mask.values) / valid }),
  };
}

function labelEvidence(target: LandCover, { width, height }: Mask, label: Uint8Array): Evidence {
  const values = Uint8Array.from(label, (value) => (value === 1 ? 1 : 0));
  return evidenceOf(target, { width, height, values }, label.length);
}

function judgedShare(label: Uint8Array): number {
  let judged = 0;
  for (const value of label) if (value <= 1) judged++;
  return judged / label.length;
}
