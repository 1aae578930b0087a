import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PGliteInterface, Transaction } from '@electric-sql/pglite';
import pg from 'pg';
import { expectedFailure, UserFacingError } from '../errors.ts';
import { logOf } from '../log.ts';
import { openCluster } from './embedded-cluster.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { MIGRATIONS } from './migrations.ts';
import { privateFolder } from './private-folder.ts';

/** PostgreSQL, whoever runs it. Values are passed beside the text, never inside. */
export interface Sql {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Several statements without values, as one transaction. */
  script(text: string): Promise<void>;
}

export interface Database extends Sql {
  /** Runs in this process: nobody else has it open. */
  readonly embedded: boolean;
  /** All of `work`'s statements or none. `work` must use the `sql` it is given. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  /**
   * A name for one holder at a time among all processes on this database; null when it is taken. It is free again when the
   * holder releases it or its process is gone, at once and without a time limit.
   */
  tryLock(name: string): Promise<Lock | null>;
  close(): Promise<void>;
}

export interface Lock {
  /** Aborted when the connection that holds the lock broke: somebody else may have it now. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

const log = logOf('database');

/** `bigint` as a number, as the embedded engine gives it; ours are times and counts, far below 2^53. */
const NUMBERS: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)),
};

/** Any number; the same in all processes on a database. */
const MIGRATION_LOCK = 7_331_001;

/**
 * Open the database and bring its schema up to date.
 *
 * @param options.url  a server; absent = embedded, in the folder `db` of `dataDir`
 * @throws {UserFacingError} when another process has the folder open
 */
export async function openDatabase(options: { dataDir: string; url?: string | undefined }): Promise<Database> {
  const database = options.url ? openServer(options.url) : await openEmbedded(options.dataDir);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

async function migrate(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await sql.query('CREATE TABLE IF NOT EXISTS migration (step integer PRIMARY KEY)');
    const [done] = await sql.query<{ steps: number }>('SELECT count(*)::int AS steps FROM migration');
    if (done!.steps > MIGRATIONS.length) throw new Error('The database was written by a newer version of spex-chat.');
    for (let step = done!.steps; step < MIGRATIONS.length; step++) {
      await sql.script(MIGRATIONS[step]!);
      await sql.query('INSERT INTO migration VALUES ($1)', [step]);
    }
  });
}

async function openEmbedded(dataDir: string): Promise<Database> {
  const folder = join(dataDir, 'db');
  const { unlock, engine } = await claim(dataDir, folder);
  const locks = new Set<string>();
  const inTurn = takingTurns(() => {
    if (unlock.isLost()) throw takenOver(dataDir);
  });
  return {
    embedded: true,
    ...sqlOfEngine(engine, inTurn),
    transaction: (work) =>
      inTurn(() =>
        engine.transaction((transaction) =>
          work(
            sqlOfEngine(
              transaction,
              takingTurns(() => undefined),
            ),
          ),
        ),
      ),
    // The folder lock makes us the only process.
    async tryLock(name) {
      return holdLocally(locks, name);
    },
    async close() {
      await engine.close();
      unlock();
    },
  };
}

/** Makes the folder, takes it for this process and opens what is in it. @throws {UserFacingError} where that cannot be */
async function claim(dataDir: string, folder: string): Promise<{ unlock: FolderLock; engine: PGliteInterface }> {
  let unlock: FolderLock | null = null;
  try {
    privateFolder(dataDir);
    privateFolder(folder);
    unlock = lockFolder(folder);
    return { unlock, engine: await openCluster(join(folder, 'cluster')) };
  } catch (error) {
    unlock?.();
    const expected = expectedFailure(error);
    if (expected && expected.code !== 'disk-full') throw expected;
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new UserFacingError(
      expected?.code ?? 'wrong-usage',
      `I cannot write to the data folder ${dataDir}: ${WHY[code] ?? message}. ` +
        (expected ? 'Make room on it, or set DATA_DIR' : 'Set DATA_DIR') +
        ' in .env to a folder that I may write to.',
      { cause: error },
    );
  }
}

const takenOver = (dataDir: string): UserFacingError =>
  new UserFacingError(
    'wrong-usage',
    `Another spex-chat has taken over the data folder ${dataDir} while this one was paused. Stop one of them.`,
  );

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'it is on a read-only disk',
  ENOTDIR: 'it is a file',
  EEXIST: 'it is a file',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
};

/** Does one piece of work after another. */
type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * The engine computes on this thread, and one waiting query follows another without the event loop ever getting to the
 * sockets in between: 20 messages at once kept chat platforms waiting for a second. So after each everybody else has a turn.
 *
 * @param check  throws when nothing may be written any more
 */
function takingTurns(check: () => void): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last
      .then(() => nextTurn())
      .then(() => {
        check();
        return work();
      });
    last = mine.catch(() => undefined);
    return mine;
  };
}

function sqlOfEngine(engine: Pick<Transaction, 'query' | 'exec'>, inTurn: InTurn): Sql {
  return {
    query: <Row extends object>(text: string, values: readonly unknown[] = []) =>
      inTurn(async () => (await engine.query<Row>(text, [...values])).rows),
    script: (text) =>
      inTurn(async () => {
        await engine.exec(text);
      }),
  };
}

function openServer(url: string): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    application_name: 'spex-chat',
    keepAlive: true,
    types: NUMBERS,
  });
  // An idle connection that breaks is replaced; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'idle connection lost'));
  const locks = new Set<string>();
  let holder: Promise<Holder> | null = null;

  /** Session locks live as long as their connection, so all locks of this process share one that is never handed back. */
  const lockConnection = async (): Promise<Holder> => {
    const client = await pool.connect();
    const broken = new AbortController();
    let released = false;
    const release = (): void => {
      // It may break after it was given up, too.
      if (!released) client.release(true);
      released = true;
    };
    client.on('error', (error) => {
      if (!released) log.error({ reason: error.message }, 'lost the connection that holds the locks');
      release();
      broken.abort(error);
      holder = null;
      locks.clear();
    });
    return { client, lost: broken.signal, release };
  };

  return {
    embedded: false,
    ...sqlOfClient(pool),
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work(sqlOfClient(client));
        await client.query('COMMIT');
        client.release();
        return result;
      } catch (error) {
        // A connection that cannot even roll back is thrown away.
        await client.query('ROLLBACK').then(
          () => client.release(),
          (broken: Error) => client.release(broken),
        );
        throw error;
      }
    },
    async tryLock(name) {
      const lock = holdLocally(locks, name);
      if (!lock) return null;
      try {
        holder ??= lockConnection();
        const { client, lost } = await holder;
        const { rows } = await client.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held', [name]);
        if (!rows[0].held) {
          await lock.release();
          return null;
        }
        return {
          lost,
          async release() {
            if (!lost.aborted) await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
            await lock.release();
          },
        };
      } catch (error) {
        await lock.release();
        throw error;
      }
    },
    async close() {
      if (holder) (await holder).release();
      await pool.end();
    },
  };
}

function sqlOfClient(client: pg.Pool | pg.PoolClient): Sql {
  return {
    async query<Row extends object>(text: string, values: readonly unknown[] = []) {
      return (await client.query<Row>(text, [...values])).rows;
    },
    async script(text) {
      await client.query(text);
    },
  };
}

/** The connection whose session holds our locks. */
interface Holder {
  readonly client: pg.PoolClient;
  readonly lost: AbortSignal;
  release(): void;
}

/** Locks of a database session are re-entrant; ours are not. */
function holdLocally(held: Set<string>, name: string): Lock | null {
  if (held.has(name)) return null;
  held.add(name);
  return {
    lost: new AbortController().signal,
    async release() {
      held.delete(name);
    },
  };
}
