import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { largestDifference } from '../../src/convert/parity/difference.ts';
import { Safetensors } from '../../src/convert/safetensors.ts';
import { generate } from '../../src/spex/generate.ts';
import { LanguageModel } from '../../src/spex/language-model.ts';
import { MaskDecoder } from '../../src/spex/mask-decoder.ts';
import { loadPack } from '../../src/spex/pack.ts';
import { VisionEncoder } from '../../src/spex/vision-encoder.ts';
import { COMPACT_TINY, tinyPack } from '../tiny-pack.ts';

it('agrees with PyTorch on spectral front end, fine features and fine mask', async () => {
  const folder = await tinyPack(COMPACT_TINY);
  const golden = await Safetensors.open(join(COMPACT_TINY, 'golden.safetensors'));
  const { pack } = await loadPack(folder);
  const vision = await VisionEncoder.load(folder, pack, { threads: 1 });
  const language = await LanguageModel.load(folder, pack.architecture.language, { threads: 1 });
  const mask = await MaskDecoder.load(folder, pack.architecture, { threads: 1 });
  const difference = async (name: string, ours: ort.Tensor | Float32Array): Promise<number> =>
    largestDifference(await golden.read(name), 'data' in ours ? (ours.data as Float32Array) : ours);

  const pixels = new ort.Tensor('float32', await golden.read('pixels'), golden.entries.get('pixels')!.shape);
  const features = await vision.run(pixels, await golden.read('band_present'));
  expect(await difference('projected', features.imageTokens)).toBeLessThan(5e-5);
  expect(await difference('mask_features', features.maskFeatures)).toBeLessThan(1e-4);
  expect(await difference('fine_features', features.fineFeatures!)).toBeLessThan(2e-5);

  const ids = await golden.readIntegers('generated_ids');
  const embeddings = await golden.read('inputs_embeds');
  const [answer] = await generate(language, language.newBatch(300, 1), [embeddings], {
    eos: [],
    maxNewTokens: ids.length,
    repetitionPenalty: 1,
  });
  expect(answer!.ids).toEqual(ids);
  expect(await difference('mask_prompt_hidden', answer!.hidden)).toBeLessThan(5e-5);
  const logits = await mask.decode(answer!.hidden, features);
  expect([logits.width, logits.height]).toEqual([64, 64]);
  expect(await difference('mask_logits', logits.values)).toBeLessThan(5e-5);
  // Not only the coarse mask made larger: the fine part matters at this size.
  expect(Math.max(...(await golden.read('fine_weights')).map(Math.abs))).toBeGreaterThan(0.01);
  await golden.close();
});
