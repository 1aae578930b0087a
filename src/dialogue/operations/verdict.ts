import type { Finding } from '../../domain/finding.ts';
import type { SceneInfo } from '../../domain/scene.ts';
import type { Turn } from './turn.ts';
import { indexSymbol } from './words.ts';

export type Level = 'high' | 'medium' | 'low';

/** How far a finding can be trusted, and the one reason that decides it. */
export interface Verdict {
  readonly level: Level;
  readonly reason:
    | 'cloud'
    | 'undecided'
    | 'disagrees'
    | 'foretold'
    | 'seldom-right'
    | 'agrees'
    | 'half-agrees'
    | 'unchecked';
}

/**
 * Limits, and what they meant on the 355 labelled targets of `npx spex-chat eval` (`val`, the collected places of `val`, and `test`) with
 * spex-compact 2.0.0. An index that marks nearly the same, on a mask that the model thinks well of: mean IoU 0.89, 2 of 119 below 0.4.
 * An index that marks something else: 0.32, 21 of 30 below 0.4. A mask that the model itself foretells less of: 0.32. Anything between:
 * 0.66.
 */
const HIGH = { agreement: 0.6, foretoldIou: 0.5 };
const LOW = { agreement: 0.1, foretoldIou: 0.4, meanInside: 0.65, unsureShare: 0.25, cloud: 0.2 };
/** Where pixels are coarser, built-up land had a mean IoU of 0.32 on 29 labelled scenes. */
const FINE_M = 2;

export function verdictOf({ facts, evidence, confidence, provenance }: Finding, scene: SceneInfo): Verdict {
  // Where both mark nothing, they agree.
  const agreement = evidence ? (evidence.agreement ?? 1) : null;
  const foretold = confidence.foretoldIou ?? null;
  const pixel = (scene.pixelSizeM?.x ?? 0) * provenance.resolutionFactor;
  if (scene.cloud && scene.cloud.fraction >= LOW.cloud) return { level: 'low', reason: 'cloud' };
  if (agreement !== null && agreement < LOW.agreement) return { level: 'low', reason: 'disagrees' };
  if (foretold !== null && foretold < LOW.foretoldIou) return { level: 'low', reason: 'foretold' };
  const isUndecided =
    confidence.unsureShare > LOW.unsureShare ||
    (confidence.meanInside !== null && confidence.meanInside < LOW.meanInside);
  if (isUndecided) return { level: 'low', reason: 'undecided' };
  if (facts.target === 'building' && pixel > FINE_M) return { level: 'low', reason: 'seldom-right' };
  if (agreement === null) return { level: 'medium', reason: 'unchecked' };
  return agreement >= HIGH.agreement && (foretold ?? 1) >= HIGH.foretoldIou
    ? { level: 'high', reason: 'agrees' }
    : { level: 'medium', reason: 'half-agrees' };
}

/** "High confidence: NDVI marks nearly the same ground." */
export function verdictSentence(finding: Finding, scene: SceneInfo, { texts, format }: Turn): string {
  const { level, reason } = verdictOf(finding, scene);
  const { evidence } = finding;
  return texts.verdict(
    level,
    texts.verdictReason[reason](
      evidence ? indexSymbol(evidence.index) : '',
      scene.cloud ? format.percent(scene.cloud.fraction) : '',
      texts.target(finding.facts.target),
    ),
  );
}
