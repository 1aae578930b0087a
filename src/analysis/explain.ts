import type { RegionAttribute } from '../domain/attribute.ts';
import type { LandCover } from '../domain/land-cover.ts';
import { buildPrompt } from '../prompt/build-prompt.ts';
import type { Components } from '../spectral/find-components.ts';
import { componentAttributes } from '../spectral/region-attributes.ts';
import type { Answering, WholeAnswer, Words } from './segment.ts';

/**
 * The model's words about a mask that is there. A pack that explains from the mask is asked a second time about the whole
 * scene, now with the attributes of the mask in the place of the index's, so that what it says is what it has marked; of
 * any other the words are those of the answer that prompted the mask.
 *
 * @param mask  on the scene's own grid; `share`: of the valid pixels, 0–1
 * @param onText  the second answer so far, while it is generated, with those attributes
 */
export async function explain(
  model: Answering,
  target: LandCover,
  whole: WholeAnswer,
  mask: { readonly components: Components; readonly share: number },
  signal: AbortSignal,
  onText: (text: string, attributes: readonly RegionAttribute[]) => void = () => {},
): Promise<Words> {
  const { pack } = model;
  if (pack.explanation !== 'from-mask') return whole;
  const { version, maxAttributes } = pack.prompt;
  const attributes = componentAttributes(mask.components).slice(0, maxAttributes);
  const { question } = whole;
  const prompt = await buildPrompt({
    target,
    attributes,
    maskShare: mask.share,
    version,
    ...(question !== undefined && { question }),
  });
  const onToken = (text: string): void => onText(text, attributes);
  const text = await model.explain(whole.features, prompt, { signal, onToken });
  return { prompt, text, attributes };
}
