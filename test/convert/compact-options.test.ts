import { cp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runParity } from '../../src/convert/parity/parity.ts';
import { Safetensors } from '../../src/convert/safetensors.ts';
import { loadPack } from '../../src/spex/pack.ts';
import { PRETRAINED_TINY, temporaryFolder, tinyPack } from '../tiny-pack.ts';

const KIT = resolve(import.meta.dirname, '../fixtures');

it('agrees with PyTorch on the options of the compact model, behind both kinds of trunk', async () => {
  const rows = await runParity(KIT);
  expect(rows.filter(({ passed }) => !passed)).toEqual([]);
  const compared = [
    'projected',
    'mask_features',
    'fine_features',
    'generated_ids',
    'mask_prompt_hidden',
    'mask_logits',
  ];
  expect(rows.map(({ part, tensor }) => `${part} ${tensor}`)).toEqual([
    ...compared.map((tensor) => `compact ${tensor}`),
    ...[...compared, 'foretold_iou'].map((tensor) => `pretrained ${tensor}`),
  ]);
});

it.each(['compact-tiny', 'pretrained-tiny'])('compares masks of %s to which the fine part matters', async (name) => {
  const golden = await Safetensors.open(join(KIT, name, 'golden.safetensors'));
  expect(Math.max(...(await golden.read('fine_weights')).map(Math.abs))).toBeGreaterThan(0.01);
  await golden.close();
});

it('says which trunk a pack has, and nothing of the sizes of another', async () => {
  const { pack } = await loadPack(await tinyPack(PRETRAINED_TINY));
  expect(pack.architecture.vision).toMatchObject({ trunk: 'efficientnet-lite0', trunkWidth: 0.05 });
  expect(pack.architecture.vision).not.toHaveProperty('channels');
});

it.each([
  ['an unknown trunk', { trunk: 'efficientnet-b7' }, 'vision.trunk'],
  [
    'a pretrained trunk without a picture',
    { spectral: { bands: ['nir', 'red'], ratios: true } },
    'red, green and blue',
  ],
  ['a pretrained trunk without bands', { spectral: undefined }, 'vision.spectral'],
])('refuses %s, and says why', async (_, change, reason) => {
  const folder = await temporaryFolder();
  await cp(PRETRAINED_TINY, folder, { recursive: true });
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
  config.spex.vision = { ...config.spex.vision, ...change };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await expect(tinyPack(folder)).rejects.toThrow(reason);
});
