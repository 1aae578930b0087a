import type { Memory, RecentConversation } from '../domain/memory.ts';
import type { Language } from '../domain/message.ts';
import type { ArtefactStore } from './artefact-store.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Database } from './database.ts';
import { forgetConversation } from './forget.ts';
import type { TurnStore } from './turn-store.ts';

/** The answers to what adapters ask of what is kept. */
export function createMemory(
  parts: { database: Database; conversations: ConversationStore; turns: TurnStore; artefacts: ArtefactStore },
  /** What a state is about; only the dialogue can read it. */
  summarise: (state: unknown) => Pick<RecentConversation, 'scenes' | 'findings'>,
): Memory {
  const { database, conversations, turns } = parts;
  return {
    async isPartOf(conversation) {
      return turns.isAlive(conversation);
    },

    async recent(author, limit) {
      const found = await conversations.list({ author, limit });
      return found.map(({ id, state, changedAt }) => ({ conversation: id, changedAt, ...summarise(state) }));
    },

    async forget(which) {
      const [found, value] =
        'conversation' in which
          ? ['SELECT $1 AS conversation', which.conversation]
          : 'prefix' in which
            ? ['SELECT DISTINCT conversation FROM turn WHERE starts_with(conversation, $1)', which.prefix]
            : 'author' in which
              ? ['SELECT DISTINCT conversation FROM turn WHERE author = $1', which.author]
              : [
                  'SELECT DISTINCT conversation FROM turn_file JOIN turn ON turn.id = turn_file.turn WHERE file = $1',
                  which.file,
                ];
      const rows = await database.query<{ conversation: string }>(found, [value]);
      for (const { conversation } of rows) await forgetConversation(parts, conversation);
      if ('prefix' in which) {
        await database.query('DELETE FROM preference WHERE starts_with(person, $1)', [which.prefix]);
      }
      return rows.length;
    },

    async language(person) {
      const [row] = await database.query<{ language: Language }>('SELECT language FROM preference WHERE person = $1', [
        person,
      ]);
      return row?.language ?? null;
    },

    async chooseLanguage(person, language) {
      if (language === null) await database.query('DELETE FROM preference WHERE person = $1', [person]);
      else {
        await database.query(
          'INSERT INTO preference (person, language) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET language = $2',
          [person, language],
        );
      }
    },

    async rate({ conversation, handle, author, good }) {
      await database.query(
        `INSERT INTO rating (conversation, handle, author, good) VALUES ($1, $2, $3, $4)
         ON CONFLICT (conversation, handle, author) DO UPDATE SET good = $4`,
        [conversation, handle, author, good],
      );
    },
  };
}
