import type { InboundMessage } from '../../domain/message.ts';
import type { Operation, Plan } from '../../domain/plan.ts';
import { featuresOf } from '../grammar/features.ts';
import { normalize } from '../grammar/normalize.ts';
import { planByGrammar } from '../grammar-planner.ts';
import type { Planner } from '../planner.ts';
import { type DialogueState, MAX_QUESTIONS } from '../state.ts';
import { planAs } from './plan-as.ts';
import { targetsNamed } from './target-words.ts';
import type { Wish, WishClassifier } from './wish-classifier.ts';

/** Chosen on the fifths of `models/train-text/train.ts --judge`, where the rules and the classifier disagree. */
const SURE = { classifier: 0.7, rules: 0.25, againstDetails: 0.95 };
/** Two readings that are both likely; the rest is "something else". */
const OPTIONS = 3;
/** What is less likely than this is not offered. */
const LEAST = 0.08;

/**
 * The default planner, on this machine: rules read what is exact (numbers, units, names, places), a trained classifier knows what is
 * wanted. Where they agree it is done; where one of them is sure and the other is not, too; otherwise the person is asked.
 *
 * @param classifier  loads it, once
 */
export function createPlanner(classifier: () => Promise<WishClassifier>): Planner {
  return {
    async plan(message, state) {
      const plans = planByGrammar(message, state);
      const isExactly = plans.some(isExact) || (message.files.length > 0 && plans.every(isDescription));
      if (message.plans?.length || message.text.trim() === '' || isExactly) return plans;
      return understood(message, state, plans, (await classifier()).classify(message.text, spokenBefore(state)));
    },
  };
}

/** Stopping, deleting and what is too long are read by rules alone. */
const isExact = ({ operation, about }: Plan): boolean =>
  operation === 'cancel' || operation === 'forget' || (operation === 'decline' && about === 'length');

/** Words that say nothing beside a file: the file is what was meant. */
const isDescription = ({ operation }: Plan): boolean => operation === 'describe';

/** What was done last, as a person would have asked for it: that is what the classifier has learnt to read. */
export function spokenBefore({ lastPlans }: DialogueState): string | null {
  const last = lastPlans.at(-1);
  if (!last) return null;
  if (last.operation === 'index') return `show ${(last.index ?? 'ndvi').toUpperCase()}`;
  if (last.targets.length === 0) return null;
  return `show ${last.targets.map((target) => (target === 'building' ? 'buildings' : target)).join(' and ')}`;
}

/** @param wishes  the most probable first */
export function understood(
  { text }: Pick<InboundMessage, 'text'>,
  state: DialogueState,
  byRules: readonly Plan[],
  wishes: readonly (readonly [Wish, number])[],
): Plan[] {
  const [[wish, probability]] = wishes as readonly [readonly [Wish, number]];
  const read = byRules.map(wishOf);
  const named = featuresOf(normalize(text), state).has('foreign');
  const isUnread = byRules.every((plan) => isQuestion(plan) || (plan.operation === 'decline' && !named));
  if (!isUnread && read.includes(wish)) return [...byRules];
  // What names a land cover is not nothing to us: without rules for its language we rather ask.
  const isOurs = isUnread && (wish === 'chat' || wish === 'decline') && targetsNamed(text).length > 0;
  const found = isOurs ? null : planAs(wish, text, state);
  const isDetailed = byRules.some((plan) => DETAILS.some((field) => field in plan));
  const sure = isDetailed && !isUnread && wish !== 'chat' ? SURE.againstDetails : SURE.classifier;
  // A region that was named or pointed at is what it is about.
  const isOfRegion = wish !== 'chat' && byRules.some(({ region }) => region !== undefined);
  if (found && probability >= sure && !isOfRegion && (isUnread || byRules.length === 1)) return [found];
  if ((isDetailed || named) && !isUnread) return [...byRules];
  const likely = Math.max(...read.map((operation) => wishes.find(([other]) => other === operation)?.[1] ?? 0));
  if (!isUnread && likely >= SURE.rules) return [...byRules];
  // The rules know what is missing: that is the better question.
  if (byRules.some(({ operation, about }) => operation === 'clarify' && about !== 'request')) return [...byRules];
  return [questionWhich(text, state, isUnread ? [] : byRules, wishes) ?? byRules[0]!];
}

/** A rule that has read one of these has read more than a likelihood can tell. */
const DETAILS: readonly (keyof Plan)[] = [
  'index',
  'threshold',
  'style',
  'unit',
  'scene',
  'scenes',
  'region',
  'measure',
  'correction',
  'name',
];

/** Not understood by the rules: a question of theirs, or another language. */
const isQuestion = ({ operation, about }: Plan): boolean =>
  operation === 'clarify' ||
  (operation === 'decline' && about === 'language') ||
  (operation === 'help' && about === undefined);

const wishOf = ({ operation, about }: Plan): Operation | 'chat' =>
  operation === 'help' && about !== undefined ? 'chat' : operation;

/** The likely readings as buttons; null when there are none, or we have asked often enough. */
function questionWhich(
  text: string,
  state: DialogueState,
  byRules: readonly Plan[],
  wishes: readonly (readonly [Wish, number])[],
): Plan | null {
  if (state.questions >= MAX_QUESTIONS) return null;
  const likely = wishes
    .filter(([wish, probability]) => probability >= LEAST && wish !== 'chat' && wish !== 'decline')
    .flatMap(([wish]) => planAs(wish, text, state) ?? []);
  const options: Plan[] = [];
  const offered = byRules.filter(({ operation }) => operation !== 'decline' && operation !== 'clarify');
  for (const plan of [...likely.slice(0, 1), ...offered, ...likely.slice(1)]) {
    if (!options.some(({ operation }) => operation === plan.operation)) options.push(plan);
  }
  if (options.length === 0) return null;
  return {
    operation: 'clarify',
    targets: [],
    about: 'which',
    options: options.slice(0, OPTIONS),
    word: text.slice(0, 200),
  };
}
