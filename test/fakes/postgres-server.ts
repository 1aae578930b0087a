import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = '/usr/lib/postgresql';

/** Newest installed server programs, null where there are none. PostgreSQL refuses to run as root: then as `postgres`. */
export const POSTGRES_BIN: string | null = existsSync(ROOT)
  ? (readdirSync(ROOT)
      .toSorted((a, b) => Number(b) - Number(a))
      .map((version) => join(ROOT, version, 'bin'))
      .find((bin) => existsSync(join(bin, 'initdb'))) ?? null)
  : null;

/** A real server on a free port with an empty database. */
export async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  if (!POSTGRES_BIN) throw new Error('no PostgreSQL here');
  const folder = mkdtempSync(join(tmpdir(), 'spex-pg-'));
  const asRoot = process.getuid?.() === 0;
  const wrap = (program: string, args: string[]): [string, string[]] =>
    asRoot
      ? ['runuser', ['-u', 'postgres', '--', join(POSTGRES_BIN!, program), ...args]]
      : [join(POSTGRES_BIN!, program), args];
  if (asRoot) execFileSync('chown', ['postgres', folder]);
  const cluster = join(folder, 'cluster');
  execFileSync(
    ...wrap('initdb', ['-D', cluster, '-U', 'spex', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C']),
    {
      stdio: 'ignore',
      cwd: folder,
    },
  );
  const port = await freePort();
  const server = spawn(...wrap('postgres', ['-D', cluster, '-p', `${port}`, '-k', folder, '-c', 'fsync=off']), {
    stdio: 'ignore',
    cwd: folder,
    detached: true,
  });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  for (let i = 0; i < 100; i++) {
    try {
      execFileSync(join(POSTGRES_BIN, 'pg_isready'), ['-h', '127.0.0.1', '-p', `${port}`, '-q']);
      break;
    } catch {
      await sleep(100);
    }
  }
  return {
    url: `postgres://spex@127.0.0.1:${port}/postgres`,
    async stop() {
      // The whole group: under `runuser` the server is a grandchild. SIGINT = disconnect everybody and end.
      process.kill(-server.pid!, 'SIGINT');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
