import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { logOf } from '../log.ts';

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
  if (existsSync(join(folder, 'PG_VERSION'))) return PGlite.create(folder);
  if (existsSync(template)) {
    // Whole or not at all: a copy that was interrupted must not look like a database.
    const copy = `${folder}.copy-${process.pid}`;
    rmSync(copy, { recursive: true, force: true });
    cpSync(template, copy, { recursive: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(copy, folder);
    return PGlite.create(folder);
  }
  const fresh = await PGlite.create(folder);
  await fresh.close();
  keepAsTemplate(folder, template);
  return PGlite.create(folder);
}

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
