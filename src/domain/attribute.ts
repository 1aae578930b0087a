import type { Location } from './grid.ts';

/** SPIE's size classes, by share of the image. */
export const SIZE_WORDS = ['very tiny', 'small', 'medium', 'somewhat large', 'large', 'huge'] as const;

export type SizeWord = (typeof SIZE_WORDS)[number];

/** What SPIE says about one region. Coordinates 0–1 of the image's width and height, origin top left, x first. */
export interface RegionAttribute {
  readonly size: SizeWord;
  readonly centroid: readonly [x: number, y: number];
  readonly location: Location;
  /** Minimum-area rectangle, four corners clockwise on screen from the top left one. */
  readonly box: readonly (readonly [x: number, y: number])[];
}
