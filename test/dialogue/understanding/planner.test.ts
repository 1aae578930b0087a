import { describe, expect, it } from 'vitest';
import { createPlanner, understood } from '../../../src/dialogue/understanding/planner.ts';
import { targetsNamed } from '../../../src/dialogue/understanding/target-words.ts';
import type { Wish } from '../../../src/dialogue/understanding/wish-classifier.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import { Conversation, messageOf, textOf } from '../conversation.ts';
import { KEEPS_EVERYTHING_EN, KEEPS_EVERYTHING_ZH } from '../keeps-everything.ts';
import { wishes } from '../wishes.ts';

/** A conversation about one scene with the planner as it is delivered. */
async function talking(...earlier: string[]): Promise<Conversation> {
  const chat = new Conversation();
  chat.planner = createPlanner(wishes);
  await chat.say('', ['field.tif']);
  for (const text of earlier) await chat.say(text);
  return chat;
}

const plansOf = async (text: string, ...earlier: string[]): Promise<readonly Plan[]> =>
  (await (await talking(...earlier)).say(text)).plans;

describe('where rules and classifier disagree', () => {
  const after = async () => (await talking('show vegetation')).state;
  const extract: Plan = { operation: 'extract', targets: ['water'] };
  const sure = (wish: Wish, probability: number, other: Wish): (readonly [Wish, number])[] => [
    [wish, probability],
    [other, 1 - probability],
  ];
  const read = async (byRules: readonly Plan[], found: readonly (readonly [Wish, number])[], text = 'the water') =>
    understood({ text }, await after(), byRules, found);

  it('does what both say', async () => {
    expect(await read([extract], sure('extract', 0.4, 'measure'))).toEqual([extract]);
  });

  it('does what the classifier is sure of', async () => {
    expect(await read([extract], sure('measure', 0.9, 'extract'))).toMatchObject([
      { operation: 'measure', targets: ['water'] },
    ]);
  });

  it('does what the rules say where the classifier thinks it likely', async () => {
    expect(await read([extract], sure('measure', 0.6, 'extract'))).toEqual([extract]);
  });

  it('asks where neither is sure, the likeliest first, and does what is pressed', async () => {
    const [question] = await read(
      [extract],
      [
        ['measure', 0.6],
        ['export', 0.3],
        ['extract', 0.1],
      ],
    );
    expect(question).toMatchObject({ operation: 'clarify', about: 'which' });
    expect(question!.options!.map(({ operation }) => operation)).toEqual(['measure', 'extract', 'export']);
  });

  it('never offers what the rules alone decide', async () => {
    const found: (readonly [Wish, number])[] = [
      ['chat', 0.6],
      ['decline', 0.4],
    ];
    expect(await read([{ operation: 'clarify', targets: [], about: 'request' }], found)).toMatchObject([
      { operation: 'clarify', about: 'request' },
    ]);
  });
});

it('deletes and stops nothing that the closed lists do not', async () => {
  const chat = await talking('show vegetation');
  for (const text of [...KEEPS_EVERYTHING_EN, ...KEEPS_EVERYTHING_ZH]) {
    const plans = await chat.planner.plan(messageOf(text), chat.state, new AbortController().signal);
    const wanted = plans.flatMap((plan) => [plan, ...(plan.options ?? [])]).map(({ operation }) => operation);
    expect([text, ...wanted]).not.toContain('forget');
    expect([text, ...wanted]).not.toContain('cancel');
  }
});

describe('in other languages', () => {
  it.each([
    ['muestra la vegetación', 'extract', ['vegetation']],
    ['¿cuántas hectáreas de agua hay?', 'measure', ['water']],
    ['montre les bâtiments', 'extract', ['building']],
    ['mostre a água', 'extract', ['water']],
    ['markiere bitte alle Häuser', 'extract', ['building']],
    ['покажи воду', 'extract', ['water']],
    ['أظهر المباني', 'extract', ['building']],
    ['水を表示して', 'extract', ['water']],
  ] as const)('understands %s', async (text, operation, targets) => {
    expect(await plansOf(text)).toMatchObject([{ operation, targets }]);
  });

  it('says once, in that language, that it answers in English', async () => {
    const chat = await talking();
    expect(textOf(await chat.say('zeig mir das Wasser'))).toContain(
      'Ich verstehe Deutsch, antworte aber auf Englisch.',
    );
    expect(textOf(await chat.say('und die Gebäude?'))).not.toContain('Ich verstehe Deutsch');
  });

  it('knows the land covers by name', () => {
    expect(targetsNamed('¿dónde hay árboles y casas?')).toEqual(['vegetation', 'building']);
    expect(targetsNamed('川と建物')).toEqual(['water', 'building']);
    expect(targetsNamed('guten Tag')).toEqual([]);
  });
});
