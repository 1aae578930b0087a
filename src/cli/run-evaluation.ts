import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sourceGeoKeys } from '../analysis/source-geo-keys.ts';
import { loadConfig, readEnvironment } from '../config.ts';
import { UserFacingError } from '../errors.ts';
import { type LabelledScene, readDataset } from '../eval/dataset.ts';
import { evaluate } from '../eval/evaluate.ts';
import { type SceneWork, VARIANTS } from '../eval/evaluate-scene.ts';
import { spexExtract } from '../eval/spex-extract.ts';
import { createGeoTiffWriter } from '../export/write-geotiff.ts';
import { analysisOptions } from '../main.ts';
import { SpexModel } from '../spex/spex-model.ts';
import type { EvalOptions } from './commands/eval.ts';
import { evaluationText } from './evaluation-text.ts';

/** `spex-chat eval`: runs the model over a data set in this process and prints the report. */
export async function runEvaluation(path: string, options: EvalOptions): Promise<void> {
  const all = await readDataset(path);
  const { split, scenes: part } = options;
  const scenes = all.scenes.filter((s) => (!split || s.split === split) && (!part || s.id.includes(part)));
  if (scenes.length === 0) throw new UserFacingError('wrong-usage', 'No scene of the data set is left to evaluate.');
  const { pack, threads, memoryMb, executionProviders } = analysisOptions(
    loadConfig(readEnvironment(process.cwd())),
    options.model,
  );
  const model = await SpexModel.load(pack, { threads, executionProviders, ...(memoryMb !== null && { memoryMb }) });
  let current: LabelledScene = scenes[0]!;
  const onScene = (scene: LabelledScene, done: number, total: number): void => {
    current = scene;
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${done + 1}/${total} ${scene.id}`);
  };
  try {
    const onMask = options.out ? await keepMasks(options.out, () => current.id) : null;
    const evaluation = await evaluate({ ...all, scenes }, spexExtract(model, new AbortController().signal), {
      variants: options.variants ? VARIANTS : [],
      wordings: options.wordings,
      onMask,
      onScene,
    });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    const { name, version } = model.pack;
    const report = options.json
      ? JSON.stringify({ pack: { name, version }, ...evaluation }, null, 1)
      : evaluationText({ name, version }, evaluation);
    process.stdout.write(`${report}\n`);
    if (evaluation.skipped.length === scenes.length) {
      throw new UserFacingError('scene-unreadable', 'No scene of the data set could be evaluated.');
    }
  } finally {
    await model.release();
  }
}

/** Writes masks as uint8 files of 0 and 1 on the scene's grid, named after the scene's id in the data set. */
async function keepMasks(folder: string, id: () => string): Promise<NonNullable<SceneWork['onMask']>> {
  await mkdir(folder, { recursive: true });
  return async (scene, target, mask) => {
    // An id is a name in a catalogue that may come from anywhere: it must not lead out of the folder.
    const name = id()
      .replaceAll('/', '__')
      .replace(/[^\w.-]/g, '_');
    const writer = await createGeoTiffWriter(join(resolve(folder), `${name}.${target}.tif`), scene.info.grid, {
      sampleType: 'uint8',
      bandDescriptions: [target],
      nodata: null,
      geoKeys: await sourceGeoKeys(scene.info),
    });
    await writer.writeRows(0, mask.values);
    await writer.close();
  };
}
