import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { killThrough } from './kill-through.ts';
import { discordSide, type Side, slackSide, webSide } from './killed-side.ts';

const folder = mkdtempSync(join(tmpdir(), 'spex-between-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WAYS: Record<string, (folder: string) => Promise<Side>> = {
  web: webSide,
  slack: slackSide,
  'discord, a message': (at) => discordSide(at, 'message'),
  'discord, a command': (at) => discordSide(at, 'command'),
};

it.each(
  Object.keys(WAYS),
)('is killed before each write of the way of a message, and answers it once: %s', async (way) => {
  const wrong: string[] = [];
  const tally = await killThrough(await WAYS[way]!(join(folder, way)), (n, seen) => {
    const { answers, leftovers, acknowledged } = seen;
    if (leftovers > 0 || answers.length > 1 || (acknowledged && answers.length === 0)) {
      wrong.push(`before write ${n}: ${JSON.stringify(seen)}`);
    }
  });
  console.log(`${way}: ${JSON.stringify(tally)}`);
  expect(wrong).toEqual([]);
  expect(tally).toMatchObject({ lost: 0, doubled: 0, orphans: 0 });
  expect(tally.kills).toBeGreaterThan(10);
}, 1_800_000);
