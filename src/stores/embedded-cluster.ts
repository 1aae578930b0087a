import { cpSync, existsSync, fsyncSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { logOf } from '../log.ts';

/**
 * As PGlite starts PostgreSQL, but safe against power loss: with `-F` nothing would be forced to the disk, and of the ways
 * to do that its file system knows `fsync` only. What was logged is removed, not kept for use again: a small log, in which
 * forgotten words do not outlive the next checkpoint.
 */
const START_PARAMS = [
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  ...Object.entries({
    wal_sync_method: 'fsync',
    wal_level: 'minimal',
    max_wal_senders: '0',
    wal_recycle: 'off',
    min_wal_size: '32MB',
    max_wal_size: '64MB',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];

/** Kept where tools keep what they can make again; where that is not writable, it is made every time. */
const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/spex-chat');

const log = logOf('database');

/**
 * Open the embedded database in a folder, made when missing.
 *
 * Making one takes seconds (PostgreSQL's initdb, in WebAssembly), copying an empty one a tenth of one: so the first is kept
 * as the template of all later ones. It matters to `spex-chat ask`, whose database lives as long as the command.
 */
export async function openCluster(folder: string, cache: string = CACHE): Promise<PGlite> {
  const template = join(cache, `cluster-${engineVersion()}`);
  if (existsSync(join(folder, 'PG_VERSION'))) return open(folder);
  if (existsSync(template)) {
    // Whole or not at all: a copy that was interrupted must not look like a database.
    const copy = `${folder}.copy-${process.pid}`;
    rmSync(copy, { recursive: true, force: true });
    cpSync(template, copy, { recursive: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(copy, folder);
    return open(folder);
  }
  const fresh = await PGlite.create(folder);
  await fresh.close();
  keepAsTemplate(folder, template);
  return open(folder);
}

const open = (folder: string): Promise<PGlite> =>
  PGlite.create({ fs: new SyncedFolder(folder), startParams: START_PARAMS });

function keepAsTemplate(folder: string, template: string): void {
  try {
    mkdirSync(dirname(template), { recursive: true });
    const copy = mkdtempSync(`${template}.copy-`);
    cpSync(folder, copy, { recursive: true });
    // Of several processes doing this at once the first wins; a rename never overwrites a folder that holds something.
    try {
      renameSync(copy, template);
    } catch {
      rmSync(copy, { recursive: true, force: true });
    }
  } catch (error) {
    log.debug({ err: error }, 'no template kept');
  }
}

function engineVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  return JSON.parse(readFileSync(resolve(dirname(entry), '../package.json'), 'utf8')).version;
}

/** PGlite's folder of this machine, in which `fsync` does what it says: emscripten's NODEFS leaves it out. */
class SyncedFolder extends NodeFS {
  override async init(...[engine, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(engine, options);
    const sync = (module: unknown): void => {
      const { NODEFS } = module as { NODEFS: { stream_ops: { fsync?(stream: { nfd: number }): number } } };
      NODEFS.stream_ops.fsync = ({ nfd }) => {
        fsyncSync(nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [emscriptenOpts.preRun ?? [], sync].flat() } };
  }
}
