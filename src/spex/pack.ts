import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BAND_NAMES } from '../domain/band.ts';
import { LAND_COVERS } from '../domain/land-cover.ts';
import { UserFacingError } from '../errors.ts';
import { architecture } from './architecture.ts';

/** 4: the language graph returns keys and values of the new positions alone; in format 3 it returned the caches it was given. */
export const PACK_FORMAT = 4;

const fileName = z.string().regex(/^[\w][\w.-]*$/);

/** `pack.json`: what a pack is and what it expects. Described in models/README.md. */
export const packSchema = z
  .object({
    format: z.literal(PACK_FORMAT),
    name: z.string().min(1),
    version: z.string().min(1),
    licence: z.string(),
    /** File name -> sha256, lower-case hex. */
    files: z.record(fileName, z.string().regex(/^[0-9a-f]{64}$/)),
    architecture,
    input: z.object({
      /** Largest side of a chip in pixels, a multiple of 32. */
      chip: z.int().positive().multipleOf(32),
      /** Order of the bands. */
      bands: z.array(z.enum(BAND_NAMES)).min(1),
      /** `display`: stretched to 0–1, then mean and std; `any`: reflectance or display values 0–1, as they are. */
      values: z.enum(['display', 'any']),
      mean: z.array(z.number()).optional(),
      std: z.array(z.number().positive()).optional(),
    }),
    targets: z.array(z.enum(LAND_COVERS)).min(1),
    prompt: z.object({
      version: z.string().min(1),
      /** Text around the user's words, which stand for `{TEXT}`. */
      chatTemplate: z.string().includes('{TEXT}'),
      questions: z.partialRecord(z.enum(LAND_COVERS), z.string().includes('<image>')),
      /** Regions listed in a prompt, largest first. SPIE lists at most ten; a small language model loses the question behind a long list. */
      maxAttributes: z.int().min(1).max(10).default(10),
    }),
    /**
     * `with-mask`: one answer is both shown and prompts the mask, as published. `from-mask`: the model is asked again with the
     * attributes of the mask that it has cut, and that answer is shown.
     */
    explanation: z.enum(['with-mask', 'from-mask']).default('with-mask'),
    /** Ids that end an answer. */
    eos: z.array(z.int().nonnegative()).min(1),
    maxNewTokens: z.int().positive(),
    /** Divides the logits of tokens already generated; 1 = off. From the checkpoint's generation_config.json. */
    repetitionPenalty: z.number().positive().default(1),
    /** Divides mask logits before the sigmoid. */
    temperature: z.number().positive(),
    /** Probability above which a pixel belongs to the mask; `least`: found for every scene (`maskThreshold`), no lower than this. */
    threshold: z.union([z.number().gt(0).lt(1), z.object({ least: z.number().gt(0).lt(0.5) })]).default(0.5),
    /** What was measured when the pack was made: weight format, sizes, quantisation errors, accuracy. */
    measured: z.record(z.string(), z.unknown()),
  })
  .readonly();

export type Pack = z.infer<typeof packSchema>;

/** A pack whose files are all there and unchanged. */
export interface LoadedPack {
  readonly folder: string;
  readonly pack: Pack;
  /** File name -> bytes. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** The mask logit above which a pixel belongs to the mask, by the probability (`maskThreshold`). */
export function decisionLogit({ temperature, threshold }: { temperature: number; threshold: number }): number {
  return temperature * Math.log(threshold / (1 - threshold));
}

/**
 * Reads `pack.json` and checks every file of the pack against its sha256.
 *
 * @throws {UserFacingError} `model-unavailable` when there is no pack, `pack-corrupt` when it is damaged
 */
export async function loadPack(folder: string): Promise<LoadedPack> {
  const path = join(folder, 'pack.json');
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new UserFacingError(
      'model-unavailable',
      'There is no model pack in the configured folder (no pack.json). Set MODEL_PACK to a pack, or make one with spex-chat convert.',
      { message: `no ${path}`, cause },
    );
  });
  const pack = parsePack(text);
  const sizes = new Map<string, number>();
  for (const [name, sha256] of Object.entries(pack.files)) {
    const file = join(folder, name);
    const size = await stat(file).then(
      ({ size }) => size,
      () => null,
    );
    if (size === null) throw corrupt(pack.name, `the file ${name} is missing`);
    if ((await sha256Of(file)) !== sha256)
      throw corrupt(pack.name, `the file ${name} has changed (its sha256 differs)`);
    sizes.set(name, size);
  }
  return { folder, pack, sizes };
}

/** sha256 of a file, lower-case hex. Reads it in pieces. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 4 << 20 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}

function parsePack(text: string): Pack {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw corrupt('here', 'its pack.json is no JSON', cause);
  }
  const result = packSchema.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  throw corrupt('here', `its pack.json does not fit: ${problems.join('; ')}`);
}

const corrupt = (name: string, reason: string, cause?: unknown): UserFacingError =>
  new UserFacingError('pack-corrupt', `The model pack ${name} is damaged: ${reason}. Copy or convert it again.`, {
    cause,
  });
