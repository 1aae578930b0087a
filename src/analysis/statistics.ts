import type { Run } from '../domain/analyst.ts';
import type { Finding, IndexStatistics } from '../domain/finding.ts';
import type { Mask } from '../domain/raster.ts';
import type { Scene } from '../scene/scene-reader.ts';
import { findComponents } from '../spectral/find-components.ts';
import { forEachRun, rankComponents, sumComponents } from '../spectral/find-regions.ts';
import { indexStatistics } from '../spectral/index-statistics.ts';
import { indexRow } from '../spectral/indices.ts';
import { indexRows, knownIndex } from './map-index.ts';
import { readFinding } from './read-finding.ts';

/**
 * Statistics of an index inside a finding, or inside one of its regions.
 *
 * @param region  id in the finding's facts
 */
export async function statistics(
  scene: Scene,
  { finding, region, index }: { finding: Finding; region?: number; index: string },
  run: Run,
): Promise<IndexStatistics> {
  const name = knownIndex(index, scene);
  const { mask } = await readFinding(finding);
  const inside = region === undefined ? mask : regionMask(mask, region);
  const { width } = inside;
  const first = Math.max(0, Math.floor(inside.values.indexOf(1) / width));
  const end = Math.floor(inside.values.lastIndexOf(1) / width) + 1;
  return indexStatistics(indexRow(name).symbol, async function* () {
    for await (const { row, values } of indexRows(scene, name, run, first, end)) {
      yield values.map((value, i) => (inside.values[row * width + i] === 1 ? value : Number.NaN));
    }
  });
}

/** The mask of one region: the one at place `region`, from 1, in descending pixel count. */
export function regionMask(mask: Mask, region: number): Mask {
  const components = findComponents(mask);
  const component = rankComponents(sumComponents(components).pixels)[region - 1];
  const values = new Uint8Array(mask.values.length);
  forEachRun(components, (row, start, end, of) => {
    if (of === component) values.fill(1, row * mask.width + start, row * mask.width + end);
  });
  return { ...mask, values };
}
