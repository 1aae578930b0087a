import type { LandCover } from '../domain/land-cover.ts';

/** How SPIE's prompts name the regions of a target. Buildings appear in no published prompt: that word is ours. */
export const REGION_WORDS: Readonly<Record<LandCover, string>> = {
  vegetation: 'vegetation',
  water: 'water bodies',
  building: 'building',
};
