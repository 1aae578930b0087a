import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Run } from '../domain/analyst.ts';
import type { BandName } from '../domain/band.ts';
import type { IndexFinding } from '../domain/finding.ts';
import type { Raster } from '../domain/raster.ts';
import { UserFacingError } from '../errors.ts';
import { pixelAreas } from '../scene/pixel-areas.ts';
import type { Scene } from '../scene/scene-reader.ts';
import { computeIndex } from '../spectral/compute-index.ts';
import { indexStatistics } from '../spectral/index-statistics.ts';
import {
  computableIndices,
  type IndexName,
  indexRow,
  isIndexName,
  missingBands,
  servingBand,
} from '../spectral/indices.ts';
import { createRasterWriter } from './write-mask.ts';

/** Rows read at a time: a multiple of what tiled files store together. */
const BLOCK_ROWS = 512;

/**
 * An index over the whole scene at native resolution, with its statistics and, if asked, the ground above or below a
 * threshold.
 *
 * @param index  a key of `INDICES`
 * @throws {UserFacingError} `band-missing` naming what is missing and which indices can be computed instead
 */
export async function mapIndex(
  scene: Scene,
  { index, threshold }: { index: string; threshold?: { above: boolean; value: number } },
  run: Run,
): Promise<IndexFinding> {
  const { info } = scene;
  const name = knownIndex(index, scene);
  const { symbol, title, formula, reference } = indexRow(name);
  const id = randomUUID();
  const rasterFile = join(run.folder, `${id}.${name}.tif`);
  const raster = await indexRaster(scene, name, run);
  const writer = await createRasterWriter(rasterFile, info, symbol);
  await writer.writeRows(0, raster.values);
  await writer.close();
  return {
    id,
    sceneId: info.id,
    title: `${symbol}: ${title}`,
    formula,
    reference,
    statistics: indexStatistics(symbol, raster),
    threshold: threshold ? { ...threshold, ...groundBeyond(raster, threshold, info) } : null,
    rasterFile,
  };
}

/** The index on the scene's grid, read block by block; NaN = nodata. */
export async function indexRaster(scene: Scene, name: IndexName, run: Pick<Run, 'onProgress'>): Promise<Raster> {
  const { width, height } = scene.info.grid;
  const available = bandsOf(scene);
  const needed = [...new Set(indexRow(name).bands.map((band) => servingBand(band, available)!))];
  const values = new Float32Array(width * height);
  for (let row = 0; row < height; row += BLOCK_ROWS) {
    run.onProgress({ stage: 'indexing', done: row, total: height });
    const rows = Math.min(BLOCK_ROWS, height - row);
    const rasters = await scene.read(needed, { col: 0, row, width, height: rows });
    const block = computeIndex(name, new Map(needed.map((band, i) => [band, rasters[i]!])));
    values.set(block.values, row * width);
  }
  return { width, height, values };
}

/** @throws {UserFacingError} when there is no such index or the scene lacks a band for it */
export function knownIndex(index: string, scene: Scene): IndexName {
  const available = bandsOf(scene);
  const possible = computableIndices(available, scene.info.values).map((name) => indexRow(name).symbol);
  const instead = possible.length > 0 ? ` I can compute ${possible.join(', ')}.` : '';
  if (!isIndexName(index)) {
    throw new UserFacingError('wrong-usage', `I don't know an index called ${index.slice(0, 40)}.${instead}`);
  }
  const missing = missingBands(index, available);
  if (missing.length === 0) return index;
  throw new UserFacingError(
    'band-missing',
    `I can't compute ${indexRow(index).symbol} on this scene: it has no ${missing.join(' or ')} band.${instead}`,
  );
}

const bandsOf = (scene: Scene): ReadonlySet<BandName> =>
  new Set(scene.info.bands.flatMap((band) => (band.name ? [band.name] : [])));

function groundBeyond(raster: Raster, { above, value }: { above: boolean; value: number }, info: Scene['info']) {
  const areas = pixelAreas(info);
  let [pixels, measured, areaM2] = [0, 0, 0];
  for (let row = 0, i = 0; row < raster.height; row++) {
    for (let col = 0; col < raster.width; col++, i++) {
      const v = raster.values[i]!;
      if (Number.isNaN(v)) continue;
      measured++;
      if (above ? v <= value : v >= value) continue;
      pixels++;
      if (areas) areaM2 += areas.areaM2(col, row);
    }
  }
  return { areaM2: areas ? areaM2 : null, share: measured > 0 ? pixels / measured : 0 };
}
