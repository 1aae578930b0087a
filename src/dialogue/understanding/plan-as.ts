import { LAND_COVERS } from '../../domain/land-cover.ts';
import type { Plan } from '../../domain/plan.ts';
import { type Features, featuresOf } from '../grammar/features.ts';
import { normalize } from '../grammar/normalize.ts';
import { compare } from '../grammar/rules/compare.ts';
import { continuation } from '../grammar/rules/continuation.ts';
import { correct } from '../grammar/rules/correct.ts';
import { describe } from '../grammar/rules/describe.ts';
import { distance } from '../grammar/rules/distance.ts';
import { explain } from '../grammar/rules/explain.ts';
import { exportFiles } from '../grammar/rules/export-files.ts';
import { extract } from '../grammar/rules/extract.ts';
import { indexMap } from '../grammar/rules/index-map.ts';
import { list } from '../grammar/rules/list.ts';
import { measure } from '../grammar/rules/measure.ts';
import { rename } from '../grammar/rules/rename.ts';
import { restyle } from '../grammar/rules/restyle.ts';
import type { Rule } from '../grammar/rules/rule.ts';
import { switchScene } from '../grammar/rules/switch-scene.ts';
import { targetsOr, unitOf } from '../grammar/subject.ts';
import type { DialogueState } from '../state.ts';
import { targetsNamed } from './target-words.ts';
import type { Wish } from './wish-classifier.ts';

/**
 * A message as one that wants `wish`: the rules of that wish read the details, and where they say nothing, what has to be
 * said is taken from the words or from what was spoken of.
 *
 * @returns null when nothing can be made of it
 */
export function planAs(wish: Wish, text: string, state: DialogueState): Plan | null {
  const read = featuresOf(normalize(text), state);
  const features: Features = read.targets.length > 0 ? read : { ...read, targets: targetsNamed(text) };
  // What is to be measured is none of our measures: an area instead would be an answer to another question.
  if (wish === 'measure' && read.has('foreign')) return null;
  for (const rule of RULES[wish] ?? []) {
    const plans = rule(features, state, text);
    if (plans?.length === 1 && plans[0]!.operation === wish) return plans[0]!;
  }
  return atLeast(wish, features, state, text);
}

const RULES: Readonly<Partial<Record<Wish, readonly Rule[]>>> = {
  extract: [continuation, extract],
  index: [continuation, indexMap],
  measure: [distance, continuation, measure],
  compare: [compare],
  describe: [describe, switchScene],
  explain: [explain],
  export: [exportFiles],
  restyle: [restyle],
  correct: [correct],
  list: [list],
  rename: [rename],
};

function atLeast(wish: Wish, f: Features, state: DialogueState, text: string): Plan | null {
  const targets = targetsOr(f, state);
  const filter = f.filter ? { filter: f.filter } : {};
  switch (wish) {
    case 'extract':
      return targets.length > 0 ? { operation: 'extract', targets, ...filter } : null;
    case 'index': {
      const index = f.index ?? state.lastPlans.findLast((plan) => plan.index !== undefined)?.index ?? 'ndvi';
      return { operation: 'index', targets: [], index, ...(f.threshold ? { threshold: f.threshold } : {}) };
    }
    case 'measure':
      return targets.length > 0 ? { operation: 'measure', targets, ...unitOf(f), ...filter } : null;
    case 'compare':
      return { operation: 'compare', targets: targets.length > 0 ? targets : LAND_COVERS };
    case 'export':
      return { operation: 'export', targets, ...(f.format ? { format: f.format } : {}), ...filter };
    case 'explain':
      return { operation: 'explain', targets, aspect: 'how' };
    case 'correct':
      return { operation: 'correct', targets: [], correction: { complaint: text.slice(0, 200) } };
    case 'restyle':
      if (f.style !== null) return { operation: 'restyle', targets, style: f.style };
      if (AS_AT_FIRST.test(f.text)) return { operation: 'restyle', targets, reset: true };
      return HIDES.test(f.text) ? { operation: 'describe', targets: [], about: 'picture' } : null;
    case 'decline':
      return { operation: 'decline', targets: [], about: text.trim().slice(0, 120) };
    case 'chat':
      return { operation: 'help', targets: [], about: 'talk' };
    case 'rename':
      return null;
    default:
      return { operation: wish, targets: [] };
  }
}

/** "Reset the colours", 恢复默认 */
const AS_AT_FIRST = /\b(?:reset|default|defaults|normal|standard|restore|at first|as before)\b|重置|恢复|默认|还原/;

/** "Hide that for a second", 隐藏: the picture without what is drawn on it. */
const HIDES =
  /\b(?:hide|disappear|invisible|underneath)\b|\b(?:overlay|mask|layer)\b.*\b(?:off|away)\b|\b(?:off|away)\b.*\b(?:overlay|mask|layer)\b|隐藏|关掉|关闭/;
