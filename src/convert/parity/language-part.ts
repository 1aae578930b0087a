import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { architecture, type LanguageSizes } from '../../spex/architecture.ts';
import { generate } from '../../spex/generate.ts';
import { embedContract, LanguageModel, languageContract } from '../../spex/language-model.ts';
import { OnnxModel } from '../../spex/onnx-model.ts';
import { Safetensors } from '../safetensors.ts';
import { embedSession, languageSession } from '../session-graphs.ts';
import { WeightSource } from '../weight-source.ts';
import type { Difference } from './difference.ts';

const partSchema = z.object({
  models: z.array(z.object({ configuration: z.string(), parameters: z.string(), golden: z.string() })),
  input: z.string(),
  compare: z.record(z.string(), z.unknown()),
});

const configurationSchema = z.object({
  hidden: z.number(),
  layers: z.number(),
  heads: z.number(),
  kv: z.number(),
  inter: z.number(),
  vocab: z.number(),
  tie: z.boolean(),
  head_dim: z.number(),
  rope_theta: z.number(),
  rms_norm_eps: z.number(),
  eos_variant: z.object({ eos_token_id: z.number(), generated: z.number() }).optional(),
});

/** Language models alone: prompt given as embeddings. */
export async function languagePart(folder: string, part: unknown, difference: Difference): Promise<void> {
  const { models, input, compare } = partSchema.parse(part);
  for (const { configuration, parameters, golden: goldenFile } of models) {
    const config = configurationSchema.parse(JSON.parse(await readFile(join(folder, configuration), 'utf8')));
    const weights = await Safetensors.open(join(folder, parameters));
    const golden = await Safetensors.open(join(folder, goldenFile));
    const prompt = await golden.read(input);
    const steps = (await golden.readIntegers('generated_ids')).length;
    const positions = prompt.length / config.hidden + steps;
    const model = await buildModel(weights, sizesOf(config, positions));
    try {
      const { tokenLogits, hidden } = await model.forward(prompt, model.newCache(positions), { logits: 'all' });
      difference.add('logits', await golden.read('logits'), tokenLogits);
      difference.add('last_hidden', await golden.read('last_hidden'), hidden);
      const run = async (repetitionPenalty: number, eos: readonly number[]) => {
        const stepLogits: number[] = [];
        const onToken = (_text: number, _ids: readonly number[], logits: Float32Array): void => {
          for (const logit of logits) stepLogits.push(logit);
        };
        const options = { eos, maxNewTokens: steps, repetitionPenalty, onToken };
        const [generated] = await generate(model, model.newBatch(positions, 1), [prompt], options);
        return { stepLogits, ...generated! };
      };
      const plain = await run(1, []);
      difference.add('generated_ids', await golden.readIntegers('generated_ids'), plain.ids);
      difference.add('step_logits', await golden.read('step_logits'), plain.stepLogits);
      const stepHidden = Float32Array.from([...hidden.slice(-config.hidden), ...plain.hidden]);
      difference.add('step_hidden', await golden.read('step_hidden'), stepHidden);
      for (const name of Object.keys(compare)) {
        const penalty = /^generated_ids_repetition_penalty_(\d+)_(\d+)$/.exec(name);
        if (!penalty) continue;
        const { ids } = await run(Number(`${penalty[1]}.${penalty[2]}`), []);
        difference.add(name, await golden.readIntegers(name), ids);
      }
      if (config.eos_variant) {
        const { eos_token_id, generated } = config.eos_variant;
        const { ids } = await run(1, [eos_token_id]);
        difference.add('generated_ids', plain.ids.slice(0, generated), ids);
      }
    } finally {
      await model.release();
      await weights.close();
      await golden.close();
    }
  }
}

const sizesOf = (config: z.infer<typeof configurationSchema>, context: number): LanguageSizes =>
  architecture.unwrap().shape.language.parse({
    width: config.hidden,
    layers: config.layers,
    heads: config.heads,
    kvHeads: config.kv,
    headSize: config.head_dim,
    mlp: config.inter,
    vocabulary: config.vocab,
    ropeTheta: config.rope_theta,
    normEpsilon: config.rms_norm_eps,
    context,
    tied: config.tie,
  });

async function buildModel(weights: Safetensors, language: LanguageSizes): Promise<LanguageModel> {
  const source = new WeightSource(weights);
  const embed = embedSession(source, { language }, 'fp32');
  const graph = languageSession(source, { language }, 'fp32', []);
  source.refuseProblems();
  const options = { threads: 1 };
  return new LanguageModel(
    await OnnxModel.load(await embed.encode(), embedContract(language), options),
    await OnnxModel.load(await graph.encode(), languageContract(language), options),
    language,
  );
}
