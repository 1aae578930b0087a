import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sourceGeoKeys } from '../analysis/source-geo-keys.ts';
import { loadConfig, readEnvironment } from '../config.ts';
import { UserFacingError } from '../errors.ts';
import { type Dataset, readDataset } from '../eval/dataset.ts';
import { evaluate } from '../eval/evaluate.ts';
import { type SceneWork, VARIANTS } from '../eval/evaluate-scene.ts';
import { rememberedAnswers } from '../eval/remembered-answers.ts';
import { spexExtract } from '../eval/spex-extract.ts';
import { createGeoTiffWriter } from '../export/write-geotiff.ts';
import { analysisOptions } from '../main.ts';
import { SpexModel } from '../spex/spex-model.ts';
import type { EvalOptions } from './commands/eval.ts';
import { writeCard } from './evaluation-card.ts';
import { evaluationText } from './evaluation-report.ts';

/** `spex-chat eval`: runs the model over data sets in this process and prints the report. */
export async function runEvaluation(paths: readonly string[], options: EvalOptions): Promise<void> {
  const dataset = await chosenScenes(paths, options);
  const { scenes } = dataset;
  const { pack, threads, memoryMb, executionProviders } = analysisOptions(
    loadConfig(readEnvironment(process.cwd())),
    options.model,
  );
  const model = await SpexModel.load(pack, { threads, executionProviders, ...(memoryMb !== null && { memoryMb }) });
  let current = '';
  const onScene = (id: string, done: number): void => {
    current = id;
    const line = `${done + 1}/${scenes.length} ${id}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
    else if (done % 10 === 0) process.stderr.write(`${line}\n`);
  };
  try {
    const extract = spexExtract(rememberedAnswers(model), new AbortController().signal);
    const evaluation = await evaluate(dataset, extract, {
      variants: options.variants ? VARIANTS : [],
      wordings: options.wordings,
      temperature: model.pack.temperature,
      onMask: options.out ? await keepMasks(options.out, () => current) : null,
      onScene: ({ id }, done) => onScene(id, done),
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
    if (options.card) {
      await writeCard(options.card, commandOf(paths, options), { name, version }, dataset, evaluation, extract);
    }
  } finally {
    await model.release();
  }
}

async function chosenScenes(paths: readonly string[], { split, scenes: part }: EvalOptions): Promise<Dataset> {
  const all = await Promise.all(paths.map(readDataset));
  const scenes = all
    .flatMap((dataset) => dataset.scenes)
    .filter((scene) => (!split || scene.split === split) && (!part || scene.id.includes(part)));
  if (scenes.length === 0) throw new UserFacingError('wrong-usage', 'No scene of the data set is left to evaluate.');
  return { name: all.map(({ name }) => name).join(' and '), scenes };
}

/** The command line of these figures, as somebody else would write it. */
function commandOf(paths: readonly string[], { model, split, scenes, variants, wordings }: EvalOptions): string {
  const words = [
    ...paths,
    ...(model ? ['--model', model] : []),
    ...(split ? ['--split', split] : []),
    ...(scenes ? ['--scenes', scenes] : []),
    ...(variants ? ['--variants'] : []),
    ...(wordings > 0 ? ['--wordings', `${wordings}`] : []),
  ];
  return `npx spex-chat eval ${words.join(' ')}`;
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
