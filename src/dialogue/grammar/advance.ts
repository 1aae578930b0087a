import type { Plan } from '../../domain/plan.ts';
import type { DialogueState } from '../state.ts';

/** The state as later clauses of the same message, and later messages, see it once `plan` is carried out. */
export function advance(state: DialogueState, plan: Plan): DialogueState {
  const focus = { ...state.focus };
  const targets = plan.targets.length > 0 ? plan.targets : focus.targets;
  switch (plan.operation) {
    case 'extract':
      return {
        ...state,
        focus: { ...focus, targets, region: plan.region ?? null, index: null, counted: 'regions', shown: 'finding' },
        lastPlans: [...state.lastPlans, plan],
      };
    case 'measure':
      return {
        ...state,
        focus: {
          ...focus,
          targets,
          region: plan.measure === 'count' ? null : (plan.region ?? null),
          index: plan.index ?? focus.index,
          counted: 'regions',
        },
        lastPlans: [...state.lastPlans, plan],
      };
    case 'index':
      return {
        ...state,
        focus: { ...focus, index: plan.index ?? null, region: null, shown: 'index' },
        lastPlans: [...state.lastPlans, plan],
      };
    case 'compare':
      return {
        ...state,
        focus: { ...focus, targets, region: null, shown: 'change' },
        lastPlans: [...state.lastPlans, plan],
      };
    case 'restyle':
    case 'explain':
    case 'export':
      return {
        ...state,
        focus: { ...focus, targets, region: plan.region ?? focus.region },
        lastPlans: [...state.lastPlans, plan],
      };
    case 'list':
      return {
        ...state,
        focus: { ...focus, targets, counted: plan.targets.length > 0 ? 'regions' : 'scenes' },
        lastPlans: [...state.lastPlans, plan],
      };
    case 'describe':
      return { ...state, lastPlans: [...state.lastPlans, plan] };
    default:
      return state;
  }
}
