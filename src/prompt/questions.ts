import { readFile } from 'node:fs/promises';
import type { LandCover } from '../domain/land-cover.ts';

/** Wordings of questions per target, from `prompts/questions.json`: for training records and for testing a model. */
export async function loadQuestions(): Promise<Readonly<Record<LandCover, readonly string[]>>> {
  return JSON.parse(await readFile(new URL('../../prompts/questions.json', import.meta.url), 'utf8'));
}
