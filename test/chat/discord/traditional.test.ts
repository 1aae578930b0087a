import { expect, it } from 'vitest';
import { commandsFor, questionChoices } from '../../../src/chat/discord/commands.ts';
import { planByGrammar } from '../../../src/dialogue/grammar-planner.ts';
import { emptyState } from '../../../src/dialogue/state.ts';
import { messageOf } from '../../fakes/messages.ts';

/** Characters of our simplified texts that Taiwan does not write. */
const SIMPLIFIED = /[与两个举么亩仅体内删单参变叠图对导帮并数显栋样浅种积称筑绘获记设话说读谱轮过这链问间隐顷题]/u;

const textsOf = (value: unknown, locale: string): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) =>
        key === locale && typeof inner === 'string' ? [inner] : textsOf(inner, locale),
      );

it('speaks to Taiwan in traditional characters, everywhere', () => {
  const commands = commandsFor({ ndvi: 'NDVI' });
  const [china, taiwan] = ['zh-CN', 'zh-TW'].map((locale) => textsOf(commands, locale));
  expect(taiwan).toHaveLength(china!.length);
  expect(china!.length).toBeGreaterThan(50);
  expect(china!.filter((text) => SIMPLIFIED.test(text)).length).toBeGreaterThan(30);
  const questions = questionChoices('', 'zh-TW').map(({ name }) => name);
  expect(questions).toHaveLength(10);
  expect([...taiwan!, ...questions].filter((text) => SIMPLIFIED.test(text))).toEqual([]);
});

it('offers questions that mean the same in both', () => {
  const pairs = questionChoices('', 'zh-CN').map(({ value }, n) => [value, questionChoices('', 'zh-TW')[n]!.value]);
  for (const [simplified, traditional] of pairs) {
    const plan = (text: string) => planByGrammar(messageOf({ text }), emptyState);
    expect([traditional, plan(traditional!)]).toEqual([traditional, plan(simplified!)]);
  }
});
