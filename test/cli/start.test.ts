import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { CHANNEL, DiscordPeople, guildPayload, wordsOf } from '../fakes/discord-events.ts';
import { DiscordServer } from '../fakes/discord-server.ts';

const BIN = resolve(import.meta.dirname, '../../src/cli/spex-chat.js');
const folder = mkdtempSync(join(tmpdir(), 'spex-start-'));
let child: ChildProcess | null = null;
afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Everything under a folder that group or others may touch. */
const openToOthers = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .concat(path)
    .filter((found) => (lstatSync(found).mode & 0o077) !== 0);

it('serves the web chat where no token is set, says where, and ends cleanly when told to', async () => {
  // As an earlier version left it.
  mkdirSync(join(folder, 'data/web/threads'), { recursive: true, mode: 0o755 });
  writeFileSync(join(folder, 'data/web/threads/old.jsonl'), '', { mode: 0o644 });
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
  const lock = () => JSON.parse(readFileSync(join(folder, 'data/db/lock.1'), 'utf8'));
  expect(lock()).toMatchObject({ pid: child.pid });
  expect(openToOthers(join(folder, 'data'))).toEqual([]);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(lock()).toBeNull();
}, 180_000);

it('serves Discord where its token is set, and says what is wrong with a token that Discord refuses', async () => {
  const discord = new DiscordServer();
  await discord.start();
  discord.guilds.push(guildPayload(discord));
  const start = (token: string) => {
    child = spawn(process.execPath, [BIN, 'start'], {
      cwd: folder,
      env: { PATH: process.env.PATH, DISCORD_TOKEN: token, DISCORD_API_URL: discord.apiUrl, LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return child;
  };
  try {
    const [line] = (await once(start(discord.token).stdout!.setEncoding('utf8'), 'data')) as [string];
    expect(line).toBe('spex-chat is ready: Discord\n');
    expect(discord.commands.map(({ name }) => name)).toContain('scene');
    const people = new DiscordPeople(discord);
    people.command('help');
    await vi.waitFor(() => expect(discord.shown(CHANNEL).map(wordsOf).join()).toContain('show vegetation'), 60_000);
    child!.kill('SIGTERM');
    expect(await once(child!, 'exit')).toEqual([0, null]);
    expect(discord.violations).toEqual([]);

    const [said] = (await once(start('another.token.y').stderr!.setEncoding('utf8'), 'data')) as [string];
    expect(said).toContain('Discord refuses the token in DISCORD_TOKEN. Make a new one');
    expect(said).not.toContain('another.token.y');
    expect(await once(child!, 'exit')).toEqual([2, null]);
  } finally {
    await discord.stop();
  }
}, 180_000);
