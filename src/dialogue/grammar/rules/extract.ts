import { LAND_COVERS } from '../../../domain/land-cover.ts';
import type { Plan } from '../../../domain/plan.ts';
import type { DialogueState } from '../../state.ts';
import { BOTH, lastTwoTargets, wordOf } from '../subject.ts';
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
  const together = BOTH.test(f.text) ? lastTwoTargets(state) : [];
  if (together.length === 2 && f.filter === null && f.index === null && (f.elliptical || f.has('show', 'find')))
    return [{ operation: 'extract', targets: together }];
  if (f.filter) return withTarget(state, { operation: 'extract', targets: state.focus.targets, filter: f.filter });
  if (f.has('show', 'find') && state.focus.targets.length > 0 && f.has('pronoun') && !f.has('scene'))
    return [{ operation: 'extract', targets: state.focus.targets }];
  return f.has('show', 'find')
    ? [{ operation: 'clarify', targets: [], about: f.has('scene') ? 'scene-or-target' : 'target' }]
    : null;
};

/** The plan, or the question for the target when nothing has been spoken of yet. */
function withTarget(state: DialogueState, plan: Plan): Plan[] {
  if (plan.targets.length > 0 || state.focus.targets.length > 0) return [plan];
  return [{ operation: 'clarify', targets: [], about: 'target', ...(plan.filter ? { filter: plan.filter } : {}) }];
}
