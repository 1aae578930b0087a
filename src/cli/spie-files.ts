import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import type { LandCover } from '../domain/land-cover.ts';
import type { Mask } from '../domain/raster.ts';
import { UserFacingError } from '../errors.ts';
import { readClasses } from '../eval/dataset.ts';
import { type SceneAttributes, type SpieRecord, sceneAttributes, spieRecords } from '../eval/spie-records.ts';
import { createGeoTiffWriter } from '../export/write-geotiff.ts';
import { buildPrompt, PROMPT_VERSION } from '../prompt/build-prompt.ts';
import { loadQuestions } from '../prompt/questions.ts';
import { DEMO_SCENE } from '../scene/demo/demo-scene.ts';
import { openScene } from '../scene/open-scene.ts';
import { indexRow } from '../spectral/indices.ts';
import type { AttributesOptions, BuildOptions } from './commands/spie.ts';

/** `spex-chat spie attributes`: prints the SPIE prompt of a scene. */
export async function printAttributes(paths: readonly string[], options: AttributesOptions): Promise<void> {
  const files = paths.map((path) => (path === 'demo' ? DEMO_SCENE : { name: basename(path), path: resolve(path) }));
  const scene = await openScene(files, options.bands ? { bands: options.bands } : {});
  try {
    const { target, question } = options;
    const { index, attributes } = await sceneAttributes(scene, target);
    const version = PROMPT_VERSION;
    const prompt = await buildPrompt({ target, attributes, version, ...(question !== undefined && { question }) });
    if (options.json) {
      const used = index && { index: index.choice.index, threshold: index.threshold, method: index.method };
      process.stdout.write(`${JSON.stringify({ target, version, index: used, attributes, prompt }, null, 2)}\n`);
      return;
    }
    // What a person wants to know beside the prompt must not get into a file that the prompt is sent to.
    process.stderr.write(`${scene.info.bandEvidence}\n${indexSentence(target, index)}\n\n`);
    process.stdout.write(`${prompt}\n`);
  } finally {
    await scene.close();
  }
}

function indexSentence(target: LandCover, index: SceneAttributes['index']): string {
  if (!index) return `No index for ${target} can be computed from these bands, so the prompt has no list.`;
  const { symbol, formula } = indexRow(index.choice.index);
  const without = index.choice.exclude.map(({ index: name, above }) => `${indexRow(name).symbol} above ${above}`);
  return (
    `Regions: ${symbol} = ${formula} above ${Number(index.threshold.toFixed(3))} (${index.method === 'otsu' ? "Otsu's" : 'fixed'} threshold)` +
    `${without.length > 0 ? `, without ${without.join(' and ')}` : ''}.`
  );
}

const IMAGE = /\.(?:tiff?|jp2|png|jpe?g|webp)$/i;

/** A label value that says nothing, unless `--classes` names it. */
const UNJUDGED = 255;

/**
 * `spex-chat spie build`: one JSON list of records, and a mask a target and image (uint8: 1, 0, 255 = not judged) in
 * `<out without extension>-masks/`.
 */
export async function buildRecords(options: BuildOptions): Promise<void> {
  const images = (await listed(options.images)).filter((name) => IMAGE.test(name));
  const labels = new Map((await listed(options.labels)).map((name) => [stem(name), join(options.labels, name)]));
  const questions = await loadQuestions('records');
  const out = resolve(options.out);
  const masks = join(dirname(out), `${stem(basename(out))}-masks`);
  await mkdir(masks, { recursive: true });
  const records: SpieRecord[] = [];
  const left: string[] = [];
  let used = 0;
  for (const image of images) {
    const label = labels.get(stem(image));
    if (!label) {
      left.push(`${image}: no label of this name`);
      continue;
    }
    try {
      const made = await recordsOf(image, label, masks, options, questions);
      records.push(...made.records);
      left.push(...made.unknown.map((target) => `${image}: its label does not say whether there is ${target}`));
      used++;
    } catch (error) {
      if (!(error instanceof UserFacingError)) throw error;
      left.push(`${image}: ${error.reply}`); // one damaged file must not cost the records of all others
    }
  }
  if (left.length > 0) process.stderr.write(`Left out:\n${left.map((line) => `  ${line}\n`).join('')}`);
  if (records.length === 0) {
    throw new UserFacingError(
      'wrong-usage',
      `No image in ${options.images} makes a record with a label of the same name in ${options.labels}.`,
    );
  }
  await writeFile(out, `${JSON.stringify(records, null, 1)}\n`);
  process.stdout.write(`${records.length} records of ${used} images in ${options.out}.\n`);
}

/** The records of one image, and the targets of which its label does not say whether there is any; writes the masks. */
async function recordsOf(
  image: string,
  label: string,
  masks: string,
  options: BuildOptions,
  questions: Awaited<ReturnType<typeof loadQuestions>>,
): Promise<{ readonly records: readonly SpieRecord[]; readonly unknown: readonly LandCover[] }> {
  const path = resolve(options.images, image);
  const scene = await openScene([{ name: image, path }], options.bands ? { bands: options.bands } : {});
  try {
    const { grid } = scene.info;
    const classes = await readClasses(label, grid);
    const records: SpieRecord[] = [];
    const unknown: LandCover[] = [];
    for (const [target, wanted] of options.classes) {
      const mask = maskOf(classes, wanted, grid);
      const file = join(masks, `${stem(image)}.${target}.tif`);
      const names = { id: stem(image), image, mask: relative(dirname(resolve(options.out)), file) };
      const made = await spieRecords(scene, target, mask, names, questions[target], options.wordings);
      if (made.length === 0) {
        unknown.push(target);
        continue;
      }
      const writer = await createGeoTiffWriter(file, grid, {
        sampleType: 'uint8',
        bandDescriptions: [target],
        nodata: UNJUDGED,
      });
      await writer.writeRows(0, mask.values);
      await writer.close();
      records.push(...made);
    }
    return { records, unknown };
  } finally {
    await scene.close();
  }
}

function maskOf(
  classes: Float64Array,
  wanted: readonly number[],
  { width, height }: { readonly width: number; readonly height: number },
): Mask {
  const values = Uint8Array.from(classes, (value) => (wanted.includes(value) ? 1 : value === UNJUDGED ? UNJUDGED : 0));
  return { width, height, values };
}

const stem = (name: string): string => name.slice(0, name.length - extname(name).length);

async function listed(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause) => {
    throw new UserFacingError('wrong-usage', `I can't read the folder ${folder}: is the path right?`, { cause });
  });
  return names.sort();
}
