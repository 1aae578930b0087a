import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createPlanner } from '../../../src/dialogue/understanding/planner.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import { Conversation } from '../conversation.ts';
import { wishes } from '../wishes.ts';

/** One message that is judged by its operation: the last of `said`. */
interface HeldOut {
  readonly said: readonly string[];
  readonly op: string;
  /** What a reasonable reader accepts as well. */
  readonly also?: readonly string[];
  readonly language?: string;
}

/**
 * Written by somebody who had seen neither the planner nor its examples, and kept out of training: a list that was learnt from judges
 * nothing.
 */
const read = (name: string): HeldOut[] => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));

const wishOf = ({ operation, about }: Plan): string =>
  operation === 'help' && about !== undefined ? 'chat' : operation;

async function score(list: readonly HeldOut[]) {
  const counts = { right: 0, asked: 0, wrong: 0, destructive: 0 };
  const mistakes: string[] = [];
  for (const { said, op, also = [] } of list) {
    const chat = new Conversation();
    chat.planner = createPlanner(wishes);
    await chat.say('', ['field.tif']);
    for (const before of said.slice(0, -1)) await chat.say(before);
    const done = (await chat.say(said.at(-1)!)).plans.map(wishOf);
    const wanted = [op, ...also];
    // Small talk and what we cannot do both end in a word and nothing else.
    if (wanted.includes('chat') || wanted.includes('decline')) wanted.push('chat', 'decline');
    const kind = done.some((wish) => wanted.includes(wish)) ? 'right' : done[0] === 'clarify' ? 'asked' : 'wrong';
    counts[kind]++;
    if (kind !== 'right' && done.some((wish) => wish === 'forget' || wish === 'cancel')) counts.destructive++;
    if (kind !== 'right') mistakes.push(`${kind}: ${said.join(' > ')}: ${done.join()} for ${wanted.join()}`);
  }
  const size = list.length;
  const told = `${JSON.stringify(counts)}\n${mistakes.join('\n')}`;
  return { right: counts.right / size, wrong: counts.wrong / size, destructive: counts.destructive, told };
}

it('English: mostly right, seldom wrong, and never deletes or stops by mistake', async () => {
  const { right, wrong, destructive, told } = await score(read('heldout-english.json'));
  // First try: 140 right, 8 asked back, 12 wrong of 160.
  expect(right, told).toBeGreaterThanOrEqual(0.86);
  expect(wrong, told).toBeLessThanOrEqual(0.08);
  expect(destructive, told).toBe(0);
}, 300_000);

it('Chinese', async () => {
  const { right, wrong, destructive, told } = await score(
    read('heldout-other.json').filter(({ language }) => language === 'zh'),
  );
  // First try: 36 right, 2 asked back, 2 wrong of 40.
  expect(right, told).toBeGreaterThanOrEqual(0.88);
  expect(wrong, told).toBeLessThanOrEqual(0.06);
  expect(destructive, told).toBe(0);
}, 300_000);

it('seven other languages', async () => {
  const { right, wrong, destructive, told } = await score(
    read('heldout-other.json').filter(({ language }) => language !== 'zh'),
  );
  // First try: 102 right, 23 asked back, 15 wrong of 140.
  expect(right, told).toBeGreaterThanOrEqual(0.68);
  expect(wrong, told).toBeLessThanOrEqual(0.12);
  expect(destructive, told).toBe(0);
}, 300_000);
