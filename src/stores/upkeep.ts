import type { Database } from './database.ts';

/** Dead rows of a table from which on their room is used again: at a quiet moment, and at any. */
const MANY_DEAD = 500;
const TOO_MANY_DEAD = 2_500;
/** Words that were forgotten are erased at a quiet moment, and after this whether there is one or not. */
const ERASED_AFTER_MS = 3_600_000;

/**
 * What a server's autovacuum does, for the embedded database, which has none; and more: what was deleted is no longer
 * readable in its files afterwards. It blocks everybody else for up to some seconds.
 *
 * PostgreSQL only marks deleted rows, and the write-ahead log holds them as well. So the tables are written anew, and the log
 * up to then is removed. Blocks that the file system has freed keep their bytes until it uses them again; and on a server
 * all of this is up to whoever runs it.
 *
 * @param isQuiet  nobody waits for anything
 */
export async function keepUp(database: Database, isQuiet: boolean, now: number): Promise<void> {
  const [erasure] = await database.query<{ since: number | null }>('SELECT min(since) AS since FROM erasure');
  const since = erasure!.since;
  if (!database.embedded) {
    if (since !== null) await database.query('DELETE FROM erasure');
    return;
  }
  // A time that lies ahead was noted by a wrong clock.
  if (since !== null && (isQuiet || since < now - ERASED_AFTER_MS || since > now)) {
    await eraseDeleted(database);
    return;
  }
  const dead = await database.query<{ relname: string }>(
    'SELECT relname FROM pg_stat_user_tables WHERE n_dead_tup > $1',
    [isQuiet ? MANY_DEAD : TOO_MANY_DEAD],
  );
  for (const { relname } of dead) await database.script(`VACUUM (ANALYZE) "${relname}"`);
}

async function eraseDeleted(database: Database): Promise<void> {
  const tables = await database.query<{ relname: string }>('SELECT relname FROM pg_stat_user_tables');
  // Whoever forgets meanwhile asks for another round.
  await database.query('DELETE FROM erasure');
  for (const { relname } of tables) await database.script(`VACUUM FULL "${relname}"`);
  await database.query('SELECT pg_switch_wal()');
  await database.script('CHECKPOINT');
}
