import { afterAll, expect, it } from 'vitest';
import { BOMBS } from './bombs.ts';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({ ms: 10_000, mib: 512 });
afterAll(() => sandbox.close());

// Alone each takes milliseconds; the bound leaves room for a machine that has more to do.
it.each(BOMBS)('$name: $ends', async ({ make, ends }) => {
  const { kind, note, ms, grownMiB } = await sandbox.run(make());
  console.log(`${kind}, ${ms} ms, ${grownMiB} MiB: ${note.slice(0, 100)}`);
  expect([kind, note]).toEqual([ends, expect.anything()]);
  expect(ms).toBeLessThan(5000);
});
