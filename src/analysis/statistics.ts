import type { Run } from '../domain/analyst.ts';
import type { Finding, IndexStatistics } from '../domain/finding.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
import { type Components, componentsWhere, paintComponents } from '../spectral/find-components.ts';
import { rankComponents, sumComponents } from '../spectral/find-regions.ts';
import { indexStatistics } from '../spectral/index-statistics.ts';
import { indexRow } from '../spectral/indices.ts';
import { indexRows, knownIndex } from './map-index.ts';
import { readComponents } from './read-finding.ts';

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
  const { components } = await readComponents(finding);
  const inside = region === undefined ? components : regionOnly(components, region);
  const { rowStart, height } = inside;
  // Rows above the first run and below the last need not be read.
  const first = Math.max(0, rowStart.lastIndexOf(0));
  const end = Math.max(first, rowStart.indexOf(rowStart[height]!));
  return indexStatistics(indexRow(name).symbol, async function* () {
    for await (const { row, values } of indexRows(scene, name, run, first, end)) {
      const within = new Uint8Array(values.length);
      paintComponents(inside, row, within);
      yield values.map((value, i) => (within[i] === 1 ? value : Number.NaN));
    }
  });
}

/** One region: the one at place `region`, from 1, in descending pixel count. */
function regionOnly(components: Components, region: number): Components {
  const wanted = rankComponents(sumComponents(components).pixels)[region - 1];
  return componentsWhere(components, (component) => component === wanted);
}
