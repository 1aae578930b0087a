import type { LandCover } from '../../src/domain/land-cover.ts';
import type { Plan } from '../../src/domain/plan.ts';

/** A conversation about real scenes. */
export interface Script {
  readonly name: string;
  /** Files of the scenes in SCENES_DIR, dropped with the first message. */
  readonly scenes: readonly string[];
  readonly turns: readonly Turn[];
}

export interface Turn {
  readonly say: string;
  /** Fields that the last plan of the turn must have. */
  readonly plan: Partial<Plan>;
  readonly checks?: readonly Check[];
}

/** What must be true of an answer, against values that the test computes itself by plain loops over files. */
export type Check =
  /** The reply matches. */
  | { readonly kind: 'says'; readonly pattern: RegExp }
  /** The reply does not match. */
  | { readonly kind: 'silent'; readonly pattern: RegExp }
  /** The mask GeoTIFF among the files has the area, share, count and largest region of the newest facts of the target. */
  | { readonly kind: 'mask'; readonly target: LandCover }
  /** The first number before this unit in the reply is the mask's largest region (`largest`) or its whole area (`all`). */
  | {
      readonly kind: 'area-said';
      readonly target: LandCover;
      readonly of: 'all' | 'largest';
      readonly unit: 'ha' | 'acres' | 'km²' | '公顷' | '亩';
    }
  /** The number after "is" is the mean of `(a - b) / (a + b)` over these 0-based bands of the first scene's file. */
  | {
      readonly kind: 'mean-said';
      readonly bands: readonly [a: number, b: number];
      readonly inside?: LandCover;
      readonly offset?: number;
    }
  /** The share said of an index above (or below) a value is the one counted in the file. */
  | {
      readonly kind: 'share-said';
      readonly bands: readonly [a: number, b: number];
      readonly above: number;
      readonly offset?: number;
    }
  /** The GeoJSON has as many features as the newest facts have regions, all inside the scene's box in degrees. */
  | { readonly kind: 'geojson'; readonly target: LandCover }
  /** The CSV has one row a region. */
  | { readonly kind: 'csv'; readonly target: LandCover }
  /** A picture came along. */
  | { readonly kind: 'picture' }
  /** Gained, lost and kept of the reply are counted in the two masks that were exported before. */
  | { readonly kind: 'change'; readonly target: LandCover }
  /** The turn rests on these targets' facts, in this order. */
  | { readonly kind: 'facts'; readonly targets: readonly LandCover[] };
