import type { Finding } from '../domain/finding.ts';
import { checkExplanation } from '../prompt/check-explanation.ts';
import type { Components } from '../spectral/find-components.ts';
import { componentAttributes } from '../spectral/region-attributes.ts';

/** What may stand beside a mask of the model's text, and what contradicts it, in sentences. */
export function checkAgainstMask(
  text: string,
  components: Components,
  { target, count, share }: Finding['facts'],
): Pick<Finding, 'explanation' | 'dropped'> {
  const { kept, dropped } = checkExplanation(text, {
    target,
    attributes: componentAttributes(components),
    count,
    share,
  });
  return { explanation: kept, dropped: dropped.map(({ sentence }) => sentence) };
}
