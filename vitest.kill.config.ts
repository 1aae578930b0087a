import { defineConfig } from 'vitest/config';

/** The bot killed between every two writes, and at random moments: `npm run test:kill`. */
export default defineConfig({
  test: {
    include: ['test/kill/**/*.test.ts', 'test/queue/kill.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
  },
});
