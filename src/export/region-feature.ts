import type { Region } from '../domain/finding.ts';
import type { LandCover } from '../domain/land-cover.ts';
import type { Polygon } from './polygons.ts';

/** A region with its outline, as the vector formats write it. */
export interface RegionFeature {
  readonly region: Region;
  readonly polygons: readonly Polygon[];
}

/** What stands in every vector file. */
export interface RegionTable {
  readonly target: LandCover;
  /** Of the scene, as people call it: from outside, escaped by each format. */
  readonly sceneName: string;
  readonly features: readonly RegionFeature[];
}

/** m² to hectares, rounded to a square metre. */
export const hectares = (areaM2: number): number => Math.round(areaM2) / 10_000;
