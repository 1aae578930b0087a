import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Run } from '../domain/analyst.ts';
import type { Filter, Finding } from '../domain/finding.ts';
import type { SceneInfo } from '../domain/scene.ts';
import { UserFacingError } from '../errors.ts';
import { readMask, readMaskRows, readRows } from '../export/read-mask.ts';
import { northAngleOf } from '../render/north-angle.ts';
import { lonLat } from '../scene/place/lon-lat.ts';
import { pixelAreas } from '../scene/place/pixel-areas.ts';
import { filterRegions } from '../spectral/filter-regions.ts';
import { paintComponents } from '../spectral/find-components.ts';
import { checkAgainstMask } from './check-against-mask.ts';
import { measure } from './measure.ts';
import { readComponents } from './read-finding.ts';
import { createMaskWriter, NODATA } from './write-mask.ts';

/**
 * A finding with less in it: the mask with only the regions that pass the filter, measured anew. The model is not asked
 * again: explanation, prompt, evidence and probabilities stay those of the finding it comes from.
 *
 * @param near  finding of the target `filter.near.of`
 * @throws {UserFacingError} `pixel-size-unknown` when the filter speaks of metres or hectares and the scene has none
 */
export async function refine(
  { scene: info, finding, filter, near }: { scene: SceneInfo; finding: Finding; filter: Filter; near?: Finding },
  run: Run,
): Promise<Finding> {
  const areas = pixelAreas(info);
  if (!areas && (filter.minAreaM2 !== undefined || filter.maxAreaM2 !== undefined || filter.near)) {
    throw pixelSizeUnknown();
  }
  run.onProgress({ stage: 'measuring', done: 0, total: 0 });
  const { components, validPixels } = await readComponents(finding);
  const places = lonLat(info.grid);
  const angle = (places && northAngleOf(components.width, components.height, (col, row) => places.of(col, row))) ?? 0;
  const kept = filterRegions(components, filter, {
    pixelArea: areas && ((col, row) => areas.areaM2(col, row)),
    pixelSizeM: areas?.groundSize ?? null,
    north: [Math.sin((angle * Math.PI) / 180), -Math.cos((angle * Math.PI) / 180)],
    ...(near && { near: await readMask(near.maskFile) }),
  });
  const id = randomUUID();
  const maskFile = join(run.folder, `${id}.mask.tif`);
  const writer = await createMaskWriter(maskFile, info, finding.facts.target);
  let [sum, count] = [0, 0];
  const probabilities = readRows(finding.probabilityFile);
  for await (const { row, values } of readMaskRows(finding.maskFile)) {
    const stored = values.map((value) => (value === NODATA ? NODATA : 0));
    paintComponents(kept, row, stored);
    await writer.writeRows(row, stored);
    // Both files are ours and come in the same blocks of rows.
    const { value: probability } = await probabilities.next();
    if (probability?.row !== row || probability.values.length !== stored.length) {
      throw new Error(`row ${row} of ${finding.maskFile} has no equal in ${finding.probabilityFile}`);
    }
    for (let i = 0; i < stored.length; i++) {
      if (stored[i] !== 1) continue;
      sum += probability.values[i]!;
      count++;
    }
  }
  await probabilities.return(undefined);
  await writer.close();

  const facts = measure(info, finding.facts.target, { components: kept, validPixels });
  // What was true of all regions need not be true of those that are left.
  const { explanation, dropped } = checkAgainstMask(finding.explanation.join(' '), kept, facts);
  return {
    ...finding,
    id,
    facts,
    explanation,
    dropped: [...finding.dropped, ...dropped],
    confidence: { ...finding.confidence, meanInside: count > 0 ? sum / count : null },
    maskFile,
    refines: { finding: finding.id, filter },
  };
}

/** Metres were asked of a scene that has none. */
export const pixelSizeUnknown = (): UserFacingError =>
  new UserFacingError(
    'pixel-size-unknown',
    'This scene does not say how large its pixels are, so I cannot measure metres or hectares on it. Tell me, for example: "pixels are 0.5 m".',
  );
