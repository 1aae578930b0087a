import { readFile } from 'node:fs/promises';
import type { LandCover } from '../domain/land-cover.ts';

/**
 * Wordings of questions per target, from `prompts/questions.json`.
 *
 * @param purpose  `records`: for building training records; `evaluation`: for testing a model. No wording is in both, and
 *                 none of the evaluation's is among those that the compact pack was trained with.
 */
export async function loadQuestions(
  purpose: 'records' | 'evaluation',
): Promise<Readonly<Record<LandCover, readonly string[]>>> {
  const text = await readFile(new URL('../../prompts/questions.json', import.meta.url), 'utf8');
  return JSON.parse(text)[purpose];
}
