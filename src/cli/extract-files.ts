import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createLocalAnalyst } from '../analysis/local-analyst.ts';
import { loadConfig, readEnvironment } from '../config.ts';
import { formatFor } from '../dialogue/language/format.ts';
import { TEXTS } from '../dialogue/language/texts.ts';
import { legendOf } from '../dialogue/operations/legend.ts';
import type { Run } from '../domain/analyst.ts';
import { DEFAULT_STYLE } from '../domain/picture.ts';
import { UserFacingError } from '../errors.ts';
import { analysisOptions } from '../main.ts';
import { DEMO_SCENE } from '../scene/demo/demo-scene.ts';
import type { ExtractOptions } from './commands/extract.ts';

/**
 * `spex-chat extract`: the analysis without a conversation. For each target it writes `<name>.<target>.mask.tif` (uint8:
 * 1, 0, 255 = nodata), `.probability.tif` (float32), `.geojson` where the scene has a CRS, and `.png` into the folder.
 */
export async function extractFiles(scenePaths: readonly string[], options: ExtractOptions): Promise<void> {
  const config = loadConfig(readEnvironment(process.cwd()));
  const analyst = createLocalAnalyst(analysisOptions(config, options.model));
  const out = resolve(options.out);
  await mkdir(out, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'spex-chat-extract-'));
  const run: Run = { signal: new AbortController().signal, onProgress: () => {}, folder: work };
  try {
    const files = scenePaths.map((path) =>
      path === 'demo' ? DEMO_SCENE : { name: basename(path), path: resolve(path) },
    );
    const scene = await analyst.open(
      {
        files,
        correction: {
          ...(options.bands && { bands: options.bands }),
          ...(options.pixelSize && { pixelSizeM: options.pixelSize }),
        },
      },
      run,
    );
    const stem = scene.name.replace(/\.[a-z0-9]{1,5}$/i, '');
    const results = [];
    for (const target of options.target) {
      const question = options.question;
      const finding = await analyst.extract({ scene, target, ...(question !== undefined && { question }) }, run);
      const written: string[] = [];
      const put = async (from: string, suffix: string): Promise<void> => {
        const to = join(out, `${stem}.${target}.${suffix}`);
        await rename(from, to).catch(() => copyFile(from, to)); // another file system
        written.push(to);
      };
      const legend = [legendOf(finding, null, { texts: TEXTS.en, format: formatFor('en') })];
      const picture = await analyst.draw(
        { kind: 'overlay', scene, findings: [finding], legend, style: DEFAULT_STYLE, words: TEXTS.en.map },
        run,
      );
      await put(picture.path, 'png');
      if (scene.boundsLonLat) {
        const [polygons] = await analyst.export({ scene, finding, format: 'geojson' }, run);
        await put(polygons!.path, 'geojson');
      }
      await put(finding.maskFile, 'mask.tif');
      await put(finding.probabilityFile, 'probability.tif');
      results.push({
        target,
        facts: finding.facts,
        explanation: finding.explanation,
        dropped: finding.dropped,
        prompt: finding.prompt,
        evidence: finding.evidence,
        confidence: finding.confidence,
        provenance: finding.provenance,
        files: written,
      });
    }
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ scene, results }, null, 2)}\n`);
      return;
    }
    process.stdout.write(`${scene.bandEvidence}\n`);
    for (const { target, facts, explanation, files: written } of results) {
      const area = facts.areaM2 === null ? `${facts.pixels} pixels` : `${(facts.areaM2 / 1e4).toFixed(2)} ha`;
      process.stdout.write(
        `\n${target}: ${area}, ${(facts.share * 100).toFixed(1)} % of the scene, ${facts.count} regions\n` +
          `${explanation.length > 0 ? `SPEX: ${explanation.join(' ')}\n` : ''}${written.map((path) => `  ${path}\n`).join('')}`,
      );
    }
  } catch (error) {
    throw error instanceof UserFacingError
      ? error
      : new Error(`extract failed: ${(error as Error).message}`, { cause: error });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
