import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../src/stores/folder-lock.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spex-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** No process has a pid this large. */
const DEAD = { pid: 2 ** 30, host: hostname(), startedAt: '1' };
const leave = (name: string, holder: object | null) => writeFileSync(join(folder, name), JSON.stringify(holder));
const refused = { code: 'wrong-usage' };

it.each([2, 6])('has one holder, whoever of %s processes finds it left by a dead one at the same moment', async (n) => {
  const script = fileURLToPath(new URL('./lock-contender.ts', import.meta.url));
  for (let i = 0; i < n; i++) {
    const child = fork(script, { execArgv: ['--import', import.meta.resolve('tsx')] });
    await once(child, 'message');
    children.push(child);
  }
  const all = (message: { folder: string | null; at: number }): Promise<{ holds: boolean }[]> =>
    Promise.all(
      children.map(async (child) => {
        child.send(message);
        return (await once(child, 'message'))[0];
      }),
    );
  const holders: number[] = [];
  for (let round = 0; round < 100; round++) {
    leave(`lock.${10 * (round + 1)}`, DEAD);
    holders.push((await all({ folder, at: Date.now() + 15 })).filter(({ holds }) => holds).length);
    await all({ folder: null, at: 0 });
  }
  expect(holders).toEqual(Array(100).fill(1));
});

describe('a lock', () => {
  it('is refused while it is held, and free when it is given back', () => {
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining(refused));
    unlock();
    lockFolder(folder)();
    expect(readdirSync(folder)).toEqual(['lock.2']); // the highest one is never removed
  });

  it('is lost by who was slow: it made a lower one', () => {
    leave('lock.5', DEAD);
    const unlock = lockFolder(folder);
    leave('lock.7', { ...DEAD, host: 'elsewhere' });
    expect(unlock.isLost()).toBe(true);
    unlock();
    // Giving back what is lost takes nothing from its holder.
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining(refused));
  });

  it('of another host is held as long as its heart beats, and a minute longer', () => {
    leave('lock.1', { pid: 1, host: 'elsewhere', startedAt: '1' });
    const beat = (secondsAgo: number) => {
      const time = Date.now() / 1000 - secondsAgo;
      utimesSync(join(folder, 'lock.1'), time, time);
    };
    for (const seconds of [0, 50, -3600]) {
      beat(seconds);
      expect(() => lockFolder(folder)).toThrow(expect.objectContaining(refused));
    }
    beat(70);
    lockFolder(folder)();
  });

  it('of a process whose pid was given to another one is free', () => {
    leave('lock.1', { pid: process.ppid, host: hostname(), startedAt: '1' });
    lockFolder(folder)();
  });
});
