import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { checkMemory, memoryNeeded } from '../../src/spex/memory.ts';
import { decisionLogit, loadPack, PACK_FORMAT } from '../../src/spex/pack.ts';
import { SpexModel } from '../../src/spex/spex-model.ts';
import { COMPACT_TINY, PRETRAINED_TINY, temporaryFolder, tinyPack } from '../tiny-pack.ts';

let whole: string;
let folder: string;

beforeAll(async () => {
  whole = await tinyPack(COMPACT_TINY);
});

beforeEach(async () => {
  folder = await temporaryFolder();
  await cp(whole, folder, { recursive: true });
});

const changed = async (change: (pack: Record<string, unknown>) => object): Promise<void> => {
  const path = join(folder, 'pack.json');
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))));
};

it('tells the sizes of the files it has checked', async () => {
  const { sizes } = await loadPack(folder);
  expect([...sizes.keys()].toSorted()).toEqual([
    'embed.onnx',
    'language.onnx',
    'mask.onnx',
    'tokenizer.json',
    'vision.onnx',
  ]);
  expect(sizes.get('tokenizer.json')).toBe((await readFile(join(folder, 'tokenizer.json'))).length);
});

it.each<[string, () => Promise<unknown>, string]>([
  ['a byte more', () => appendFile(join(folder, 'mask.onnx'), '\0'), 'the file mask.onnx has changed'],
  ['a file missing', () => rm(join(folder, 'language.onnx')), 'the file language.onnx is missing'],
  ['a pack.json that is no JSON', () => writeFile(join(folder, 'pack.json'), '{'), 'no JSON'],
  ['another format', () => changed((pack) => ({ ...pack, format: PACK_FORMAT + 1 })), 'format'],
  ['a file outside the folder', () => changed((pack) => ({ ...pack, files: { '../x': 'a'.repeat(64) } })), 'files'],
  ['no end of sequence', () => changed((pack) => ({ ...pack, eos: [] })), 'eos'],
])('refuses %s, before anything is loaded', async (_, damage, reason) => {
  await damage();
  const refusal = SpexModel.load(folder, { threads: 1 });
  await expect(refusal).rejects.toMatchObject({ code: 'pack-corrupt' });
  await expect(refusal).rejects.toThrow(reason);
});

it('cuts at the logit of the threshold, times the temperature', () => {
  expect(decisionLogit({ temperature: 3, threshold: 0.5 })).toBe(0);
  expect(decisionLogit({ temperature: 2, threshold: 0.25 })).toBeCloseTo(-2 * Math.log(3), 12);
});

it('says what to do where there is no pack, and shows no path', async () => {
  const refusal = loadPack(await temporaryFolder());
  await expect(refusal).rejects.toMatchObject({
    code: 'model-unavailable',
    reply:
      'There is no model pack in the configured folder (no pack.json). Set MODEL_PACK to a pack, or make one with spex-chat convert.',
  });
});

it('refuses an execution provider that is not installed', async () => {
  const refusal = SpexModel.load(folder, { threads: 1, executionProviders: ['cuda-of-tomorrow'] });
  await expect(refusal).rejects.toMatchObject({ code: 'model-unavailable' });
  await expect(refusal).rejects.toThrow(/cuda-of-tomorrow is not in the installed onnxruntime-node \(it has cpu/);
});

it('refuses a pack that does not fit into memory, with both numbers', async () => {
  const loaded = await loadPack(folder);
  const needed = memoryNeeded(loaded);
  expect(() => checkMemory(loaded, Math.ceil(needed))).not.toThrow();
  expect(() => checkMemory(loaded, 100)).toThrow(
    new RegExp(`needs about ${Math.ceil(needed)} MiB of memory and 100 MiB are allowed\\. Raise the limit`),
  );
  await expect(SpexModel.load(folder, { threads: 1, memoryMb: 100 })).rejects.toMatchObject({
    code: 'model-unavailable',
  });
});

it('reckons the maps behind a pretrained trunk by the size of a chip', async () => {
  const { pack, folder: path } = await loadPack(await tinyPack(PRETRAINED_TINY));
  const at = (chip: number): number =>
    memoryNeeded({ pack: { ...pack, input: { ...pack.input, chip } }, folder: path, sizes: new Map() });
  expect(at(512) - at(256)).toBeCloseTo(252 * (1 - 1 / 4), 6);
});

it('reckons more memory for half floats that are expanded', async () => {
  const { pack, folder: path } = await loadPack(folder);
  const sizes = new Map([['vision.onnx.data', 1024 * 1024 * 1024]]);
  const full = { ...pack, measured: { weights: 'fp32' } };
  const halves = { ...pack, measured: { weights: 'int4' } };
  const difference =
    memoryNeeded({ pack: halves, folder: path, sizes }) - memoryNeeded({ pack: full, folder: path, sizes });
  expect(difference).toBeCloseTo(1024, 6);
});
