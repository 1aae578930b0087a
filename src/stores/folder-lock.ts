import { randomBytes } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserFacingError } from '../errors.ts';

const HEARTBEAT_MS = 5_000;
/** A holder on another host (or in another container) whose heartbeat is older than this is taken for dead. */
const STALE_MS = 60_000;

/** Gives the folder back. */
export interface FolderLock {
  (): void;
  /** Somebody took us for dead (this machine was paused for a minute) and has the folder now: it must not be written to. */
  isLost(): boolean;
}

/** What a lock says of its holder; null once it has been given back. */
type Holder = {
  readonly pid: number;
  readonly host: string;
  /** Start of the process in clock ticks since boot, where the system tells: a pid alone is used again. */
  readonly startedAt: string | null;
} | null;

/**
 * Take a folder for this process alone. The embedded database must not be opened twice, and does not notice it itself.
 * A lock left by a process that was killed is taken over.
 *
 * Locks are numbered files, `lock.1`, `lock.2` …, and the highest one counts. It is never removed, not even when it is given
 * back: only whoever has made a higher one removes those below. So the highest number never falls, and of all that want to
 * follow the same dead holder exactly one can make the next file (`link` fails where there is one). Who was slow may make a
 * lower one that has been removed meanwhile: then there is a higher one when it looks again, and it has lost.
 *
 * @throws {UserFacingError} `wrong-usage` while another process holds it
 */
export function lockFolder(folder: string): FolderLock {
  const me = { pid: process.pid, host: hostname(), startedAt: startOf(process.pid) };
  const last = highest(folder);
  if (last > 0) {
    const holder = read(folder, last);
    if (holder !== null && isAlive(holder, join(folder, nameOf(last)), me)) throw folderInUse(folder, holder);
  }
  const mine = last + 1;
  const path = join(folder, nameOf(mine));
  if (!write(folder, me, (draft) => linkSync(draft, path)) || highest(folder) > mine) {
    throw folderInUse(folder, read(folder, highest(folder)));
  }
  for (const number of numbersIn(folder)) if (number < mine) rmSync(join(folder, nameOf(number)), { force: true });

  const isLost = (): boolean => highest(folder) !== mine;
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  heartbeat.unref();
  const release = (): void => {
    clearInterval(heartbeat);
    if (!isLost()) write(folder, null, (draft) => renameSync(draft, path));
  };
  return Object.assign(release, { isLost });
}

const nameOf = (number: number): string => `lock.${number}`;

const numbersIn = (folder: string): number[] =>
  readdirSync(folder).flatMap((name) => /^lock\.(\d+)$/.exec(name)?.slice(1).map(Number) ?? []);

/** 0 when there is none. */
const highest = (folder: string): number => Math.max(0, ...numbersIn(folder));

/** Nobody ever sees half a lock: it gets its name when it is complete. @returns false when that name is taken */
function write(folder: string, holder: Holder, giveName: (draft: string) => void): boolean {
  const draft = join(folder, `draft-${randomBytes(8).toString('hex')}`);
  try {
    writeFileSync(draft, JSON.stringify(holder), { mode: 0o600, flag: 'wx' });
    giveName(draft);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(folder: string, number: number): Holder {
  try {
    return JSON.parse(readFileSync(join(folder, nameOf(number)), 'utf8'));
  } catch {
    return null; // removed by whoever made a higher one
  }
}

function isAlive(holder: NonNullable<Holder>, path: string, me: NonNullable<Holder>): boolean {
  if (holder.host !== me.host) {
    const file = statSync(path, { throwIfNoEntry: false });
    return file !== undefined && Date.now() - file.mtimeMs < STALE_MS;
  }
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

function folderInUse(folder: string, holder: Holder): UserFacingError {
  return new UserFacingError(
    'wrong-usage',
    `Another spex-chat${holder ? ` (process ${holder.pid} on ${holder.host})` : ''} uses the data folder ${folder}. ` +
      'Stop it, or set DATA_DIR to another folder.',
  );
}
