import { defineConfig } from 'vitest/config';

/** Slow suites over real scenes (`SCENES_DIR`, default ../shared/scenes): `npm run test:scenes`. */
export default defineConfig({
  test: {
    include: ['test/**/*.scenes.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
