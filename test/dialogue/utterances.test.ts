import { describe, expect, it } from 'vitest';
import { Conversation } from './conversation.ts';
import { judged, SCENE_NAMES, type Utterance } from './expectations.ts';
import { ENGLISH } from './utterances.en.ts';
import { FIFTH } from './utterances.fifth.ts';
import { FOURTH } from './utterances.fourth.ts';
import { SECOND } from './utterances.second.ts';
import { THIRD } from './utterances.third.ts';
import { CHINESE } from './utterances.zh.ts';

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
])('%s', (_language, utterances) => {
  it.each(utterances.map((u) => [u.said.join(' → '), u] as const))('%s', async (_said, utterance) => {
    const plans = await plansFor(utterance);
    expect(judged(plans, utterance.plans)).toEqual(utterance.plans);
  });
});

it('holds at least 250 different utterances', () => {
  const all = [...ENGLISH, ...CHINESE, ...SECOND, ...THIRD, ...FOURTH, ...FIFTH].map((u) => u.said.join(' → '));
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(250);
});
