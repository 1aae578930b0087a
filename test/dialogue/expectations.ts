import type { LandCover } from '../../src/domain/land-cover.ts';
import type { Operation, Plan } from '../../src/domain/plan.ts';

/** One row: what is said, after what, and what must be understood. */
export interface Utterance {
  /** Earlier messages of the conversation, then the one that is judged. */
  readonly said: readonly string[];
  readonly plans: readonly Partial<Plan>[];
  /** Scenes dropped before the first word; 1 unless said. */
  readonly scenes?: number;
}

/** Files of the scenes a conversation starts with. */
export const SCENE_NAMES = ['havel_2017-02-16.tif', 'ljubljana_2019-08-20.tif', 'dubai_2021-05-01.tif'];

/** Fields that must be absent unless they are expected: understanding too much is a mistake as well. */
const EXACT = [
  'index',
  'threshold',
  'filter',
  'region',
  'toRegion',
  'scene',
  'scenes',
  'style',
  'format',
  'correction',
  'name',
] as const satisfies readonly (keyof Plan)[];

/** The plans as the table speaks of them: only the fields that are judged. */
export function judged(plans: readonly Plan[], expected: readonly Partial<Plan>[]): Partial<Plan>[] {
  return plans.map((plan, i) => {
    const fields = new Set<keyof Plan>([...EXACT, 'operation', ...(Object.keys(expected[i] ?? {}) as (keyof Plan)[])]);
    return Object.fromEntries(
      [...fields].flatMap((field) => (plan[field] === undefined ? [] : [[field, plan[field]]])),
    );
  });
}

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

/** `say(a, b, c, plans…)` reads badly; `after(a, b).say(c, plans…)` reads like the conversation. */
export const say = (said: string, ...plans: Partial<Plan>[]): Utterance => ({ said: [said], plans });
export const after = (...earlier: string[]) => ({
  say: (said: string, ...plans: Partial<Plan>[]): Utterance => ({ said: [...earlier, said], plans }),
});
export const withScenes = (scenes: number, utterance: Utterance): Utterance => ({ ...utterance, scenes });
