import { expect, it } from 'vitest';
import { en } from '../../src/dialogue/language/en.ts';
import { zh } from '../../src/dialogue/language/zh.ts';
import { ERROR_CODES } from '../../src/errors.ts';

it('has every text in both languages', () => {
  expect(Object.keys(zh).toSorted()).toEqual(Object.keys(en).toSorted());
  expect(zh.helpExamples).toHaveLength(en.helpExamples.length);
});

it.each(
  Object.entries(zh).filter(([, text]) => typeof text === 'string') as [string, string][],
)('zh.%s is Chinese', (key, text) => {
  expect(text).toMatch(/\p{Script=Han}/u);
  expect(text).not.toBe(en[key as keyof typeof en]);
});

it('explains every failure a person can meet in Chinese', () => {
  const general = zh.failed('no-such-code', 'x');
  const silent = ['cancelled', 'checkpoint-invalid', 'pack-corrupt', 'rate-limited', 'permission-missing'];
  const unexplained = ERROR_CODES.filter((code) => zh.failed(code, 'x') === general && !silent.includes(code));
  expect(unexplained).toEqual([]);
});
