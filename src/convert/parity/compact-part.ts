import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { z } from 'zod';
import { generate } from '../../spex/generate.ts';
import { convertCheckpoint } from '../convert.ts';
import { Safetensors } from '../safetensors.ts';
import type { Difference } from './difference.ts';
import { loadRuntime } from './whole-part.ts';

const partSchema = z.object({ checkpoint: z.string(), files: z.array(z.string()) });

/** A checkpoint with the options of the compact model (models/README.md) and the golden chips that `export.py` writes beside it. */
export async function compactPart(folder: string, part: unknown, difference: Difference): Promise<void> {
  const { checkpoint, files } = partSchema.parse(part);
  const out = await mkdtemp(join(tmpdir(), 'parity-'));
  try {
    await convertCheckpoint({ checkpoint: join(folder, checkpoint), out, weights: 'fp32' });
    const runtime = await loadRuntime(out);
    for (const file of files) {
      const golden = await Safetensors.open(join(folder, file));
      await compareChip(runtime, golden, difference);
      await golden.close();
    }
    await runtime.release();
  } finally {
    await rm(out, { recursive: true });
  }
}

async function compareChip(
  { vision, language, mask }: Awaited<ReturnType<typeof loadRuntime>>,
  golden: Safetensors,
  difference: Difference,
): Promise<void> {
  const check = async (name: string, ours: ort.Tensor | Float32Array): Promise<void> =>
    difference.add(name, await golden.read(name), 'data' in ours ? (ours.data as Float32Array) : ours);
  const pixels = new ort.Tensor('float32', await golden.read('pixels'), golden.entries.get('pixels')!.shape);
  const features = await vision.run(pixels, await golden.read('band_present'));
  await check('projected', features.imageTokens);
  await check('mask_features', features.maskFeatures);
  await check('fine_features', features.fineFeatures!);

  const ids = await golden.readIntegers('generated_ids');
  const embeddings = await golden.read('inputs_embeds');
  const positions = embeddings.length / language.sizes.width + ids.length;
  const [answer] = await generate(language, language.newBatch(positions, 1), [embeddings], {
    eos: [],
    maxNewTokens: ids.length,
    repetitionPenalty: 1,
  });
  difference.add('generated_ids', ids, answer!.ids);
  await check('mask_prompt_hidden', answer!.hidden);
  const { maskLogits, foretoldIou } = await mask.decode(answer!.hidden, features);
  await check('mask_logits', maskLogits.values);
  if (foretoldIou !== null) await check('foretold_iou', Float32Array.of(foretoldIou));
}
