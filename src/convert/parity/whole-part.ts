import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { z } from 'zod';
import { chatPrompt } from '../../spex/chat-prompt.ts';
import { generate } from '../../spex/generate.ts';
import { LanguageModel } from '../../spex/language-model.ts';
import { MaskDecoder } from '../../spex/mask-decoder.ts';
import { loadPack, type Pack } from '../../spex/pack.ts';
import { Tokenizer } from '../../spex/tokenizer.ts';
import { VisionEncoder } from '../../spex/vision-encoder.ts';
import { convertCheckpoint } from '../convert.ts';
import { maskGraph } from '../mask-graph.ts';
import { isFloating, Safetensors } from '../safetensors.ts';
import { visionGraph } from '../vision-graph.ts';
import { WeightSource } from '../weight-source.ts';
import type { Difference } from './difference.ts';
import { channelsFirst, type Floats, graphRun } from './graph-run.ts';
import { compareMasks } from './mask-part.ts';

const partSchema = z.object({ checkpoint: z.string(), files: z.array(z.string()) });

const goldenSchema = z.object({ prompt: z.string() });

/** Where the image stands in golden prompt ids. */
const IMAGE_ID = -200;

/** A complete checkpoint: converted to a pack in a temporary folder, then run as the bot runs it. */
export async function wholePart(folder: string, part: unknown, difference: Difference): Promise<void> {
  const { checkpoint, files } = partSchema.parse(part);
  const golden = goldenSchema.parse(JSON.parse(await readFile(join(folder, checkpoint, 'golden.json'), 'utf8')));
  const out = await mkdtemp(join(tmpdir(), 'parity-'));
  const weights = await Safetensors.openFolder(join(folder, checkpoint));
  try {
    await convertCheckpoint({ checkpoint: join(folder, checkpoint), out, weights: 'fp32' });
    const runtime = await loadRuntime(out);
    for (const file of files) {
      const tensors = await Safetensors.open(join(folder, file));
      await compareRun(runtime, weights, tensors, golden.prompt, difference);
      await tensors.close();
    }
    await runtime.release();
  } finally {
    await weights.close();
    await rm(out, { recursive: true });
  }
}

export async function loadRuntime(folder: string) {
  const { pack } = await loadPack(folder);
  const options = { threads: 1 };
  const vision = await VisionEncoder.load(folder, pack, options);
  const language = await LanguageModel.load(folder, pack.architecture.language, options);
  const mask = await MaskDecoder.load(folder, pack.architecture, options);
  return {
    pack,
    vision,
    language,
    mask,
    tokenizer: await Tokenizer.load(join(folder, 'tokenizer.json')),
    release: () => Promise.all([vision.release(), language.release(), mask.release()]),
  };
}

async function compareRun(
  { pack, vision, language, mask, tokenizer }: Awaited<ReturnType<typeof loadRuntime>>,
  weights: Safetensors,
  tensors: Safetensors,
  prompt: string,
  difference: Difference,
): Promise<void> {
  const golden = async (name: string): Promise<Floats> => ({
    dims: tensors.entries.get(name)!.shape,
    values: await tensors.read(name),
  });
  /** Of what we make, a kit may have recorded only a part. */
  const check = async (name: string, ours: ArrayLike<number>): Promise<void> => {
    const dtype = tensors.entries.get(name)?.dtype;
    if (dtype) difference.add(name, await (isFloating(dtype) ? tensors.read(name) : tensors.readIntegers(name)), ours);
  };
  const { before, after } = chatPrompt(tokenizer, pack.prompt.chatTemplate, prompt);
  await check('input_ids', [...before, IMAGE_ID, ...after]);

  const pixels = await golden('pixel_values');
  await check('vision_tokens', await innerVision(weights, pack, pixels));
  const input = new ort.Tensor('float32', pixels.values, pixels.dims);
  const features = await vision.run(input, Float32Array.of(1, 1, 1));
  const projected = features.imageTokens.data as Float32Array;
  await check('projected', projected);
  await check('sam_feature', features.maskFeatures.data as Float32Array);

  const embeddings = joined(await language.embed(before), projected, await language.embed(after));
  await check('inputs_embeds', embeddings);
  const expectedIds = await tensors.readIntegers('generated_ids');
  const steps = expectedIds.length;
  const positions = embeddings.length / language.sizes.width + steps;
  const prefill = await language.forward(embeddings, language.newCache(positions), { logits: 'all' });
  await check('prefill_last_hidden', prefill.hidden);
  await check('prefill_logits', prefill.tokenLogits);
  await check('prefill_logits_last32', prefill.tokenLogits.slice(-32 * language.sizes.vocabulary));

  const stepLogits: number[] = [];
  const answer = async (options: { eos?: number; maxNewTokens?: number; repetitionPenalty?: number }) => {
    stepLogits.length = 0;
    const [generated] = await generate(language, language.newBatch(positions, 1), [embeddings], {
      eos: options.eos === undefined ? [] : [options.eos],
      maxNewTokens: options.maxNewTokens ?? steps,
      repetitionPenalty: options.repetitionPenalty ?? 1,
      onToken: (_text, _ids, logits) => {
        for (const logit of logits) stepLogits.push(logit);
      },
    });
    return { ...generated!, low: (await mask.decode(generated!.hidden, features)).maskLogits };
  };
  const plain = await answer({});
  difference.add('generated_ids', expectedIds, plain.ids);
  await check('step_logits', stepLogits);
  await check('mask_prompt_hidden', plain.hidden);
  const condensed = await condense(weights, pack, plain.hidden, await golden('sam_feature'));
  await check('mask_prompt_tokens', condensed.sparse);
  await check('image_pe', condensed.imagePe);
  const { width, height, values } = plain.low;
  await compareMasks(difference, golden, { dims: [1, 1, height, width], values });

  // Further runs of the same prompt; the first was recorded with its own last id as the end of sequence.
  const variants = {
    eos: (ids: readonly number[]) => ({ eos: ids.at(-1)! }),
    penalty: () => ({ repetitionPenalty: PENALTY }),
    two: () => ({ maxNewTokens: 2 }),
  };
  for (const [name, optionsFor] of Object.entries(variants)) {
    if (!tensors.entries.has(`${name}.generated_ids`)) continue;
    const { ids, hidden, low } = await answer(optionsFor(await tensors.readIntegers(`${name}.generated_ids`)));
    await check(`${name}.generated_ids`, ids);
    await check(`${name}.mask_prompt_hidden`, hidden);
    await check(`${name}.lowres_logits`, low.values);
  }
}

/** Of the kits' run with a penalty. */
const PENALTY = 1.1;

/** The vision tokens before the projector, which a pack does not give out. */
async function innerVision(weights: Safetensors, { architecture }: Pack, pixels: Floats): Promise<Float32Array> {
  const source = new WeightSource(weights, 'model.vision_tower.vision_tower.vision_model.');
  const out = await graphRun(source, { pixels }, (layers, values) => ({
    tokens: visionGraph(layers, architecture.vision, values.pixels!, null).tokens,
  }));
  return out.tokens!.values;
}

/** The prompt tokens of the mask decoder and its positional embedding, likewise. */
async function condense(
  weights: Safetensors,
  { architecture }: Pack,
  states: Float32Array,
  features: Floats,
): Promise<{ sparse: Float32Array; imagePe: Float32Array }> {
  const { width } = architecture.language;
  const hidden = { dims: [1, states.length / width, width], values: states };
  const source = new WeightSource(weights, 'model.vision_tower.');
  const out = await graphRun(source, { hidden, features }, (layers, values) => {
    const { sparse, imagePe } = maskGraph(layers, architecture, values.hidden!, values.features!, null);
    return { sparse, imagePe };
  });
  return { sparse: out.sparse!.values, imagePe: channelsFirst(out.imagePe!.values, architecture.sam.width) };
}

function joined(...parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
