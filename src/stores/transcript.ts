import type { InboundMessage } from '../domain/message.ts';
import type { KeptTurn, Transcript } from '../domain/transcript.ts';
import type { Database } from './database.ts';

const COLUMNS = 'message, seq, reply, reply_seq, answered_at';

/** The turns, as a page shows them: there is no other copy of what was said. */
export function createTranscript(database: Database): Transcript {
  return {
    async turnsAfter(conversation, after) {
      const rows = await database.query<Row>(
        `SELECT ${COLUMNS} FROM turn WHERE conversation = $1 AND (seq >= $2 OR reply_seq >= $2) ORDER BY seq`,
        [conversation, after],
      );
      if (after > 0 && !rows.some((row) => row.seq === after || row.reply_seq === after)) return null;
      return rows.map(toTurn);
    },

    async turnAnsweredBy(conversation, event) {
      const [row] = await database.query<Row>(
        `SELECT ${COLUMNS} FROM turn WHERE conversation = $1 AND reply_seq = $2`,
        [conversation, event],
      );
      return row ? toTurn(row) : null;
    },

    async message(id) {
      const [row] = await database.query<{ message: string }>('SELECT message FROM turn WHERE id = $1', [id]);
      return row ? JSON.parse(row.message) : null;
    },

    async of(author) {
      const rows = await database.query<{
        conversation: string;
        title: string | null;
        first: string;
        at: number;
        waiting: boolean;
      }>(
        `SELECT conversation, title, (SELECT message FROM turn WHERE seq = kept.first) AS first, at, waiting
         FROM (SELECT conversation, min(seq) AS first, max(GREATEST(accepted_at, answered_at)) AS at,
                      bool_or(status IN ('waiting', 'running')) AS waiting
               FROM turn WHERE author = $1 GROUP BY conversation) AS kept
         LEFT JOIN title USING (conversation) ORDER BY at DESC, conversation`,
        [author],
      );
      return rows.map((row) => ({ ...row, first: JSON.parse(row.first) as InboundMessage }));
    },

    async rename(conversation, title) {
      await database.query(
        `INSERT INTO title SELECT $1, $2 WHERE EXISTS (SELECT FROM turn WHERE conversation = $1)
         ON CONFLICT (conversation) DO UPDATE SET title = $2`,
        [conversation, title],
      );
    },
  };
}

interface Row {
  readonly message: string;
  readonly seq: number;
  readonly reply: string | null;
  readonly reply_seq: number | null;
  readonly answered_at: number | null;
}

function toTurn({ message, seq, reply, reply_seq, answered_at }: Row): KeptTurn {
  return {
    message: JSON.parse(message),
    said: seq,
    answer: reply === null ? null : { event: reply_seq!, at: answered_at!, reply: JSON.parse(reply) },
  };
}
