import { defineConfig } from 'vitest/config';

/** Slow suites over real scenes (`SCENES_DIR`, default ../shared/scenes): `npm run test:scenes`. */
export default defineConfig({
  test: {
    include: ['test/**/*.scenes.test.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 900_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
