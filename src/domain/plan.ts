import type { BandName } from './band.ts';
import type { Filter } from './finding.ts';
import type { LandCover } from './land-cover.ts';
import type { ExportFormat, Style } from './picture.ts';

export const OPERATIONS = [
  'extract',
  'index',
  'measure',
  'compare',
  'describe',
  'explain',
  'export',
  'restyle',
  'correct',
  'list',
  'rename',
  'rerun',
  'undo',
  'cancel',
  'forget',
  'help',
  'clarify',
  'decline',
] as const;

export type Operation = (typeof OPERATIONS)[number];

export const UNITS = ['m2', 'ha', 'km2', 'acre', 'ft2', 'mu', 'percent', 'count'] as const;

export type Unit = (typeof UNITS)[number];

/** One thing to do, understood from a message or carried by a button. Plain JSON. */
export interface Plan {
  readonly operation: Operation;
  readonly targets: readonly LandCover[];
  /** Name of a spectral index, a key of `spectral/indices.ts`. */
  readonly index?: string;
  /** "NDVI above 0.6"; with `upTo`, "between 0.3 and 0.6". */
  readonly threshold?: { readonly above: boolean; readonly value: number; readonly upTo?: number };
  readonly filter?: Filter;
  /** Region id inside the finding spoken of. */
  readonly region?: number;
  /** Second region, for a distance. */
  readonly toRegion?: number;
  /** What to measure; absent = area, share and count. */
  readonly measure?:
    | 'area'
    | 'share'
    | 'count'
    | 'largest'
    | 'smallest'
    | 'where'
    | 'mean'
    | 'distance'
    | 'average-area';
  /** Of areas; null = by size again. */
  readonly unit?: Unit | null;
  /** Which scene: its 1-based place in the conversation, or `other` than the current one, or `all`. */
  readonly scene?: number | 'other' | 'all';
  /** For compare: the two scenes by their 1-based places, older first; absent = the last two. */
  readonly scenes?: readonly [number, number];
  readonly style?: Partial<Style>;
  /** For restyle: as it was drawn at first. */
  readonly reset?: true;
  readonly format?: ExportFormat;
  readonly aspect?: 'why' | 'sure' | 'how';
  readonly correction?: {
    readonly bands?: readonly (BandName | null)[];
    /** "the nir band is the fifth": one band by 0-based position. */
    readonly band?: { readonly name: BandName; readonly index: number };
    readonly sensor?: string;
    readonly pixelSizeM?: number;
    /** "that is wrong, it is shadow": kept as feedback with these words. */
    readonly complaint?: string;
  };
  readonly name?: string;
  /** For clarify: what we need to know. For decline: what was asked, in the user's words. */
  readonly about?: string;
  /** For forget: what is to go; absent = the conversation. */
  readonly whose?: 'everybody' | 'asker';
  /** For forget: the answer to the question whether it shall go. Absent = the question. */
  readonly answer?: 'delete' | 'keep';
  /** For forget: which question of ours is answered; absent = one that the platform's own dialog has asked. */
  readonly question?: string;
  /** For clarify about `which`: what may have been meant, the likeliest first. */
  readonly options?: readonly Plan[];
  /** Narrower word the person used ("trees"), when the target is broader than it. */
  readonly word?: string;
}
