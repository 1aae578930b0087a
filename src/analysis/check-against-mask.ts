import type { Finding } from '../domain/finding.ts';
import type { Mask } from '../domain/raster.ts';
import { checkExplanation } from '../prompt/check-explanation.ts';
import { regionAttributes } from '../spectral/region-attributes.ts';

/** What may stand beside a mask of the model's text, and what contradicts it, in sentences. */
export function checkAgainstMask(
  text: string,
  mask: Mask,
  { target, count, share }: Finding['facts'],
): Pick<Finding, 'explanation' | 'dropped'> {
  const { kept, dropped } = checkExplanation(text, { target, attributes: regionAttributes(mask), count, share });
  return { explanation: kept, dropped: dropped.map(({ sentence }) => sentence) };
}
