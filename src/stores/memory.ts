import type { Memory } from '../domain/memory.ts';
import type { Database } from './database.ts';

/** The answers to what adapters ask of what is kept. */
export function createMemory(database: Database): Memory {
  return {
    async isPartOf(conversation) {
      return (await database.query('SELECT 1 FROM turn WHERE conversation = $1 LIMIT 1', [conversation])).length > 0;
    },
  };
}
