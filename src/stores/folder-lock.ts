import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserFacingError } from '../errors.ts';

const HEARTBEAT_MS = 5_000;
/** A holder on another host (or in another container) whose heartbeat is older than this is taken for dead. */
const STALE_MS = 20_000;

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Start of the process in clock ticks since boot, where the system tells: a pid alone is used again. */
  readonly startedAt: string | null;
}

/**
 * Take a folder for this process alone. The embedded database must not be opened twice, and does not notice it itself.
 * A lock left by a process that was killed is taken over.
 *
 * @returns a function that gives the folder back
 * @throws {UserFacingError} `wrong-usage` while another process holds it
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  const me: Holder = { pid: process.pid, host: hostname(), startedAt: startOf(process.pid) };
  for (let tries = 0; !create(path, me); tries++) {
    const holder = read(path);
    if (tries > 3 || (holder && isAlive(holder, path, me))) throw folderInUse(folder, holder);
    // Renaming first: of two processes that both found it stale, one gets it, the other finds nothing to rename.
    const aside = `${path}.stale-${process.pid}`;
    try {
      renameSync(path, aside);
    } catch {
      continue;
    }
    rmSync(aside, { force: true });
  }
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  heartbeat.unref();
  return () => {
    clearInterval(heartbeat);
    const holder = read(path);
    if (holder?.pid === me.pid && holder.host === me.host) rmSync(path, { force: true });
  };
}

function create(path: string, me: Holder): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, JSON.stringify(me));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function isAlive(holder: Holder, path: string, me: Holder): boolean {
  if (holder.host !== me.host) return Date.now() - statSync(path).mtimeMs < STALE_MS;
  // In a container that was started again everybody has the pid of before.
  if (holder.startedAt !== null && holder.startedAt !== startOf(holder.pid)) return false;
  if (holder.startedAt === null && holder.pid === me.pid) return false;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and parentheses. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // The folder was removed under us; the database will say so.
  }
}

function folderInUse(folder: string, holder: Holder | null): UserFacingError {
  return new UserFacingError(
    'wrong-usage',
    `Another spex-chat${holder ? ` (process ${holder.pid} on ${holder.host})` : ''} uses the data folder ${folder}. ` +
      'Stop it, or set DATA_DIR to another folder.',
  );
}
