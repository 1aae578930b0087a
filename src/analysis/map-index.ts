import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Run } from '../domain/analyst.ts';
import type { BandName } from '../domain/band.ts';
import type { IndexFinding } from '../domain/finding.ts';
import { UserFacingError } from '../errors.ts';
import { readRows } from '../export/read-mask.ts';
import { pixelAreas } from '../scene/place/pixel-areas.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
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
 * @throws {UserFacingError} `not-calibrated`; `band-missing` naming what is missing and which indices can be computed instead
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
  const writer = await createRasterWriter(rasterFile, info, symbol);
  const beyond = threshold && new GroundBeyond(threshold, info);
  try {
    for await (const { row, values } of indexRows(scene, name, run)) {
      await writer.writeRows(row, values);
      beyond?.add(row, values);
    }
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return {
    id,
    sceneId: info.id,
    title: `${symbol}: ${title}`,
    formula,
    reference,
    statistics: await indexStatistics(symbol, async function* () {
      for await (const { values } of readRows(rasterFile)) yield values as Float32Array;
    }),
    threshold: threshold && beyond ? { ...threshold, ...beyond.measured() } : null,
    rasterFile,
  };
}

/**
 * The index on the scene's grid, block by block; NaN = nodata.
 *
 * @param first  row; `end` the row after the last
 */
export async function* indexRows(
  scene: Scene,
  name: IndexName,
  run: Pick<Run, 'onProgress'>,
  first = 0,
  end = scene.info.grid.height,
): AsyncGenerator<{ readonly row: number; readonly values: Float32Array }> {
  const { width } = scene.info.grid;
  const stored = storedIndex(name, scene);
  const available = bandsOf(scene);
  const needed = stored >= 0 ? [] : [...new Set(indexRow(name).bands.map((band) => servingBand(band, available)!))];
  for (let row = first; row < end; row += BLOCK_ROWS) {
    run.onProgress({ stage: 'indexing', done: row - first, total: end - first });
    const rows = Math.min(BLOCK_ROWS, end - row);
    const window = { col: 0, row, width, height: rows };
    if (stored >= 0) {
      yield { row, values: (await scene.readAt([stored], window))[0]!.values };
      continue;
    }
    const rasters = await scene.read(needed, window);
    yield { row, values: computeIndex(name, new Map(needed.map((band, i) => [band, rasters[i]!]))).values };
  }
}

/** @throws {UserFacingError} when there is no such index or the scene lacks a band for it */
export function knownIndex(index: string, scene: Scene): IndexName {
  if (isIndexName(index) && storedIndex(index, scene) >= 0) return index;
  const available = bandsOf(scene);
  const possible = computableIndices(available, scene.info.values).map((name) => indexRow(name).symbol);
  const instead = possible.length > 0 ? ` I can compute ${possible.join(', ')}.` : '';
  if (!isIndexName(index)) {
    throw new UserFacingError('wrong-usage', `I don't know an index called ${index.slice(0, 40)}.${instead}`);
  }
  const missing = missingBands(index, available);
  const { symbol, calibrated } = indexRow(index);
  if (missing.length === 0 && calibrated && scene.info.values === 'display') {
    throw new UserFacingError(
      'not-calibrated',
      `I can't compute ${symbol} on this scene: its formula needs reflectance, and I don't know how the numbers in this file become reflectance.${instead}`,
      {
        zh: `这幅影像算不出 ${symbol}：公式需要反射率，而我不知道文件里的数值如何换算成反射率。可以计算 ${possible.join('、')}。`,
      },
    );
  }
  if (missing.length === 0) return index;
  throw new UserFacingError(
    'band-missing',
    `I can't compute ${symbol} on this scene: it has no ${missing.join(' or ')} band.${instead}`,
  );
}

/** Position of the band that holds this index as numbers; -1 where the index is to be computed. */
function storedIndex(index: IndexName, { info }: Scene): number {
  const available = new Set(info.bands.flatMap((band) => band.name ?? []));
  return missingBands(index, available).length === 0 ? -1 : info.bands.findIndex((band) => band.holdsIndex === index);
}

const bandsOf = (scene: Scene): ReadonlySet<BandName> =>
  new Set(scene.info.bands.flatMap((band) => (band.name ? [band.name] : [])));

/** The ground above or below a threshold, summed up as rows come by. */
class GroundBeyond {
  readonly #above: boolean;
  readonly #value: number;
  readonly #width: number;
  readonly #areas: ReturnType<typeof pixelAreas>;
  #pixels = 0;
  #measured = 0;
  #areaM2 = 0;

  constructor({ above, value }: { above: boolean; value: number }, info: Scene['info']) {
    [this.#above, this.#value, this.#width, this.#areas] = [above, value, info.grid.width, pixelAreas(info)];
  }

  add(row: number, values: Float32Array): void {
    for (let i = 0; i < values.length; i++) {
      const v = values[i]!;
      if (Number.isNaN(v)) continue;
      this.#measured++;
      if (this.#above ? v <= this.#value : v >= this.#value) continue;
      this.#pixels++;
      if (this.#areas) this.#areaM2 += this.#areas.areaM2(i % this.#width, row + Math.floor(i / this.#width));
    }
  }

  measured(): { areaM2: number | null; share: number } {
    return {
      areaM2: this.#areas ? this.#areaM2 : null,
      share: this.#measured > 0 ? this.#pixels / this.#measured : 0,
    };
  }
}
