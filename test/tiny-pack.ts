import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { convertCheckpoint } from '../src/convert/convert.ts';
import type { WeightFormat } from '../src/convert/weight-format.ts';

export const SPEX_TINY = resolve(import.meta.dirname, 'fixtures/parity/spex-tiny');
export const COMPACT_TINY = resolve(import.meta.dirname, 'fixtures/compact-tiny');
export const PRETRAINED_TINY = resolve(import.meta.dirname, 'fixtures/pretrained-tiny');

const temporary: string[] = [];

afterAll(() => Promise.all(temporary.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder that is gone after the test file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spex-chat-'));
  temporary.push(folder);
  return folder;
}

/** A real pack with random weights, made from a fixture; `change` goes into its pack.json. */
export async function tinyPack(
  checkpoint = SPEX_TINY,
  weights: WeightFormat = 'fp32',
  change: { readonly eos?: readonly number[]; readonly context?: number } = {},
): Promise<string> {
  const out = await temporaryFolder();
  const { pack } = await convertCheckpoint({ checkpoint, out, weights });
  const language = { ...pack.architecture.language, context: change.context ?? pack.architecture.language.context };
  const changed = { ...pack, eos: change.eos ?? pack.eos, architecture: { ...pack.architecture, language } };
  await writeFile(join(out, 'pack.json'), JSON.stringify(changed));
  return out;
}
