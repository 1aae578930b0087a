import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { largestDifference } from '../../src/convert/parity/difference.ts';
import { runParity } from '../../src/convert/parity/parity.ts';

const KIT = resolve(import.meta.dirname, '../fixtures/parity');
const temporary: string[] = [];

afterAll(() => Promise.all(temporary.map((folder) => rm(folder, { recursive: true }))));

it('agrees with every golden tensor of the development kit', async () => {
  const rows = await runParity(KIT);
  expect(rows.filter(({ passed }) => !passed)).toEqual([]);
  expect(rows).toHaveLength(39); // as many as kit.json asks for
  expect(Math.min(...rows.map(({ compared }) => compared))).toBe(2);
});

it('fails where a golden tensor differs, and names it', async () => {
  const folder = await copyOfKit();
  const kit = JSON.parse(await readFile(join(folder, 'kit.json'), 'utf8'));
  // 4.9e-6 is what float32 leaves in this layer; a kit that asks for more cannot hold.
  kit.parts = { dcnv3: { ...kit.parts.dcnv3, compare: { core: 1e-9, output: 5e-5, nonsense: 1 } } };
  await writeFile(join(folder, 'kit.json'), JSON.stringify(kit));
  const rows = await runParity(folder);
  expect(rows.map(({ tensor, compared, passed }) => [tensor, compared, passed])).toEqual([
    ['core', 8, false],
    ['output', 8, true],
    ['nonsense', 0, false], // we make no such tensor: not a pass
  ]);
});

it('refuses a folder that is no kit', async () => {
  await expect(runParity(tmpdir())).rejects.toThrow('no kit.json');
});

it.each([
  ['equal numbers', [1, 2], [1, 2], 0],
  ['the largest of several', [1, 2, 3], [1.5, 2, 1], 2],
  ['different lengths', [1, 2], [1], Number.POSITIVE_INFINITY],
  ['something that is no number, before a smaller difference', [1, 2], [Number.NaN, 2.5], Number.POSITIVE_INFINITY],
])('measures %s', (_, a, b, expected) => {
  expect(largestDifference(a, b)).toBe(expected);
});

async function copyOfKit(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kit-'));
  temporary.push(folder);
  await cp(KIT, folder, { recursive: true });
  return folder;
}
