import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Analyst, Run } from '../domain/analyst.ts';
import type { Change } from '../domain/finding.ts';
import { UserFacingError } from '../errors.ts';
import { createGeoTiffWriter } from '../export/write-geotiff.ts';
import { resampleMask } from '../scene/place/align.ts';
import { pixelAreas } from '../scene/place/pixel-areas.ts';
import { CHANGE, changeBetween } from '../spectral/change.ts';
import { readFinding } from './read-finding.ts';
import { sourceGeoKeys } from './source-geo-keys.ts';

/** Pixel sizes that differ by more than this factor make edges look like change. */
const COARSER = 1.5;

/**
 * What changed of a target between two findings, on the grid of the first, over the ground that both measured.
 *
 * @throws {UserFacingError} `not-comparable` when the two scenes cannot be laid over each other or share no ground
 */
export async function compare({ target, before, after }: Parameters<Analyst['compare']>[0], run: Run): Promise<Change> {
  run.onProgress({ stage: 'measuring', done: 0, total: 0 });
  const { grid } = before.scene;
  const first = await readFinding(before.finding);
  const second = await readFinding(after.finding);
  const moved = resampleMask(second.mask, second.valid, after.scene.grid, grid);
  if (!moved) {
    throw new UserFacingError(
      'not-comparable',
      grid.crs && after.scene.grid.crs
        ? `${before.scene.name} and ${after.scene.name} do not show the same ground, so there is nothing to compare.`
        : `I cannot lay ${before.scene.name} and ${after.scene.name} over each other: without coordinates on the ground both must have the same size in pixels.`,
    );
  }
  const areas = pixelAreas(before.scene);
  const common = first.valid.map((valid, i) => valid & moved.valid[i]!);
  if (!common.includes(1)) {
    throw new UserFacingError(
      'not-comparable',
      `${before.scene.name} and ${after.scene.name} have no ground in common that both measured.`,
    );
  }
  const { values, measures } = changeBetween(
    first.mask,
    moved.mask,
    common,
    areas && ((col, row) => areas.areaM2(col, row)),
  );
  const id = randomUUID();
  const changeFile = join(run.folder, `${id}.change.tif`);
  const writer = await createGeoTiffWriter(changeFile, grid, {
    geoKeys: await sourceGeoKeys(before.scene),
    sampleType: 'uint8',
    bandDescriptions: [`change of ${target}: 0 never, 1 kept, 2 gained, 3 lost`],
    nodata: CHANGE.nodata,
    colors: { 0: [255, 255, 255], 1: [140, 149, 159], 2: [0, 114, 178], 3: [213, 94, 0] },
  });
  await writer.writeRows(0, values);
  await writer.close();
  return {
    id,
    target,
    before: before.scene.id,
    after: after.scene.id,
    ...measures,
    notes: notesOf(before.scene, after.scene, measures.commonFraction),
    changeFile,
  };
}

function notesOf(before: Pick<SceneLike, 'pixelSizeM' | 'grid'>, after: SceneLike, commonFraction: number): string[] {
  const notes: string[] = [];
  if (commonFraction < 0.995) {
    notes.push(
      `The two scenes share ${(commonFraction * 100).toFixed(0)} % of the first one; the rest is not compared.`,
    );
  }
  const [a, b] = [before.pixelSizeM?.x, after.pixelSizeM?.x];
  if (a && b && Math.max(a, b) / Math.min(a, b) > COARSER) {
    notes.push(
      `Their pixels differ in size (${a.toPrecision(2)} m and ${b.toPrecision(2)} m): thin changes along edges may not be real.`,
    );
  }
  if (before.grid.crs?.epsg !== after.grid.crs?.epsg) {
    notes.push('They are in different coordinate systems; the second was resampled onto the first (nearest pixel).');
  }
  return notes;
}

type SceneLike = Parameters<Analyst['compare']>[0]['after']['scene'];
