import { expect, it } from 'vitest';
import { workingText } from '../../../src/chat/slack/progress.ts';

it('says how long a long job still takes', () => {
  const progress = { stage: 'masking', done: 3, total: 12, remainingMs: 125_000 } as const;
  expect(workingText({ progress, sentences: [], language: 'en', mark: 'm1' })).toBe(
    'Draw masks: 3 of 12, about 2 min left',
  );
});
