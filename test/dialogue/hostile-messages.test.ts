import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../src/chat/slack/translate.ts';
import { planByGrammar } from '../../src/dialogue/grammar-planner.ts';
import { emptyState } from '../../src/dialogue/state.ts';
import { sceneLinks, withoutSceneLinks } from '../../src/domain/scene-link.ts';
import { Conversation, messageOf, textOf } from './conversation.ts';

/** As much of `unit` as fits. */
const filled = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** Milliseconds of processor time: others may be at work on this machine. */
function spent(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const UNITS = [
  ...[
    '9百',
    '=0',
    '9?',
    '?½',
    '(一、',
    '一',
    '百万',
    '没有',
    '9 ',
    '2 ha ',
    '9,',
    '.9',
    'a ',
    '"',
    '<!',
    '<@A|',
    ', like',
  ],
  ...['show ', 'call it ', 'rename it to ', '. ; show water', 'how many lakes, what ', 'vegitation ', 'xqzvt ', 'not '],
];

describe('a message that is nothing but noise', () => {
  it.each(UNITS)('does not hold the others up: %j', (unit) => {
    const plan = () => planByGrammar(messageOf(filled(unit, 2000)), emptyState);
    plan();
    // Some ten milliseconds; before numbers and clauses were bounded, up to a second.
    expect(spent(plan)).toBeLessThan(250);
    const slack = filled(unit, 40_000);
    expect(spent(() => [wordsOf(slack), sceneLinks(slack), withoutSceneLinks(slack)])).toBeLessThan(250);
  });

  it.each([
    'https://a.b/',
    'https://a.b/x.tif|',
    '<https://a.b/x.tif|',
    '<!',
    '<a|',
    'http',
  ])('has its links found as fast: %j', (unit) => {
    const text = filled(unit, 40_000);
    expect(spent(() => [wordsOf(text), sceneLinks(text), withoutSceneLinks(text)])).toBeLessThan(250);
  });
});

describe('a message that is too long', () => {
  const LONG = { operation: 'decline', targets: [], about: 'length' };
  it.each([
    ['2,001 characters', `show water${' '.repeat(1991)}`, true],
    ['2,000 characters', `show water${' '.repeat(1990)}`, false],
    ['thirteen requests', filled('Show water. Show vegetation. ', 29 * 6 + 11), true],
    ['sixty-one sentences', 'Ok. '.repeat(61), true],
  ])('of %s is not read in part', (_what, text, tooLong) => {
    expect(planByGrammar(messageOf(text), emptyState)).toEqual(
      tooLong ? [LONG] : [{ operation: 'extract', targets: ['water'] }],
    );
  });

  it('is told so, in its language, and its scene is opened', async () => {
    const chat = new Conversation();
    const link = `https://x.org/${'a'.repeat(3000)}.tif`;
    expect(textOf(await chat.say(`show water ${link}`))).toContain('Water covers');
    expect(textOf(await chat.say(filled('show water and ', 2001)))).toBe(
      'That is more than I read at once: up to 2,000 characters with up to 12 requests. Please say it in several messages.',
    );
    expect(textOf(await chat.say(filled('显示水体和', 2001)))).toBe(
      '这超过了我一次能读的内容：最多 2000 个字符、12 个要求。请分成几条消息说。',
    );
    await chat.say(filled('show water and ', 2001), ['second.tif']);
    expect(chat.state.scenes).toHaveLength(2);
  });
});
