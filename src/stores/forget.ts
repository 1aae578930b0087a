import type { ArtefactStore } from './artefact-store.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Database, Sql } from './database.ts';

/** What was deleted. */
export interface Forgotten {
  readonly messages: number;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Delete everything of a conversation: messages, replies, state, scenes, results.
 *
 * @param asked.turn    the turn that asked for it: what came later stays, and of this one only what its reply needs until
 *                      it is posted (`TurnStore.finish` deletes the rest). Absent = everything.
 * @param asked.settle  runs in the transaction that deletes; when it throws nothing is deleted but the files
 */
export async function forgetConversation(
  { database, artefacts }: { database: Database; artefacts: ArtefactStore },
  conversation: string,
  asked?: { turn: string; settle(sql: Sql): Promise<void> },
): Promise<Forgotten> {
  // Files first: killed after this, we have only to do it again.
  const size = await artefacts.remove(conversation);
  const messages = await database.transaction(async (sql) => {
    await sql.query('DELETE FROM conversation WHERE id = $1', [conversation]);
    for (const table of ['rating', 'title', 'expiry']) {
      await sql.query(`DELETE FROM ${table} WHERE conversation = $1`, [conversation]);
    }
    await sql.query('INSERT INTO erasure VALUES ($1)', [Date.now()]);
    const deleted = await sql.query(
      `DELETE FROM turn WHERE conversation = $1
       AND ($2::text IS NULL OR seq < (SELECT seq FROM turn WHERE id = $2)) RETURNING id`,
      [conversation, asked?.turn ?? null],
    );
    if (asked) {
      await eraseTurn(asked.turn, sql);
      await asked.settle(sql);
    }
    return deleted.length;
  });
  return { messages, ...size };
}

/** Of a turn only what its reply needs until it is posted. */
export async function eraseTurn(turn: string, sql: Sql): Promise<void> {
  const [own] = await sql.query<{ message: string }>('SELECT message FROM turn WHERE id = $1', [turn]);
  const erased = { ...JSON.parse(own!.message), text: '', files: [] };
  await sql.query('DELETE FROM turn_file WHERE turn = $1', [turn]);
  await sql.query(`UPDATE turn SET author = '', message = $2 WHERE id = $1`, [turn, JSON.stringify(erased)]);
}

/**
 * Forget the conversations in which nothing has been said for `days`. A clock that is wrong once must delete nothing, and a
 * deletion cannot be taken back: so a conversation is forgotten only when it is found expired a second time, a day later.
 *
 * @param now  milliseconds since 1970, by a clock that does not jump while this process runs: then the day is a real one, or
 *             two processes have seen it on different days
 * @returns how many were forgotten
 */
export async function forgetExpired(
  stores: { database: Database; artefacts: ArtefactStore; conversations: ConversationStore },
  days: number,
  now: number,
): Promise<number> {
  const { database, conversations } = stores;
  const expired = await conversations.unchangedSince(now - days * DAY_MS);
  const due = await database.transaction(async (sql) => {
    // No longer expired, or seen by a clock that was ahead of this one.
    await sql.query('DELETE FROM expiry WHERE NOT conversation = ANY($1::text[]) OR seen_at > $2', [expired, now]);
    await sql.query('INSERT INTO expiry SELECT id, $2 FROM unnest($1::text[]) AS id ON CONFLICT DO NOTHING', [
      expired,
      now,
    ]);
    return sql.query<{ conversation: string }>('SELECT conversation FROM expiry WHERE seen_at <= $1', [now - DAY_MS]);
  });
  for (const { conversation } of due) await forgetConversation(stores, conversation);
  return due.length;
}

const DAY_MS = 86_400_000;
