import type { LandCover } from '../../src/domain/land-cover.ts';
import type { Operation, Plan } from '../../src/domain/plan.ts';

/**
 * One row: what is said, after what, and what must be understood. Where a list says how many rows were understood at the
 * first try, it speaks of the list as it was written; rows that differed from others only in target, number or politeness
 * were taken out later.
 */
export interface Utterance {
  /** Earlier messages of the conversation, then the one that is judged. */
  readonly said: readonly string[];
  readonly plans: readonly Partial<Plan>[];
  /** Scenes dropped before the first word; 1 unless said. */
  readonly scenes?: number;
}

/** Files of the scenes a conversation starts with. */
export const SCENE_NAMES = ['havel_2017-02-16.tif', 'ljubljana_2019-08-20.tif', 'dubai_2021-05-01.tif'];

type Targets = LandCover | readonly LandCover[];
const listOf = (targets: Targets): readonly LandCover[] => (typeof targets === 'string' ? [targets] : targets);

const of =
  (operation: Operation) =>
  (targets: Targets, rest: Partial<Plan> = {}): Partial<Plan> => ({ operation, targets: listOf(targets), ...rest });

export const V: LandCover = 'vegetation';
export const W: LandCover = 'water';
export const B: LandCover = 'building';
export const ALL: readonly LandCover[] = ['vegetation', 'water', 'building'];

export const extract = of('extract');
export const measure = of('measure');
export const compare = of('compare');
export const explain = of('explain');
export const exportAs = of('export');
export const restyle = of('restyle');
export const list = of('list');
export const describeIt = of('describe');
export const index = (name: string, rest: Partial<Plan> = {}): Partial<Plan> => ({
  operation: 'index',
  index: name,
  ...rest,
});
export const correct = (correction: NonNullable<Plan['correction']>): Partial<Plan> => ({
  operation: 'correct',
  correction,
});
export const only = (operation: Operation, rest: Partial<Plan> = {}): Partial<Plan> => ({ operation, ...rest });

/** Square metres of each unit. */
export const HA = 10_000;
export const KM2 = 1_000_000;
export const ACRE = 4046.8564224;
export const MU = 10_000 / 15;
export const FOOT2 = 0.09290304;

/** What each colour's name stands for. */
export const PAINT = {
  red: '#d62728',
  green: '#2ca02c',
  blue: '#1f77b4',
  yellow: '#f2c80f',
  orange: '#ff7f0e',
  purple: '#9467bd',
  pink: '#e377c2',
  cyan: '#17becf',
  magenta: '#ff00ff',
  white: '#ffffff',
  black: '#000000',
} as const;

/** `say(a, b, c, plans…)` reads badly; `after(a, b).say(c, plans…)` reads like the conversation. */
export const say = (said: string, ...plans: Partial<Plan>[]): Utterance => ({ said: [said], plans });
export const after = (...earlier: string[]) => ({
  say: (said: string, ...plans: Partial<Plan>[]): Utterance => ({ said: [...earlier, said], plans }),
});
export const withScenes = (scenes: number, utterance: Utterance): Utterance => ({ ...utterance, scenes });
