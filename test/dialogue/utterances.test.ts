import { describe, expect, it } from 'vitest';
import { normalize } from '../../src/dialogue/grammar/normalize.ts';
import { findQuantities } from '../../src/dialogue/grammar/quantities.ts';
import { tag } from '../../src/dialogue/grammar/tagger.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { Conversation } from './conversation.ts';
import { EIGHTH } from './utterances.eighth.ts';
import { ELEVENTH } from './utterances.eleventh.ts';
import { ENGLISH } from './utterances.en.ts';
import { FIFTH } from './utterances.fifth.ts';
import { FOURTH } from './utterances.fourth.ts';
import { NINTH } from './utterances.ninth.ts';
import { SECOND } from './utterances.second.ts';
import { SEVENTH } from './utterances.seventh.ts';
import { SIXTH } from './utterances.sixth.ts';
import { TENTH } from './utterances.tenth.ts';
import { THIRD } from './utterances.third.ts';
import { CHINESE } from './utterances.zh.ts';
import { SCENE_NAMES, type Utterance } from './vocabulary.ts';

async function plansFor({ said, scenes = 1 }: Utterance) {
  const chat = new Conversation();
  for (const name of SCENE_NAMES.slice(0, scenes)) await chat.say('', [name]);
  for (const earlier of said.slice(0, -1)) await chat.say(earlier);
  return (await chat.say(said.at(-1)!)).plans;
}

describe.each([
  ['English', ENGLISH],
  ['Chinese', CHINESE],
  ['second list', SECOND],
  ['third list', THIRD],
  ['fourth list', FOURTH],
  ['fifth list', FIFTH],
  ['sixth list', SIXTH],
  ['seventh list', SEVENTH],
  ['eighth list', EIGHTH],
  ['ninth list', NINTH],
  ['tenth list', TENTH],
  ['eleventh list', ELEVENTH],
])('%s', (_language, utterances) => {
  it.each(utterances.map((u) => [u.said.join(' → '), u] as const))('%s', async (_said, utterance) => {
    const plans = await plansFor(utterance);
    expect(judged(plans, utterance.plans)).toEqual(utterance.plans);
  });
});

const ALL_LISTS = [
  ENGLISH,
  CHINESE,
  SECOND,
  THIRD,
  FOURTH,
  FIFTH,
  SIXTH,
  SEVENTH,
  EIGHTH,
  NINTH,
  TENTH,
  ELEVENTH,
].flat();

it('holds at least 250 utterances, no two of which differ only in target, number or politeness', () => {
  const seen = new Map<string, string>();
  for (const { said, scenes = 1 } of ALL_LISTS) {
    const words = said.join(' → ');
    const skeleton = `${said.map(skeletonOf).join(' → ')} / ${scenes}`;
    expect(seen.get(skeleton) ?? words, `${words} is ${seen.get(skeleton)}`).toBe(words);
    seen.set(skeleton, words);
  }
  expect(seen.size).toBe(ALL_LISTS.length);
  expect(seen.size).toBeGreaterThanOrEqual(250);
});

/** What is said, with one word for all targets and one for all numbers, without politeness and punctuation. */
function skeletonOf(said: string): string {
  const text = normalize(said);
  const targets = tag(text).filter(({ concept }) => concept === 'target');
  const numbers = findQuantities(text).filter((q) => !targets.some((m) => q.start < m.end && m.start < q.end));
  const cuts = [
    ...targets.map(({ start, end }) => ({ start, end, word: 'TARGET' })),
    ...numbers.map(({ start, end, kind }) => ({ start, end, word: kind === 'ordinal' ? 'NTH' : 'NUMBER' })),
  ].toSorted((a, b) => b.start - a.start);
  const cut = cuts.reduce((rest, { start, end, word }) => `${rest.slice(0, start)}${word}${rest.slice(end)}`, text);
  const skeleton = cut
    .replace(POLITENESS, ' ')
    .replace(/[^\p{L}\p{N}#%>]+/gu, ' ')
    .trim();
  return skeleton || text;
}

const POLITENESS =
  /\b(?:please|thanks|thank you|kindly|hi|hello|hey|ok|okay|could you|can you|would you|will you|i would like|i'd like|i want|me|us|the|a|an|all|for)\b|请|麻烦|帮我|帮忙|一下|谢谢|吧|呢|啊|吗|给我/g;

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
function judged(plans: readonly Plan[], expected: readonly Partial<Plan>[]): Partial<Plan>[] {
  return plans.map((plan, i) => {
    const fields = new Set<keyof Plan>([...EXACT, 'operation', ...(Object.keys(expected[i] ?? {}) as (keyof Plan)[])]);
    return Object.fromEntries(
      [...fields].flatMap((field) => (plan[field] === undefined ? [] : [[field, plan[field]]])),
    );
  });
}
