import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/domain/plan.ts';
import { Conversation } from './conversation.ts';
import { EIGHTH } from './utterances.eighth.ts';
import { ENGLISH } from './utterances.en.ts';
import { FIFTH } from './utterances.fifth.ts';
import { FOURTH } from './utterances.fourth.ts';
import { SECOND } from './utterances.second.ts';
import { SEVENTH } from './utterances.seventh.ts';
import { SIXTH } from './utterances.sixth.ts';
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
])('%s', (_language, utterances) => {
  it.each(utterances.map((u) => [u.said.join(' → '), u] as const))('%s', async (_said, utterance) => {
    const plans = await plansFor(utterance);
    expect(judged(plans, utterance.plans)).toEqual(utterance.plans);
  });
});

it('holds at least 250 different utterances', () => {
  const all = [...ENGLISH, ...CHINESE, ...SECOND, ...THIRD, ...FOURTH, ...FIFTH, ...SIXTH, ...SEVENTH, ...EIGHTH].map(
    (u) => u.said.join(' → '),
  );
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(250);
});

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
