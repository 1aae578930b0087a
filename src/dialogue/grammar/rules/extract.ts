import { LAND_COVERS } from '../../../domain/land-cover.ts';
import type { Plan } from '../../../domain/plan.ts';
import type { DialogueState } from '../../state.ts';
import { BOTH, lastTwoTargets, wordOf } from '../subject.ts';
import { unknownThing } from '../unknown-thing.ts';
import type { Rule } from './rule.ts';

export const extract: Rule = (f, state) => {
  if (f.targets.length > 0) {
    return [
      {
        operation: 'extract',
        targets: f.targets,
        ...(f.filter ? { filter: f.filter } : {}),
        ...(f.style ? { style: f.style } : {}),
        ...wordOf(f),
      },
    ];
  }
  if (f.negated.length > 0) {
    const ofAll =
      /\b(?:anything|everything|all) (?:but|that (?:is|isn't))\b|\bother than\b|\b(?:apart|aside) from\b|\bnon\b|\bneither\b/.test(
        f.text,
      );
    const rest = (state.focus.targets.length > 0 && !ofAll ? state.focus.targets : LAND_COVERS).filter(
      (t) => !f.negated.includes(t),
    );
    if (rest.length > 0) return [{ operation: 'extract', targets: rest }];
  }
  const { targets: spoken } = state.focus;
  if (spoken.length > 0 && OTHERS.test(f.text) && f.scene === null && !f.has('compare', 'export'))
    return [{ operation: 'extract', targets: LAND_COVERS.filter((t) => !spoken.includes(t)) }];
  const together = BOTH.test(f.text) ? lastTwoTargets(state) : [];
  if (together.length === 2 && f.filter === null && f.index === null && (f.elliptical || f.has('show', 'find')))
    return [{ operation: 'extract', targets: together }];
  if (f.filter) return withTarget(state, { operation: 'extract', targets: state.focus.targets, filter: f.filter });
  if (f.has('show', 'find') && state.focus.targets.length > 0 && f.has('pronoun') && !f.has('scene'))
    return [{ operation: 'extract', targets: state.focus.targets }];
  const unknown = f.has('show', 'find') && !f.has('scene', 'pronoun') ? unknownThing(f) : null;
  if (unknown) return [{ operation: 'decline', targets: [], about: unknown }];
  return f.has('show', 'find')
    ? [{ operation: 'clarify', targets: [], about: f.has('scene') ? 'scene-or-target' : 'target' }]
    : null;
};

/** "The other two as well", 其他的呢: what has not been spoken of. */
const OTHERS =
  /\bthe (?:other (?:two|ones|classes|targets|kinds)|others|rest)\b|\b(?:the remaining|other) (?:two|classes|targets|land covers?)\b|^(?:那|还有)?(?:其他|其它|其余|另外两|剩下)(?:的|类|种|地物|两)/;

/** The plan, or the question for the target when nothing has been spoken of yet. */
function withTarget(state: DialogueState, plan: Plan): Plan[] {
  if (plan.targets.length > 0 || state.focus.targets.length > 0) return [plan];
  return [{ operation: 'clarify', targets: [], about: 'target', ...(plan.filter ? { filter: plan.filter } : {}) }];
}
