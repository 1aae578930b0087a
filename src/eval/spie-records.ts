import { createHash } from 'node:crypto';
import { wholeSceneChip } from '../analysis/chips.ts';
import { readLook } from '../analysis/look.ts';
import type { RegionAttribute } from '../domain/attribute.ts';
import type { LandCover } from '../domain/land-cover.ts';
import type { Mask } from '../domain/raster.ts';
import { buildPrompt, PROMPT_VERSION } from '../prompt/build-prompt.ts';
import { checkExplanation } from '../prompt/check-explanation.ts';
import { describeRegions } from '../prompt/describe-regions.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
import { chooseIndex } from '../spectral/choose-index.ts';
import { findComponents } from '../spectral/find-components.ts';
import { type IndexMask, indexMask } from '../spectral/index-mask.ts';
import { regionAttributes } from '../spectral/region-attributes.ts';

/** Side of SPIE's tiles: larger scenes are looked at reduced to it. */
const TILE = 512;

/** An instruction-following record in the published form (LLaVA conversation JSON with a mask). */
export interface SpieRecord {
  readonly id: string;
  readonly image: string;
  readonly gt_image: string;
  readonly conversations: readonly [
    { readonly from: 'human'; readonly value: string },
    { readonly from: 'gpt'; readonly value: string },
  ];
}

export interface SceneAttributes {
  /** null where no spectral index can be computed; so is the list then. */
  readonly index: Pick<IndexMask, 'choice' | 'threshold' | 'method'> | null;
  readonly attributes: readonly RegionAttribute[] | null;
}

/** What SPIE says about a target of a scene, computed from the image alone. */
export async function sceneAttributes(scene: Scene, target: LandCover): Promise<SceneAttributes> {
  const { width, height } = scene.info.grid;
  const { bands } = await readLook(scene, wholeSceneChip(width, height, TILE));
  const choice = chooseIndex(target, new Set(bands.keys()), scene.info.values);
  if (!choice) return { index: null, attributes: null };
  const { threshold, method, mask } = indexMask(choice, bands);
  return { index: { choice, threshold, method }, attributes: regionAttributes(mask) };
}

/** Share of a scene that a label may leave unjudged when the answer says that there is none of the target. */
const MAX_UNJUDGED = 0.05;

/**
 * The records of one target of one scene: the published question, and further wordings.
 *
 * The region list comes from the image, the answer from the label; a sentence that the label's regions contradict would be
 * a bug of ours and throws. A target that the label shows nowhere gets the answer that there is none, unless the label
 * leaves more than a twentieth unjudged: then nobody knows, and there is no record.
 *
 * @param label      1 = is, 0 = is not, 255 = not judged
 * @param questions  all wordings of this target
 * @param wordings   how many of them to use; which ones depends on the record's id alone
 */
export async function spieRecords(
  scene: Scene,
  target: LandCover,
  label: Mask,
  names: { readonly id: string; readonly image: string; readonly mask: string },
  questions: readonly string[],
  wordings: number,
): Promise<SpieRecord[]> {
  const answer = trueAnswer(target, label);
  if (answer === null) return [];
  const { attributes } = await sceneAttributes(scene, target);
  const first = createHash('sha256').update(`${names.id} ${target}`).digest().readUInt32BE();
  const chosen = Array.from(
    { length: Math.min(wordings, questions.length) },
    (_, i) => questions[(first + i) % questions.length]!,
  );
  const prompts = await Promise.all(
    [undefined, ...chosen].map((question) =>
      buildPrompt({ target, attributes, version: PROMPT_VERSION, ...(question !== undefined && { question }) }),
    ),
  );
  return prompts.map((prompt, i) => ({
    id: `${names.id}/${target}/${i}`,
    image: names.image,
    gt_image: names.mask,
    conversations: [
      { from: 'human', value: prompt },
      { from: 'gpt', value: answer },
    ],
  }));
}

/** null when the label does not say whether there is any. */
function trueAnswer(target: LandCover, { width, height, values }: Mask): string | null {
  let [marked, judged] = [0, 0];
  for (const value of values) {
    if (value === 1) marked++;
    if (value <= 1) judged++;
  }
  if (marked === 0 && judged < (1 - MAX_UNJUDGED) * values.length) return null;
  const mask = { width, height, values: values.map((value) => (value === 1 ? 1 : 0)) };
  const attributes = regionAttributes(mask);
  const share = judged > 0 ? marked / judged : 0;
  const answer = describeRegions(target, share, attributes);
  const { dropped } = checkExplanation(answer, { target, attributes, share, count: findComponents(mask).count });
  if (dropped.length > 0) throw new Error(`not true of the label: ${dropped[0]!.sentence} (${dropped[0]!.reason})`);
  return answer;
}
