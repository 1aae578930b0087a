import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { z } from 'zod';
import { BAND_NAMES, type BandName } from '../domain/band.ts';
import { LAND_COVERS, type LandCover } from '../domain/land-cover.ts';
import type { SceneCorrection, SceneFile } from '../domain/scene.ts';
import { UserFacingError } from '../errors.ts';
import { openScene } from '../scene/open-scene.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';

/** A scene of a data set with its label files (`design`: uint8 on the scene's grid, 1 = is, 0 = is not, 255 = do not judge). */
export interface LabelledScene {
  readonly id: string;
  readonly files: readonly SceneFile[];
  /** What the catalogue says about bands and calibration, so that no guess of ours enters a score. */
  readonly correction: SceneCorrection;
  readonly resolution: 'high' | 'medium';
  /** Absolute paths. Labels that are no target of ours (clouds) are left out. */
  readonly labels: ReadonlyMap<LandCover, string>;
  readonly split: string | null;
}

export interface Dataset {
  readonly name: string;
  readonly scenes: readonly LabelledScene[];
}

const sceneSchema = z.object({
  id: z.string().min(1),
  image: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  bands: z.array(z.string().nullable()).nullable(),
  reflectance: z.object({ scale: z.number().positive(), offset: z.number() }).nullish(),
  resolution: z.enum(['high', 'medium']),
  labels: z.record(z.string(), z.string().min(1)).default({}),
  split: z.string().nullish(),
});
const datasetSchema = z.object({ name: z.string().default('data set'), scenes: z.array(z.unknown()) });

/**
 * Reads a `dataset.json`. Paths in it are relative to its folder.
 *
 * @throws {UserFacingError} `wrong-usage` naming the first entry that is not understood
 */
export async function readDataset(path: string): Promise<Dataset> {
  const folder = dirname(resolve(path));
  const name = basename(path);
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new UserFacingError('wrong-usage', `I can't read the data set ${name}: is the path right?`, { cause });
  });
  const parsed = datasetSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw unclear(name, 'it needs a list "scenes"');
  const scenes = parsed.data.scenes.map((entry, i): LabelledScene => {
    const result = sceneSchema.safeParse(entry);
    if (!result.success) {
      const [issue] = result.error.issues;
      throw unclear(name, `scene ${i + 1}: ${issue!.path.join('.')}: ${issue!.message}`);
    }
    const { id, image, bands, reflectance, resolution, labels, split } = result.data;
    return {
      id,
      files: [image].flat().map((file) => ({ name: basename(file), path: resolve(folder, file) })),
      correction: { ...(bands && { bands: bands.map(bandName) }), ...(reflectance && { reflectance }) },
      resolution,
      labels: new Map(
        LAND_COVERS.flatMap((target) => (labels[target] ? [[target, resolve(folder, labels[target])] as const] : [])),
      ),
      split: split ?? null,
    };
  });
  return { name: parsed.data.name, scenes };
}

/** Opens the image of a labelled scene, with the catalogue's bands and calibration. */
export const openLabelled = (scene: LabelledScene): Promise<Scene> => openScene(scene.files, scene.correction);

/**
 * The label of a scene as stored: 0, 1, 255, length `width * height`.
 *
 * @throws {UserFacingError} `scene-mismatch` when its grid is another one
 */
export async function readLabel(path: string, size: { width: number; height: number }): Promise<Uint8Array> {
  const values = await readClasses(path, size);
  return Uint8Array.from(values);
}

/** The first band of a label file as stored: class numbers, length `width * height`. */
export async function readClasses(path: string, size: { width: number; height: number }): Promise<Float64Array> {
  const name = basename(path);
  const scene = await openScene([{ name, path }], {});
  try {
    const { width, height } = scene.info.grid;
    if (width !== size.width || height !== size.height) {
      throw new UserFacingError(
        'scene-mismatch',
        `The label ${name} has ${width} x ${height} pixels and its image ${size.width} x ${size.height}; they must have the same.`,
      );
    }
    return await scene.readDn(0, { col: 0, row: 0, width, height });
  } finally {
    await scene.close();
  }
}

const bandName = (name: string | null): BandName | null => BAND_NAMES.find((known) => known === name) ?? null;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const unclear = (name: string, what: string) =>
  new UserFacingError('wrong-usage', `I don't understand the data set ${name}: ${what}.`);
