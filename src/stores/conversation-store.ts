import type { Database, Sql } from './database.ts';

/** What is remembered of conversations: plain JSON, meaningful to `dialogue` only. */
export interface ConversationStore {
  /** `state` is null and `version` 0 for a conversation that has none. */
  load(id: string): Promise<{ state: unknown; version: number }>;
  /**
   * Replace the state loaded at `version`.
   * @param sql  the transaction it belongs to
   * @throws {Error} when it was changed or deleted since
   */
  save(id: string, state: unknown, version: number, sql?: Sql): Promise<void>;
  /** Newest first. `author`: conversations that this person has spoken in. `prefix`: of the id (`slack:T01:`). */
  list(which: { prefix?: string; author?: string; limit?: number }): Promise<ConversationSummary[]>;
  /** Ids of conversations without a change since `time`. */
  unchangedSince(time: number): Promise<string[]>;
}

interface ConversationSummary {
  readonly id: string;
  readonly state: unknown;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

export function createConversationStore(database: Database, now: () => number = Date.now): ConversationStore {
  return {
    async load(id) {
      const [row] = await database.query<{ state: string; version: number }>(
        'SELECT state, version FROM conversation WHERE id = $1',
        [id],
      );
      return row ? { state: JSON.parse(row.state), version: row.version } : { state: null, version: 0 };
    },

    async save(id, state, version, sql = database) {
      const values = [id, JSON.stringify(state), version + 1, now()];
      const saved = await sql.query(
        version === 0
          ? 'INSERT INTO conversation (id, state, version, changed_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id'
          : 'UPDATE conversation SET state = $2, version = $3, changed_at = $4 WHERE id = $1 AND version = $3 - 1 RETURNING id',
        values,
      );
      if (saved.length === 0) throw new Error(`conversation changed since version ${version} was loaded`);
    },

    async list({
      prefix = '',
      author = null,
      limit = 50,
    }: {
      prefix?: string;
      author?: string | null;
      limit?: number;
    }) {
      const rows = await database.query<{ id: string; state: string; changed_at: number }>(
        `SELECT id, state, changed_at FROM conversation
         WHERE starts_with(id, $1)
           AND ($2::text IS NULL OR EXISTS (SELECT FROM turn WHERE turn.conversation = conversation.id AND author = $2))
         ORDER BY changed_at DESC, id LIMIT $3`,
        [prefix, author, limit],
      );
      return rows.map((row) => ({ id: row.id, state: JSON.parse(row.state), changedAt: row.changed_at }));
    },

    async unchangedSince(time) {
      const rows = await database.query<{ id: string }>(
        `SELECT id FROM (
           SELECT id, changed_at FROM conversation
           UNION ALL SELECT conversation, accepted_at FROM turn
         ) AS trace GROUP BY id HAVING max(changed_at) < $1`,
        [time],
      );
      return rows.map((row) => row.id);
    },
  };
}
