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
    await sql.query('DELETE FROM rating WHERE conversation = $1', [conversation]);
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
  await sql.query(`UPDATE turn SET author = '', message = $2 WHERE id = $1`, [turn, JSON.stringify(erased)]);
}

/** Forget the conversations in which nothing has been said for `days`. @returns how many */
export async function forgetExpired(
  stores: { database: Database; artefacts: ArtefactStore; conversations: ConversationStore },
  days: number,
  now = Date.now(),
): Promise<number> {
  const expired = await stores.conversations.unchangedSince(now - days * 86_400_000);
  for (const conversation of expired) await forgetConversation(stores, conversation);
  return expired.length;
}
