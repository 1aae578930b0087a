import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openCluster } from '../../src/stores/embedded-cluster.ts';

const root = mkdtempSync(join(tmpdir(), 'spex-cluster-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/spex-chat');

it('makes databases from a template, and what is written into one stays out of the others', async () => {
  const first = await openCluster(join(root, 'a'));
  await first.query('CREATE TABLE only_here (n int)');
  await first.close();
  expect(readdirSync(CACHE)).toContainEqual(expect.stringMatching(/^cluster-\d+\.\d+\.\d+$/));
  // A copy that was interrupted lies in the way.
  mkdirSync(join(root, `b.copy-${process.pid}`));
  const second = await openCluster(join(root, 'b'));
  expect((await second.query(`SELECT to_regclass('only_here') AS found`)).rows).toEqual([{ found: null }]);
  await second.close();
  const again = await openCluster(join(root, 'a'));
  expect((await again.query(`SELECT to_regclass('only_here')::text AS found`)).rows).toEqual([{ found: 'only_here' }]);
  await again.close();
}, 180_000);

it('does without a template where none can be kept', async () => {
  writeFileSync(join(root, 'file'), '');
  const cluster = await openCluster(join(root, 'c'), join(root, 'file/cache'));
  expect((await cluster.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await cluster.close();
  expect(existsSync(join(root, 'c/PG_VERSION'))).toBe(true);
}, 180_000);
