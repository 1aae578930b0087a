import type { LandCover } from '../domain/land-cover.ts';
import type { INDICES } from '../spectral/indices.ts';

/** The index people look at beside a target. */
export const INDEX_OF: Readonly<Record<LandCover, keyof typeof INDICES>> = {
  vegetation: 'ndvi',
  water: 'ndwi',
  building: 'ndbi',
};
