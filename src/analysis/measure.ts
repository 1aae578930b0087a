import type { Facts } from '../domain/finding.ts';
import type { LandCover } from '../domain/land-cover.ts';
import type { SceneInfo } from '../domain/scene.ts';
import { lonLat } from '../scene/place/lon-lat.ts';
import { pixelAreas } from '../scene/place/pixel-areas.ts';
import { measureFacts } from '../spectral/facts.ts';
import type { MeasuredComponents } from './read-finding.ts';

/**
 * The numbers of a mask on its scene: true ground areas where the scene knows its ground, pixels and shares otherwise.
 *
 * @param limit  regions to list, largest first; absent = as many as a conversation can use
 */
export function measure(info: SceneInfo, target: LandCover, measured: MeasuredComponents, limit?: number): Facts {
  const areas = pixelAreas(info);
  const places = lonLat(info.grid);
  return measureFacts({
    target,
    ...measured,
    pixelArea: areas && ((col, row) => areas.areaM2(col, row)),
    lonLat: places && ((col, row) => places.of(col, row)),
    ...(limit !== undefined && { limit }),
  });
}
