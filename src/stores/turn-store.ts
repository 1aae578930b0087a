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
  isKnown(id: string): Promise<boolean>;
  /** The oldest turn of a conversation that is not finished. */
  next(conversation: string): Promise<Turn | null>;
  /** @returns false when it is not waiting or running any more: it was cancelled. */
  begin(id: string): Promise<boolean>;
  /** Work on it was interrupted by us, not by it: the attempt does not count. */
  handBack(id: string): Promise<void>;
  postedAs(id: string, handle: string): Promise<void>;
  /** @returns false when it is not running any more: the reply comes too late and is not stored. */
  answer(id: string, reply: Reply, sql?: Sql): Promise<boolean>;
  /** One more failed attempt to post the reply. @returns the attempts so far. */
  postingFailed(id: string): Promise<number>;
  finish(id: string): Promise<void>;
  /**
   * Answer everything unfinished of a conversation with `reply`.
   * @returns how many turns were running or waiting
   */
  cancel(conversation: string, reply: Reply): Promise<number>;
  /** Of these turns, those that are still running. */
  stillRunning(ids: readonly string[]): Promise<string[]>;
  /** Conversations with something left to do. */
  openConversations(): Promise<string[]>;
  /** Turns of all conversations to be worked on before this one. */
  ahead(id: string): Promise<number>;
  /** Messages of a person since `time` (milliseconds since 1970). */
  acceptedSince(author: string, time: number): Promise<number>;
  /** The turns of a conversation, oldest first. */
  history(conversation: string): Promise<Turn[]>;
}

const COLUMNS = 'message, status, attempts, handle, reply';
const OPEN = `status IN ('waiting', 'running', 'answered')`;

export function createTurnStore(database: Database, now: () => number = Date.now): TurnStore {
  const statuses = async (text: string, values: readonly unknown[], sql: Sql = database): Promise<boolean> =>
    (await sql.query(`${text} RETURNING id`, values)).length > 0;

  return {
    accept: (message, reply, sql = database) =>
      statuses(
        `INSERT INTO turn (id, conversation, author, accepted_at, message, status, reply)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
        [
          message.id,
          message.conversation,
          message.author.id,
          now(),
          JSON.stringify(message),
          reply ? 'answered' : 'waiting',
          reply ? JSON.stringify(reply) : null,
        ],
        sql,
      ),

    async isKnown(id) {
      return (await database.query('SELECT id FROM turn WHERE id = $1', [id])).length > 0;
    },

    async next(conversation) {
      const rows = await database.query<Row>(
        `SELECT ${COLUMNS} FROM turn WHERE conversation = $1 AND ${OPEN} ORDER BY seq LIMIT 1`,
        [conversation],
      );
      return rows[0] ? toTurn(rows[0]) : null;
    },

    begin: (id) =>
      statuses(
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
      statuses(
        `UPDATE turn SET status = 'answered', reply = $2, attempts = 0 WHERE id = $1 AND status = 'running'`,
        [id, JSON.stringify(reply)],
        sql,
      ),

    async postingFailed(id) {
      const [row] = await database.query<{ attempts: number }>(
        'UPDATE turn SET attempts = attempts + 1 WHERE id = $1 RETURNING attempts',
        [id],
      );
      return row?.attempts ?? 0;
    },

    async finish(id) {
      // A turn whose author was erased belongs to a forgotten conversation: nothing of it may stay.
      await database.query(
        `WITH erased AS (DELETE FROM turn WHERE id = $1 AND author = '')
         UPDATE turn SET status = 'finished' WHERE id = $1 AND author <> ''`,
        [id],
      );
    },

    async cancel(conversation, reply) {
      const rows = await database.query(
        `UPDATE turn SET status = 'answered', reply = $2, attempts = 0
         WHERE conversation = $1 AND status IN ('waiting', 'running') RETURNING id`,
        [conversation, JSON.stringify(reply)],
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

    async openConversations() {
      const rows = await database.query<{ conversation: string }>(
        `SELECT conversation FROM turn WHERE ${OPEN} GROUP BY conversation ORDER BY min(seq)`,
      );
      return rows.map((row) => row.conversation);
    },

    async ahead(id) {
      const [row] = await database.query<{ ahead: number }>(
        `SELECT count(*)::int AS ahead FROM turn
         WHERE status IN ('waiting', 'running') AND seq < (SELECT seq FROM turn WHERE id = $1)`,
        [id],
      );
      return row!.ahead;
    },

    async acceptedSince(author, time) {
      const [row] = await database.query<{ messages: number }>(
        'SELECT count(*)::int AS messages FROM turn WHERE author = $1 AND accepted_at > $2',
        [author, time],
      );
      return row!.messages;
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
