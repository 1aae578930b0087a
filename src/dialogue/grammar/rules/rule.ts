import type { Plan } from '../../../domain/plan.ts';
import type { DialogueState } from '../../state.ts';
import type { Features } from '../features.ts';

/**
 * What a clause wants, if it wants what this rule is about; null leaves it to the next rule.
 *
 * @param original  the message as it was typed, for names
 */
export type Rule = (f: Features, state: DialogueState, original: string) => Plan[] | null;
