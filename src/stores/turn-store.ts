import type { InboundMessage, Reply } from '../domain/message.ts';
import type { Database, Sql } from './database.ts';

/**
 * One message and its reply. The table is inbox and outbox: a message is in it before its platform hears that we have it,
 * a reply before it is posted.
 *
 * waiting → running → answered (the reply is stored, and so is the state it belongs to) → finished (posted).
 */
export interface Turn {
  readonly message: InboundMessage;
  readonly status: 'waiting' | 'running' | 'answered' | 'finished';
  /** How often work on it (or, once answered, its posting) has begun without being finished. */
  readonly attempts: number;
  /** Of the posted reply that shows its progress; null = none posted yet. */
  readonly handle: string | null;
  readonly reply: Reply | null;
}

export interface TurnStore {
  /**
   * Store a message. @returns false when it is known already: a redelivery.
   * @param reply  given when the answer needs no work
   */
  accept(message: InboundMessage, reply?: Reply, sql?: Sql): Promise<boolean>;
  isKnown(id: string, sql?: Sql): Promise<boolean>;
  /** Somebody has spoken in this conversation, and it has not been forgotten. */
  isAlive(conversation: string): Promise<boolean>;
  /** Who spoke or pressed last in a conversation: whom we talk with there. */
  partner(conversation: string): Promise<string | null>;
  /** The oldest turn of a conversation that is not finished. */
  next(conversation: string): Promise<Turn | null>;
  /** @returns false when it is not waiting or running any more: it was cancelled. */
  begin(id: string): Promise<boolean>;
  /** Work on it was interrupted by us, not by it: the attempt does not count. */
  handBack(id: string): Promise<void>;
  postedAs(id: string, handle: string): Promise<void>;
  /** @returns false when it is not running any more: the reply comes too late and is not stored. */
  answer(id: string, reply: Reply, sql?: Sql): Promise<boolean>;
  /** One more failed attempt to post the reply; the next is due `pauseMs(attempts so far)` later. @returns those attempts */
  postingFailed(id: string, pauseMs: (attempts: number) => number): Promise<number>;
  finish(id: string): Promise<void>;
  /**
   * Answer everything unfinished of a conversation with `reply`.
   * @returns how many turns were running or waiting
   */
  cancel(conversation: string, reply: Reply): Promise<number>;
  /** Of these turns, those that are still running. */
  stillRunning(ids: readonly string[]): Promise<string[]>;
  /** What is to be done next in each conversation with something left to do, oldest first. */
  heads(): Promise<Head[]>;
  /** Ids of what is to be worked on, in order: people take turns, everybody's first before anybody's second. */
  order(): Promise<string[]>;
  /**
   * Count a request of a person. What is older than `since` (milliseconds since 1970) counts no more.
   * @returns how many there are with this one
   */
  countRequest(author: string, since: number, sql?: Sql): Promise<number>;
  /** The turns of a conversation, oldest first. */
  history(conversation: string): Promise<Turn[]>;
}

/** The oldest open turn of a conversation. */
export interface Head {
  readonly conversation: string;
  readonly author: string;
  readonly answered: boolean;
  /** Milliseconds since 1970; not to be tried before. */
  readonly dueAt: number;
}

const COLUMNS = 'message, status, attempts, handle, reply';
/** Number of the event that is happening: one sequence for all. */
const NEXT_EVENT = `nextval(pg_get_serial_sequence('turn', 'seq'))`;
const NEXT_EVENT_IF = (condition: string): string => `CASE WHEN ${condition} THEN ${NEXT_EVENT} END`;
const OPEN = `status IN ('waiting', 'running', 'answered')`;

export function createTurnStore(database: Database, now: () => number = Date.now): TurnStore {
  /** @returns whether a row changed */
  const changes = async (text: string, values: readonly unknown[], sql: Sql = database): Promise<boolean> =>
    (await sql.query(`${text} RETURNING id`, values)).length > 0;

  return {
    async accept(message, reply, sql = database) {
      const fresh = await changes(
        `INSERT INTO turn (id, conversation, author, accepted_at, message, status, reply, reply_seq, answered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, ${NEXT_EVENT_IF('$7::text IS NOT NULL')}, $8) ON CONFLICT (id) DO NOTHING`,
        [
          message.id,
          message.conversation,
          message.author.id,
          now(),
          JSON.stringify(message),
          reply ? 'answered' : 'waiting',
          reply ? JSON.stringify(reply) : null,
          reply ? now() : null,
        ],
        sql,
      );
      if (fresh && message.files.length > 0) {
        await sql.query(
          'INSERT INTO turn_file SELECT DISTINCT file, $2 FROM unnest($1::text[]) AS file ON CONFLICT DO NOTHING',
          [message.files.map(({ id }) => id), message.id],
        );
      }
      return fresh;
    },

    async isKnown(id, sql = database) {
      return (await sql.query('SELECT id FROM turn WHERE id = $1', [id])).length > 0;
    },

    async isAlive(conversation) {
      return (await database.query('SELECT FROM turn WHERE conversation = $1 LIMIT 1', [conversation])).length > 0;
    },

    async partner(conversation) {
      const [row] = await database.query<{ author: string }>(
        'SELECT author FROM turn WHERE conversation = $1 ORDER BY seq DESC LIMIT 1',
        [conversation],
      );
      return row?.author ?? null;
    },

    async next(conversation) {
      const rows = await database.query<Row>(
        `SELECT ${COLUMNS} FROM turn WHERE conversation = $1 AND ${OPEN} ORDER BY seq LIMIT 1`,
        [conversation],
      );
      return rows[0] ? toTurn(rows[0]) : null;
    },

    begin: (id) =>
      changes(
        `UPDATE turn SET status = 'running', attempts = attempts + 1 WHERE id = $1 AND status IN ('waiting', 'running')`,
        [id],
      ),

    async handBack(id) {
      await database.query(
        `UPDATE turn SET status = 'waiting', attempts = attempts - 1 WHERE id = $1 AND status = 'running'`,
        [id],
      );
    },

    async postedAs(id, handle) {
      await database.query('UPDATE turn SET handle = $2 WHERE id = $1', [id, handle]);
    },

    answer: (id, reply, sql = database) =>
      changes(
        `UPDATE turn SET status = 'answered', reply = $2, attempts = 0, reply_seq = ${NEXT_EVENT}, answered_at = $3
         WHERE id = $1 AND status = 'running'`,
        [id, JSON.stringify(reply), now()],
        sql,
      ),

    async postingFailed(id, pauseMs) {
      const [row] = await database.query<{ attempts: number }>(
        'UPDATE turn SET attempts = attempts + 1 WHERE id = $1 RETURNING attempts',
        [id],
      );
      const attempts = row?.attempts ?? 0;
      await database.query('UPDATE turn SET due_at = $2 WHERE id = $1', [id, now() + pauseMs(attempts)]);
      return attempts;
    },

    async finish(id) {
      // A turn whose author was erased belongs to a forgotten conversation: nothing of it may stay. The web page has no
      // other place for the answer that says so; it holds no word of what was forgotten.
      await database.query(
        `WITH erased AS (DELETE FROM turn WHERE id = $1 AND author = '' AND NOT starts_with(conversation, 'web:'))
         UPDATE turn SET status = 'finished' WHERE id = $1 AND (author <> '' OR starts_with(conversation, 'web:'))`,
        [id],
      );
    },

    async cancel(conversation, reply) {
      const rows = await database.query(
        `UPDATE turn SET status = 'answered', reply = $2, attempts = 0, reply_seq = ${NEXT_EVENT}, answered_at = $3
         WHERE conversation = $1 AND status IN ('waiting', 'running') RETURNING id`,
        [conversation, JSON.stringify(reply), now()],
      );
      return rows.length;
    },

    async stillRunning(ids) {
      const rows = await database.query<{ id: string }>(
        `SELECT id FROM turn WHERE id = ANY($1::text[]) AND status = 'running'`,
        [ids],
      );
      return rows.map((row) => row.id);
    },

    async heads() {
      const rows = await database.query<{ conversation: string; author: string; status: string; due_at: number }>(
        `SELECT conversation, author, status, due_at FROM
           (SELECT DISTINCT ON (conversation) seq, conversation, author, status, due_at FROM turn WHERE ${OPEN}
            ORDER BY conversation, seq) AS head
         ORDER BY seq`,
      );
      return rows.map(({ conversation, author, status, due_at }) => ({
        conversation,
        author,
        answered: status === 'answered',
        dueAt: due_at,
      }));
    },

    async order() {
      const rows = await database.query<{ id: string }>(
        `SELECT id FROM
           (SELECT id, seq, row_number() OVER (PARTITION BY author ORDER BY seq) AS round FROM turn
            WHERE status IN ('waiting', 'running')) AS waiting
         ORDER BY round, seq`,
      );
      return rows.map((row) => row.id);
    },

    async countRequest(author, since, sql = database) {
      // What lies in the future was counted by a wrong clock.
      await sql.query('DELETE FROM request WHERE at <= $1 OR at > $2', [since, now()]);
      await sql.query('INSERT INTO request VALUES ($1, $2)', [author, now()]);
      const [row] = await sql.query<{ requests: number }>(
        'SELECT count(*)::int AS requests FROM request WHERE author = $1',
        [author],
      );
      return row!.requests;
    },

    async history(conversation) {
      const rows = await database.query<Row>(`SELECT ${COLUMNS} FROM turn WHERE conversation = $1 ORDER BY seq`, [
        conversation,
      ]);
      return rows.map(toTurn);
    },
  };
}

interface Row {
  readonly message: string;
  readonly status: Turn['status'];
  readonly attempts: number;
  readonly handle: string | null;
  readonly reply: string | null;
}

function toTurn(row: Row): Turn {
  return { ...row, message: JSON.parse(row.message), reply: row.reply === null ? null : JSON.parse(row.reply) };
}
