import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { UserFacingError } from '../errors.ts';
import type { Architecture } from '../spex/architecture.ts';
import { PUBLISHED_CHAT_TEMPLATE } from '../spex/chat-prompt.ts';
import { PACK_FORMAT, type Pack, packSchema, sha256Of } from '../spex/pack.ts';
import { architectureOf } from './architecture-of.ts';
import type { QuantisationError } from './quantised-linear.ts';
import { Safetensors } from './safetensors.ts';
import { sessionGraphs } from './session-graphs.ts';
import { readJson, tokenizerOf } from './tokenizer-files.ts';
import type { VisionFormat, WeightFormat } from './weight-format.ts';
import { WeightSource } from './weight-source.ts';

export interface ConvertOptions {
  /** Folder with config.json, safetensors and tokenizer in the published naming. */
  readonly checkpoint: string;
  /** Folder of the pack; made when it is not there. A pack that was there is replaced once the new one is complete. */
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
 * @throws {UserFacingError} `checkpoint-invalid`, naming what is missing or does not fit; `export-failed` when the disk
 *         is full. A pack that was in `out` is then still there.
 */
export async function convertCheckpoint(options: ConvertOptions): Promise<ConvertReport> {
  const { checkpoint, out, weights, vision = 'float', onProgress } = options;
  const config = await readConfig(checkpoint);
  const tensors = await Safetensors.openFolder(checkpoint);
  try {
    // Where config.json does not say whether the head is tied, the files do.
    const tied = !tensors.entries.has('lm_head.weight');
    const sizes = architectureOf({ tie_word_embeddings: tied, ...config });
    const source = new WeightSource(tensors);
    const quantisation: QuantisationError[] = [];
    const graphs = sessionGraphs(source, sizes, { weights, vision }, quantisation);
    source.ignore(KNOWN_UNUSED);
    source.refuseProblems();
    const tokenizer = await tokenizerOf(checkpoint, sizes.language.vocabulary);
    const settings = await packSettings(checkpoint, config, sizes);
    return await inPlaceOf(out, async (folder) => {
      const names: string[] = [];
      for (const { file, graph } of graphs) {
        onProgress?.(`writing ${file}`);
        names.push(...(await graph.write(join(folder, file))));
      }
      await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
      names.push('tokenizer.json');
      const files: Record<string, string> = {};
      let bytes = 0;
      for (const name of names) {
        files[name] = await sha256Of(join(folder, name));
        bytes += (await stat(join(folder, name))).size;
      }
      const measured = { ...settings.measured, weights, vision, bytes, ...quantisationSummary(quantisation) };
      const pack = packSchema.parse({ format: PACK_FORMAT, ...settings, files, architecture: sizes, measured });
      await writeFile(join(folder, 'pack.json'), `${JSON.stringify(pack, null, 2)}\n`);
      return { pack, quantisation, unknownTensors: source.unused(), bytes };
    });
  } finally {
    await tensors.close();
  }
}

/**
 * Writes a pack beside `out` and moves its files there when it is complete, so that whatever goes wrong before leaves
 * `out` as it was. Other files in `out` stay.
 */
async function inPlaceOf(out: string, write: (folder: string) => Promise<ConvertReport>): Promise<ConvertReport> {
  await mkdir(dirname(resolve(out)), { recursive: true });
  const folder = await mkdtemp(`${resolve(out)}.new-`);
  try {
    const report = await write(folder);
    await mkdir(out, { recursive: true });
    const before = await packFiles(out);
    // Without pack.json the folder is no pack: a move that is cut short leaves nothing that looks whole.
    await rm(join(out, 'pack.json'), { force: true });
    for (const name of before) await rm(join(out, name), { force: true });
    for (const name of [...Object.keys(report.pack.files), 'pack.json']) {
      await rename(join(folder, name), join(out, name));
    }
    return report;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause;
    throw new UserFacingError(
      'export-failed',
      'The disk is full: there is no room for this pack. Free some space, or use smaller weights (--weights int4). Nothing was changed.',
      { cause },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Files of the pack in `out`; none when it is no pack. */
async function packFiles(out: string): Promise<string[]> {
  const json: unknown = await readFile(join(out, 'pack.json'), 'utf8').then(JSON.parse, () => null);
  const before = packSchema.unwrap().pick({ files: true }).safeParse(json);
  return before.success ? Object.keys(before.data.files) : [];
}

/** Tensors of the published model that inference never reads: other masks, quality scores, prompts nobody gives. */
const KNOWN_UNUSED =
  /image_newline$|\.iou_prediction_head\.|\.output_hypernetworks_mlps\.[1-9]\d*\.|\.point_embed\.|\.not_a_point_embed\.|\.mask_embed\.|^lm_head\.weight$|rotary_emb\.inv_freq$/;

async function readConfig(folder: string): Promise<Record<string, unknown>> {
  const config = await readJson(folder, 'config.json', z.record(z.string(), z.unknown()));
  if (config) return config;
  throw new UserFacingError('checkpoint-invalid', 'There is no config.json in the checkpoint folder.');
}

const ids = z.union([z.int().nonnegative(), z.array(z.int().nonnegative())]);
const generationConfig = z.object({
  eos_token_id: ids.nullish(),
  repetition_penalty: z.number().positive().nullish(),
});

/** Everything in pack.json that is not architecture or files: the checkpoint's `spex.pack`, else what was published. */
async function packSettings(
  folder: string,
  config: Readonly<Record<string, unknown>>,
  sizes: Architecture,
): Promise<Omit<Pack, 'format' | 'files' | 'architecture'>> {
  const generation = (await readJson(folder, 'generation_config.json', generationConfig)) ?? {};
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
    threshold: 0.5,
    measured: {},
  };
  const spex = z
    .looseObject({ pack: z.record(z.string(), z.unknown()).optional() })
    .catch({})
    .parse(config.spex ?? {});
  if ([eos].flat().length === 0 && !spex.pack?.eos) {
    throw new UserFacingError(
      'checkpoint-invalid',
      'This checkpoint does not say which token ends an answer: put eos_token_id into its generation_config.json or config.json.',
    );
  }
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
