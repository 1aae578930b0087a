import { defineConfig } from 'vitest/config';

/** Hostile files in processes of their own: `npm run test:fuzz`. FUZZ_MUTANTS and FUZZ_SEED make it longer and other. */
export default defineConfig({
  test: {
    include: ['test/fuzz/*.fuzz.ts'],
    testTimeout: 24 * 3_600_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
