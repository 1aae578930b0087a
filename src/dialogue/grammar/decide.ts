import type { Plan } from '../../domain/plan.ts';
import type { DialogueState } from '../state.ts';
import type { Features } from './features.ts';
import { abilities } from './rules/abilities.ts';
import { compare } from './rules/compare.ts';
import { continuation } from './rules/continuation.ts';
import { correct } from './rules/correct.ts';
import { decline } from './rules/decline.ts';
import { describe } from './rules/describe.ts';
import { distance } from './rules/distance.ts';
import { explain } from './rules/explain.ts';
import { exportFiles } from './rules/export-files.ts';
import { extract } from './rules/extract.ts';
import { help } from './rules/help.ts';
import { indexMap } from './rules/index-map.ts';
import { list } from './rules/list.ts';
import { measure } from './rules/measure.ts';
import { removal } from './rules/removal.ts';
import { rename } from './rules/rename.ts';
import { rerun } from './rules/rerun.ts';
import { restyle } from './rules/restyle.ts';
import type { Rule } from './rules/rule.ts';
import { switchScene } from './rules/switch-scene.ts';
import { undo } from './rules/undo.ts';
import { unfilter } from './rules/unfilter.ts';

/**
 * What one clause wants: the first rule that fits. Null when the clause holds no request (a greeting beside one,
 * noise).
 *
 * @param original  the message as it was typed, for names
 */
export function decide(features: Features, state: DialogueState, original: string): Plan[] | null {
  for (const rule of RULES) {
    const plans = rule(features, state, original);
    if (plans) return plans.map((plan) => withPlace(plan, features));
  }
  return null;
}

/** The order is the grammar: a correction may name a target, an export a region, a question anything. */
const RULES: readonly Rule[] = [
  abilities,
  removal,
  rename,
  correct,
  undo,
  exportFiles,
  decline,
  distance,
  unfilter,
  continuation,
  compare,
  explain,
  restyle,
  indexMap,
  describe,
  switchScene,
  list,
  measure,
  rerun,
  help,
  extract,
];

/** Adds the scene that was named, where the operation can speak of one. */
function withPlace(plan: Plan, { scene }: Features): Plan {
  const anywhere = ['help', 'decline', 'clarify', 'undo', 'cancel', 'compare'].includes(plan.operation);
  return scene === null || anywhere || plan.scene !== undefined ? plan : { ...plan, scene };
}
