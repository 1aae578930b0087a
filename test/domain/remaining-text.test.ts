import { expect, it } from 'vitest';
import { remainingText } from '../../src/domain/remaining-text.ts';

it.each([
  [9_999, '', ''],
  [10_000, 'about 10 s left', '还需约 10 秒'],
  [84_000, 'about 80 s left', '还需约 80 秒'],
  [86_000, 'about 1 min left', '还需约 1 分钟'],
  [754_000, 'about 13 min left', '还需约 13 分钟'],
])('%d ms', (ms, english, chinese) => {
  expect(remainingText(ms, 'en')).toBe(english);
  expect(remainingText(ms, 'zh')).toBe(chinese);
});
