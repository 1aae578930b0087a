import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { UserFacingError } from '../errors.ts';
import type { Architecture } from '../spex/architecture.ts';
import { PUBLISHED_CHAT_TEMPLATE } from '../spex/chat-prompt.ts';
import { PACK_FORMAT, type Pack, packSchema, sha256Of } from '../spex/pack.ts';
import { architectureOf } from './architecture-of.ts';
import type { QuantisationError } from './quantised-linear.ts';
import { Safetensors } from './safetensors.ts';
import { sessionGraphs } from './session-graphs.ts';
import { tokenizerOf } from './tokenizer-files.ts';
import type { VisionFormat, WeightFormat } from './weight-format.ts';
import { WeightSource } from './weight-source.ts';

export interface ConvertOptions {
  /** Folder with config.json, safetensors and tokenizer in the published naming. */
  readonly checkpoint: string;
  /** Folder of the pack; made when it is not there. Files of a pack that was there are replaced. */
  readonly out: string;
  readonly weights: WeightFormat;
  /** `float` when absent. */
  readonly vision?: VisionFormat;
  /** One line for each file that is being written. */
  onProgress?(line: string): void;
}

export interface ConvertReport {
  readonly pack: Pack;
  /** What int8 or int4 cost, tensor by tensor; empty for fp32 and fp16. */
  readonly quantisation: readonly QuantisationError[];
  /** Tensors of the checkpoint that no graph uses and that we do not know. */
  readonly unknownTensors: readonly string[];
  /** Bytes of all files. */
  readonly bytes: number;
}

/**
 * Makes a model pack from a checkpoint. Equal checkpoints give equal files.
 *
 * @throws {UserFacingError} `checkpoint-invalid`, naming what is missing or does not fit; nothing is written then
 */
export async function convertCheckpoint(options: ConvertOptions): Promise<ConvertReport> {
  const { checkpoint, out, weights, vision = 'float', onProgress } = options;
  const config = await readConfig(checkpoint);
  const sizes = architectureOf(config);
  const tensors = await Safetensors.openFolder(checkpoint);
  try {
    const stored = tiedAsStored(sizes, tensors);
    const source = new WeightSource(tensors);
    const quantisation: QuantisationError[] = [];
    const graphs = sessionGraphs(source, stored, { weights, vision }, quantisation);
    source.ignore(KNOWN_UNUSED);
    source.refuseProblems();
    const tokenizer = await tokenizerOf(checkpoint);
    const settings = await packSettings(checkpoint, config, stored);
    await mkdir(out, { recursive: true });
    // Until pack.json is back the folder is no pack, so a conversion that is cut short leaves nothing that looks whole.
    await rm(join(out, 'pack.json'), { force: true });
    const names: string[] = [];
    for (const { file, graph } of graphs) {
      onProgress?.(`writing ${file}`);
      names.push(...(await graph.write(join(out, file))));
    }
    await writeFile(join(out, 'tokenizer.json'), JSON.stringify(tokenizer));
    names.push('tokenizer.json');
    const files: Record<string, string> = {};
    let bytes = 0;
    for (const name of names) {
      files[name] = await sha256Of(join(out, name));
      bytes += (await stat(join(out, name))).size;
    }
    const measured = { ...settings.measured, weights, vision, bytes, ...quantisationSummary(quantisation) };
    const pack = packSchema.parse({ format: PACK_FORMAT, ...settings, files, architecture: stored, measured });
    await writeFile(join(out, 'pack.json.new'), `${JSON.stringify(pack, null, 2)}\n`);
    await rename(join(out, 'pack.json.new'), join(out, 'pack.json'));
    return { pack, quantisation, unknownTensors: source.unused(), bytes };
  } finally {
    await tensors.close();
  }
}

/** Tensors of the published model that inference never reads: other masks, quality scores, prompts nobody gives. */
const KNOWN_UNUSED =
  /image_newline$|\.iou_prediction_head\.|\.output_hypernetworks_mlps\.[1-9]\d*\.|\.point_embed\.|\.not_a_point_embed\.|\.mask_embed\.|^lm_head\.weight$|rotary_emb\.inv_freq$/;

/** The files decide whether the head is tied: a head in the file is used, whatever config.json says. */
function tiedAsStored(sizes: Architecture, tensors: Safetensors): Architecture {
  const own = tensors.entries.has('lm_head.weight');
  return { ...sizes, language: { ...sizes.language, tied: sizes.language.tied || !own } };
}

async function readConfig(folder: string): Promise<Record<string, unknown>> {
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch((cause) => {
    throw new UserFacingError('checkpoint-invalid', 'There is no config.json in the checkpoint folder.', { cause });
  });
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw new UserFacingError('checkpoint-invalid', "The checkpoint's config.json is damaged.", { cause });
  }
}

const ids = z.union([z.int().nonnegative(), z.array(z.int().nonnegative())]);
const generationConfig = z.object({
  eos_token_id: ids.optional(),
  repetition_penalty: z.number().positive().optional(),
});

/** Everything in pack.json that is not architecture or files: the checkpoint's `spex.pack`, else what was published. */
async function packSettings(
  folder: string,
  config: Readonly<Record<string, unknown>>,
  sizes: Architecture,
): Promise<Omit<Pack, 'format' | 'files' | 'architecture'>> {
  const generation = await readFile(join(folder, 'generation_config.json'), 'utf8').then(
    (text) => generationConfig.parse(JSON.parse(text)),
    () => ({}) as z.infer<typeof generationConfig>,
  );
  const eos = generation.eos_token_id ?? ids.catch([]).parse(config.eos_token_id);
  const published = {
    name: basename(folder),
    version: '1',
    licence: 'unknown: that of the checkpoint',
    input: {
      chip: 512,
      bands: sizes.vision.spectral?.bands ?? ['red', 'green', 'blue'],
      values: sizes.vision.spectral ? 'any' : 'display',
      // ImageNet's, as in the published demo.
      ...(sizes.vision.spectral ? {} : { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }),
    },
    targets: ['vegetation', 'water', 'building'],
    prompt: {
      version: 'published',
      chatTemplate: PUBLISHED_CHAT_TEMPLATE,
      questions: PUBLISHED_QUESTIONS,
    },
    eos: [eos].flat(),
    maxNewTokens: 256,
    repetitionPenalty: generation.repetition_penalty ?? 1,
    temperature: 1,
    measured: {},
  };
  const spex = z
    .looseObject({ pack: z.record(z.string(), z.unknown()).optional() })
    .catch({})
    .parse(config.spex ?? {});
  const settings = settingsSchema.safeParse({ ...published, ...spex.pack });
  if (settings.success) return settings.data;
  const problems = settings.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new UserFacingError(
    'checkpoint-invalid',
    `I can't use spex.pack in the checkpoint's config.json: ${problems.join('; ')}.`,
  );
}

const settingsSchema = packSchema.unwrap().omit({ format: true, files: true, architecture: true });

/** The question seen verbatim in the published demos, without a region list. */
const question = (regions: string): string =>
  `<image>\nBased on the provided image and the attributes of the ${regions} regions, please provide a detailed description of them:`;

const PUBLISHED_QUESTIONS = {
  vegetation: question('vegetation'),
  water: question('water bodies'),
  building: question('building'),
};

function quantisationSummary(errors: readonly QuantisationError[]): object {
  if (errors.length === 0) return {};
  const worst = errors.reduce((a, b) => (b.relativeError > a.relativeError ? b : a));
  const mean = errors.reduce((sum, { relativeError }) => sum + relativeError, 0) / errors.length;
  return { quantisation: { tensors: errors.length, meanRelativeError: mean, worst } };
}
