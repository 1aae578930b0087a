import { readFile } from 'node:fs/promises';
import { PromptTemplate } from '@langchain/core/prompts';
import type { RegionAttribute } from '../domain/attribute.ts';
import type { LandCover } from '../domain/land-cover.ts';
import { cleanQuestion } from './clean-question.ts';
import { formatAttributes, formatShare } from './format-attributes.ts';
import { REGION_WORDS } from './region-words.ts';

/** The templates that new packs are trained with: a folder of `prompts/`. */
export const PROMPT_VERSION = 'spie-2';

export interface PromptRequest {
  readonly target: LandCover;
  /** The person's own words, not yet cleaned; absent or nothing left after cleaning = the canonical question. */
  readonly question?: string;
  /** In the order of the list; null when no index can be computed, so that the prompt says so. */
  readonly attributes: readonly RegionAttribute[] | null;
  /** Where the attributes are not the image's but those of a mask: what share of the scene it covers, 0–1. */
  readonly maskShare?: number;
  /** Of the templates, as in the pack: a folder of `prompts/`. */
  readonly version: string;
}

/**
 * The user's turn of a SPIE prompt, `<image>\n` first; the chat template around it is the pack's.
 *
 * @throws {Error} when there is no such version of the templates
 */
export async function buildPrompt({
  target,
  question,
  attributes,
  maskShare,
  version,
}: PromptRequest): Promise<string> {
  const words = question === undefined ? '' : cleanQuestion(question);
  const list = maskShare !== undefined ? '-of-mask' : attributes ? '' : '-without-index';
  const name = `${words ? 'question' : 'canonical'}${list}`;
  const template = await loadTemplate(version, name);
  return template.format({
    regions: REGION_WORDS[target],
    ...(words && { question: words }),
    ...(attributes && { attributes: formatAttributes(attributes) }),
    ...(maskShare !== undefined && { share: formatShare(maskShare) }),
  });
}

const templates = new Map<string, Promise<PromptTemplate>>();

function loadTemplate(version: string, name: string): Promise<PromptTemplate> {
  // The version comes from a pack's JSON: it may name a folder and nothing else.
  if (!/^[a-z0-9][a-z0-9-]*$/.test(version)) throw new Error(`not a prompt version: ${JSON.stringify(version)}`);
  const key = `${version}/${name}.txt`;
  const known = templates.get(key);
  if (known) return known;
  const loading = readFile(new URL(`../../prompts/${key}`, import.meta.url), 'utf8').then((text) =>
    PromptTemplate.fromTemplate(text.replace(/\n$/, '')),
  );
  // A failed read is not kept: the file may be there next time.
  loading.catch(() => templates.delete(key));
  templates.set(key, loading);
  return loading;
}
