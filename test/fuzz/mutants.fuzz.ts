import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { goodFiles, mutate, seeded } from './mutants.ts';
import { Sandbox } from './sandbox.ts';

const MUTANTS = Number(process.env.FUZZ_MUTANTS ?? 3000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** Where mutants that were not read or refused are kept. */
const KEPT = join(tmpdir(), 'spex-chat-fuzz-kept');

const sandbox = new Sandbox({ ms: 10_000, mib: 1024 });
afterAll(() => sandbox.close());

const files = await goodFiles();

it.each(files)('$name is read', async (file) => {
  expect(await sandbox.run([file])).toMatchObject({ kind: 'read' });
});

it(`${MUTANTS} mutants of seed ${SEED} are read or refused in words`, async () => {
  const tally: Record<string, number> = {};
  const bad: string[] = [];
  let slowest = 0;
  let most = 0;
  for (let i = 0; i < MUTANTS; i++) {
    const { name, bytes } = files[i % files.length]!;
    const mutant = { name, bytes: mutate(bytes, seeded(SEED * 1_000_003 + i)) };
    const { kind, note, ms, grownMiB } = await sandbox.run([mutant]);
    tally[kind] = (tally[kind] ?? 0) + 1;
    slowest = Math.max(slowest, ms);
    most = Math.max(most, grownMiB);
    if (kind === 'read' || kind === 'refused') continue;
    await mkdir(KEPT, { recursive: true });
    await writeFile(join(KEPT, `${SEED}-${i}-${name}`), mutant.bytes);
    bad.push(`${SEED}-${i}-${name}: ${kind} after ${ms} ms: ${note}`);
  }
  console.log(`${JSON.stringify(tally)}, slowest ${slowest} ms, most ${most} MiB`);
  expect(bad).toEqual([]);
});
