import { expect, it } from 'vitest';
import { workingContainer } from '../../../src/chat/discord/progress.ts';

it('says how long a long job still takes', () => {
  const progress = { stage: 'masking', done: 3, total: 12, remainingMs: 125_000 } as const;
  const shown = JSON.stringify(workingContainer({ progress, sentences: [], language: 'en', owner: 'u1' }));
  expect(shown).toContain('about 2 min left');
});
