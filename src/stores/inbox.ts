import type { Inbox } from '../domain/inbox.ts';
import type { Database } from './database.ts';

export function createInbox(database: Database): Inbox {
  return {
    async put(id, event) {
      await database.query('INSERT INTO inbox (id, event) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        id,
        JSON.stringify(event),
      ]);
    },

    async done(id) {
      await database.query('DELETE FROM inbox WHERE id = $1', [id]);
    },

    async left(prefix) {
      const rows = await database.query<{ id: string; event: string }>(
        'SELECT id, event FROM inbox WHERE starts_with(id, $1) ORDER BY seq',
        [prefix],
      );
      return rows.map(({ id, event }) => ({ id, event: JSON.parse(event) }));
    },
  };
}
