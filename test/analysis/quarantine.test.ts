import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Quarantine } from '../../src/analysis/quarantine.ts';

const known = (...digests: string[]) => digests.map((digest) => ({ name: 'a.tif', path: '/nowhere/a.tif', digest }));

let quarantine: Quarantine;
beforeEach(() => {
  vi.useFakeTimers();
  quarantine = new Quarantine();
});
afterEach(() => void vi.useRealTimers());

it('knows files by their bytes, and refuses every call that has all of those that died', async () => {
  await quarantine.add(known('aa', 'bb'));
  await expect(quarantine.check(known('bb', 'cc', 'aa'))).rejects.toMatchObject({ code: 'scene-unreadable' });
  await expect(quarantine.check(known('aa'))).resolves.toBeUndefined();
  await expect(quarantine.check([])).resolves.toBeUndefined();
});

it('knows what is not a file by its address', async () => {
  const there = [{ name: 'a.tif', path: 'https://example.org/a.tif' }];
  await quarantine.add(there);
  await expect(quarantine.check(there)).rejects.toMatchObject({ code: 'scene-unreadable' });
});

it('never refuses a call without files', async () => {
  await quarantine.add([]);
  await quarantine.add(known('aa'));
  await expect(quarantine.check([])).resolves.toBeUndefined();
});

it('forgets after an hour, and the oldest of too many', async () => {
  await quarantine.add(known('aa'));
  vi.advanceTimersByTime(3_600_000);
  await expect(quarantine.check(known('aa'))).resolves.toBeUndefined();
  for (let i = 0; i <= 1_000; i++) await quarantine.add(known(`d${i}`));
  await expect(quarantine.check(known('d0'))).resolves.toBeUndefined();
  await expect(quarantine.check(known('d1000'))).rejects.toMatchObject({ code: 'scene-unreadable' });
});
