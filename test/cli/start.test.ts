import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const BIN = resolve(import.meta.dirname, '../../src/cli/spex-chat.js');
const folder = mkdtempSync(join(tmpdir(), 'spex-start-'));
let child: ChildProcess | null = null;
afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

it('serves the web chat where no token is set, says where, and ends cleanly when told to', async () => {
  child = spawn(process.execPath, [BIN, 'start'], {
    cwd: folder,
    env: { PATH: process.env.PATH, WEB_PORT: '0', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
  expect(line).toMatch(/^spex-chat is ready: http:\/\/127\.0\.0\.1:\d+\n$/);
  const page = await fetch(line.split(': ')[1]!.trim());
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  // The working directory holds the data.
  expect(existsSync(join(folder, 'data/db/lock'))).toBe(true);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(existsSync(join(folder, 'data/db/lock'))).toBe(false);
}, 180_000);
