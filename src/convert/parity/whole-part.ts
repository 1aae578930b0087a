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
import { Safetensors } from '../safetensors.ts';
import { visionGraph } from '../vision-graph.ts';
import { WeightSource } from '../weight-source.ts';
import type { Difference } from './difference.ts';
import { type Floats, graphRun } from './graph-run.ts';
import { compareMasks } from './mask-part.ts';

const partSchema = z.object({ checkpoint: z.string(), files: z.array(z.string()) });

const goldenSchema = z.object({
  prompt: z.string(),
  runs: z.record(z.string(), z.object({ eos_variant: z.object({ eos_token_id: z.number() }).optional() })),
});

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
      const run = golden.runs[/-(\w+)\.safetensors$/.exec(file)?.[1] ?? ''];
      await compareRun(
        runtime,
        weights,
        tensors,
        { prompt: golden.prompt, eos: run?.eos_variant?.eos_token_id },
        difference,
      );
      await tensors.close();
    }
    await runtime.release();
  } finally {
    await weights.close();
    await rm(out, { recursive: true });
  }
}

async function loadRuntime(folder: string) {
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
  { prompt, eos }: { prompt: string; eos: number | undefined },
  difference: Difference,
): Promise<void> {
  const golden = async (name: string): Promise<Floats> => ({
    dims: tensors.entries.get(name)!.shape,
    values: await tensors.read(name),
  });
  const { before, after } = chatPrompt(tokenizer, pack.prompt.chatTemplate, prompt);
  difference.add('input_ids', await tensors.readIntegers('input_ids'), [...before, IMAGE_ID, ...after]);

  const pixels = await golden('pixel_values');
  const inner = await innerVision(weights, pack, pixels);
  difference.add('vision_tokens', (await golden('vision_tokens')).values, inner);
  const input = new ort.Tensor('float32', pixels.values, pixels.dims);
  const features = await vision.run(input, Float32Array.of(1, 1, 1));
  const projected = features.imageTokens.data as Float32Array;
  difference.add('projected', (await golden('projected')).values, projected);
  const maskFeatures = features.maskFeatures.data as Float32Array;
  difference.add('sam_feature', (await golden('sam_feature')).values, maskFeatures);

  const embeddings = joined(await language.embed(before), projected, await language.embed(after));
  difference.add('inputs_embeds', (await golden('inputs_embeds')).values, embeddings);
  const steps = (await tensors.readIntegers('generated_ids')).length;
  const positions = embeddings.length / language.sizes.width + steps;
  const { hidden } = await language.forward(embeddings, language.newCache(positions));
  difference.add('prefill_last_hidden', (await golden('prefill_last_hidden')).values, hidden);

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
    return { ...generated!, low: await mask.decode(generated!.hidden, features) };
  };
  const plain = await answer({});
  difference.add('generated_ids', await tensors.readIntegers('generated_ids'), plain.ids);
  difference.add('step_logits', (await golden('step_logits')).values, stepLogits);
  difference.add('mask_prompt_hidden', (await golden('mask_prompt_hidden')).values, plain.hidden);
  const condensed = await condense(weights, pack, plain.hidden, await golden('sam_feature'));
  difference.add('mask_prompt_tokens', (await golden('mask_prompt_tokens')).values, condensed);
  const { width, height, values } = plain.low;
  await compareMasks(difference, golden, { dims: [1, 1, height, width], values });

  const variants = {
    eos: eos === undefined ? null : { eos },
    penalty: { repetitionPenalty: PENALTY },
    two: { maxNewTokens: 2 },
  };
  for (const [name, options] of Object.entries(variants)) {
    if (!options || !tensors.entries.has(`${name}.generated_ids`)) continue;
    const { ids, low } = await answer(options);
    difference.add(`${name}.generated_ids`, await tensors.readIntegers(`${name}.generated_ids`), ids);
    difference.add(`${name}.lowres_logits`, (await golden(`${name}.lowres_logits`)).values, low.values);
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

/** The prompt tokens of the mask decoder, likewise. */
async function condense(
  weights: Safetensors,
  { architecture }: Pack,
  states: Float32Array,
  features: Floats,
): Promise<Float32Array> {
  const { width } = architecture.language;
  const hidden = { dims: [1, states.length / width, width], values: states };
  const source = new WeightSource(weights, 'model.vision_tower.');
  const out = await graphRun(source, { hidden, features }, (layers, values) => ({
    sparse: maskGraph(layers, architecture, values.hidden!, values.features!, null).sparse,
  }));
  return out.sparse!.values;
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
