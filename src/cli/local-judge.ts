import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { AnalysisOptions } from '../analysis/analysis-options.ts';
import { sourceGeoKeys } from '../analysis/source-geo-keys.ts';
import type { Dataset } from '../eval/dataset.ts';
import { type Judge, sceneJudge } from '../eval/evaluate.ts';
import { type SceneWork, VARIANTS } from '../eval/evaluate-scene.ts';
import { withLooks } from '../eval/looks.ts';
import { rememberedAnswers } from '../eval/remembered-answers.ts';
import { type Extract, spexExtract } from '../eval/spex-extract.ts';
import { createGeoTiffWriter } from '../export/write-geotiff.ts';
import { SpexModel } from '../spex/spex-model.ts';

/** What a process needs to judge scenes. Plain data: it is sent to other processes. */
export interface JudgeSetup {
  readonly dataset: Dataset;
  readonly model: Pick<AnalysisOptions, 'pack' | 'threads' | 'memoryMb' | 'executionProviders'>;
  readonly variants: boolean;
  readonly wordings: number;
  /** Folder that keeps the masks. */
  readonly out: string | null;
}

export interface LocalJudge {
  readonly judge: Judge;
  readonly extract: Extract;
  release(): Promise<void>;
}

/** Judges scenes in this process, with a model of its own. */
export async function createLocalJudge({ dataset, model, variants, wordings, out }: JudgeSetup): Promise<LocalJudge> {
  const { pack, threads, memoryMb, executionProviders } = model;
  const spex = await SpexModel.load(pack, { threads, executionProviders, ...(memoryMb !== null && { memoryMb }) });
  const remembering = rememberedAnswers(spex);
  const extract = spexExtract(
    (looks) => (looks ? withLooks(remembering, spex, looks) : remembering),
    new AbortController().signal,
  );
  const onMask = out === null ? null : await keepMasks(out);
  const judge = sceneJudge(dataset, extract, { variants: variants ? VARIANTS : [], wordings, onMask });
  return { judge, extract, release: () => spex.release() };
}

/** Writes masks as uint8 files of 0 and 1 on the scene's grid, named after the scene's id in the data set. */
async function keepMasks(folder: string): Promise<NonNullable<SceneWork['onMask']>> {
  await mkdir(folder, { recursive: true });
  return async (id, scene, target, mask) => {
    // An id is a name in a catalogue that may come from anywhere: it must not lead out of the folder.
    const name = id.replaceAll('/', '__').replace(/[^\w.-]/g, '_');
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
