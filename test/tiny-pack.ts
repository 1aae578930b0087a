import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { convertCheckpoint } from '../src/convert/convert.ts';
import type { WeightFormat } from '../src/convert/weight-format.ts';

export const SPEX_TINY = resolve(import.meta.dirname, 'fixtures/parity/spex-tiny');
export const COMPACT_TINY = resolve(import.meta.dirname, 'fixtures/compact-tiny');

const temporary: string[] = [];

afterAll(() => Promise.all(temporary.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder that is gone after the test file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spex-chat-'));
  temporary.push(folder);
  return folder;
}

/** A real pack with random weights, made from a fixture. */
export async function tinyPack(checkpoint = SPEX_TINY, weights: WeightFormat = 'fp32'): Promise<string> {
  const out = await temporaryFolder();
  await convertCheckpoint({ checkpoint, out, weights });
  return out;
}
