import { describe, expect, it } from 'vitest';
import { en } from '../../src/dialogue/language/en.ts';
import { Conversation, textOf } from './conversation.ts';
import type { FakeAnalyst } from './fake-analyst.ts';

/** What is answered about a scene of which the analyst has something to tell. */
async function answerTo(text: string, told: Partial<FakeAnalyst>): Promise<string> {
  const chat = new Conversation();
  Object.assign(chat.analyst, told);
  await chat.say('', ['field.tif']);
  return textOf(await chat.say(text));
}

/** Where the verdict is one of these, the answer begins with it. */
const LOW = {
  disagrees: en.verdict('low', en.verdictReason.disagrees('NDVI', '', 'vegetation')),
  undecided: en.verdict('low', en.verdictReason.undecided('NDVI', '', 'vegetation')),
  cloud: en.verdict('low', en.verdictReason.cloud('NDVI', '30%', 'vegetation')),
};

describe('an answer that cannot be trusted much begins with it', () => {
  const cloud = { fraction: 0.3, source: 'SCL', rough: false };
  it.each<[keyof typeof LOW, Partial<FakeAnalyst>]>([
    ['disagrees', { agreement: 0.05 }],
    ['undecided', { unsureShare: 0.4 }],
    ['cloud', { cloud }],
  ])('%s', async (reason, told) => {
    expect((await answerTo('show vegetation', told)).split('\n')[0]).toBe(LOW[reason]);
  });

  it('also when somebody asks how sure it is', async () => {
    expect(await answerTo('how sure are you about the vegetation?', { agreement: 0.05 })).toContain(LOW.disagrees);
  });
});

describe('an answer says', () => {
  it.each<[string, string, Partial<FakeAnalyst>, string]>([
    ['what was not measured', 'show vegetation', { validFraction: 0.88 }, en.limitNodata('12%')],
    [
      'how much is cloud',
      'show vegetation',
      { cloud: { fraction: 0.02, source: 'SCL', rough: false } },
      en.limitCloud('2%', false),
    ],
    [
      'that cloud is a guess',
      'show vegetation',
      { cloud: { fraction: 0.03, source: 'brightness', rough: true } },
      en.limitCloud('3%', true),
    ],
    [
      'that an index would mark what the model did not',
      'show buildings',
      { agreement: 0.2 },
      en.limitModelNone('NDVI', 'built-up land'),
    ],
    ['why the two may differ', 'why vegetation?', { agreement: 0.2 }, en.disagreementHint],
    [
      'on how much the model is undecided',
      'how sure are you about the vegetation?',
      { unsureShare: 0.17 },
      en.sureUnsure('17%'),
    ],
  ])('%s', async (_what, asked, told, sentence) => {
    expect(await answerTo(asked, told)).toContain(sentence);
  });

  it('nothing of the kind where there is nothing to say', async () => {
    const told: Partial<FakeAnalyst> = {
      validFraction: 0.995,
      cloud: { fraction: 0.019, source: 'SCL', rough: false },
      agreement: 0.3,
    };
    expect(await answerTo('show vegetation', told)).not.toMatch(/no data|cloud/);
    expect(await answerTo('show buildings', told)).not.toContain(en.limitModelNone('NDVI', 'built-up land'));
    expect(await answerTo('why vegetation?', told)).not.toContain(en.disagreementHint);
  });
});
