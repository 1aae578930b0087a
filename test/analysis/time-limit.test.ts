import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SceneRequest } from '../../src/analysis/scene-request.ts';
import { timeLimitMs } from '../../src/analysis/time-limit.ts';

const sceneOf = (width: number, height: number, path = '/here.tif') =>
  ({ grid: { width, height }, files: [{ name: 'here.tif', path }] }) as unknown as NonNullable<SceneRequest['scene']>;
const far = 'https://example.org/a.tif';

it('gives the configured time, and a second for each million pixels of all scenes', async () => {
  expect(await timeLimitMs('index', { scene: sceneOf(20_000, 20_000) }, 300_000)).toBe(700_000);
  const both = { before: { scene: sceneOf(1_000, 1_000) }, after: { scene: sceneOf(1_000, 2_000) } };
  expect(await timeLimitMs('compare', both, 300_000)).toBe(303_000);
});

it('gives half a minute for opening, less where less is configured, and a second for each 16 MiB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'limit-'));
  const path = join(folder, 'large.tif');
  await writeFile(path, Buffer.alloc(32 * 2 ** 20));
  const files = [{ name: 'large.tif', path }];
  expect(await timeLimitMs('open', { files }, 300_000)).toBeCloseTo(32_000);
  expect(await timeLimitMs('open', { files }, 10_000)).toBeCloseTo(12_000);
  expect(await timeLimitMs('open', { files: [{ name: 'gone.tif', path: '/gone.tif' }] }, 300_000)).toBe(30_000);
  await rm(folder, { recursive: true });
});

it('lets what comes from afar take the configured time to come', async () => {
  expect(await timeLimitMs('open', { files: [{ name: 'a.tif', path: far }] }, 300_000)).toBe(330_000);
  expect(await timeLimitMs('draw', { scene: sceneOf(1_000, 1_000, far) }, 300_000)).toBe(601_000);
});
