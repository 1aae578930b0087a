import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const BIN = resolve(import.meta.dirname, '../../src/cli/spex-chat.js');

/** From another working directory, as a person would. */
const spexChat = (...args: string[]) =>
  spawnSync(process.execPath, [BIN, ...args], { cwd: tmpdir(), encoding: 'utf8' });

describe('spex-chat', () => {
  it('lists its commands', () => {
    const { status, stdout, stderr } = spexChat('--help');
    expect([status, stderr]).toEqual([0, '']);
    for (const command of ['start', 'ask', 'doctor']) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it('tells its version', () => {
    expect(spexChat('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['show']],
    ['an unknown option', ['ask', 'demo', '--loud']],
    ['no scene', ['ask']],
  ])('ends with 2 for %s, and prints nothing on stdout', (_case, args) => {
    const { status, stdout, stderr } = spexChat(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
  });

  it('ends with 1 and one sentence for a failure', () => {
    const { status, stdout, stderr } = spexChat('ask', 'no-such-scene.tif', '-q', 'show water', '--json');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^There is no file .*no-such-scene\.tif\.\n$/);
  });

  it('says in words what is wrong with a folder for what it makes', () => {
    const { status, stderr } = spexChat('extract', 'demo', '--target', 'water', '--out', join(BIN, 'x'));
    expect(status).toBe(1);
    expect(stderr).toBe(`${join(BIN, 'x')} cannot be made: a part of it is a file, not a folder.\n`);
  });
});
