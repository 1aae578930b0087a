import type { Memory, RecentConversation } from '../domain/memory.ts';
import type { Language } from '../domain/message.ts';
import type { ArtefactStore } from './artefact-store.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Database } from './database.ts';
import { forgetConversation } from './forget.ts';
import { forgetPerson } from './forget-person.ts';
import type { TurnStore } from './turn-store.ts';

/** The answers to what adapters ask of what is kept. */
export function createMemory(
  parts: { database: Database; conversations: ConversationStore; turns: TurnStore; artefacts: ArtefactStore },
  /** Only the dialogue can read a state. */
  reading: {
    /** What a state is about. */
    summarise(state: unknown): Pick<RecentConversation, 'scenes' | 'findings'>;
    /** The state without what this person sent (null = anybody), and how much that was. */
    without(
      state: unknown,
      author: string | null,
    ): { readonly rest: unknown; readonly scenes: number; readonly results: number };
  },
): Memory {
  const { database, conversations, turns } = parts;

  /** Conversations that a person has spoken in, and whether anybody else has. */
  const spokenIn = (author: string): Promise<{ conversation: string; shared: boolean; messages: number }[]> =>
    database.query(
      `SELECT conversation, bool_or(author NOT IN ($1, '')) AS shared,
              (count(*) FILTER (WHERE author = $1))::int AS messages
       FROM turn WHERE conversation IN (SELECT conversation FROM turn WHERE author = $1) GROUP BY conversation`,
      [author],
    );

  const forgetEverywhere = async (author: string): Promise<number> => {
    const found = await spokenIn(author);
    for (const { conversation, shared } of found) {
      if (!shared) {
        await forgetConversation(parts, conversation);
        continue;
      }
      const { state, version } = await conversations.load(conversation);
      const after = state === null ? null : reading.without(state, author).rest;
      await forgetPerson(
        parts,
        { conversation, author, before: state, after },
        {
          turn: null,
          settle: async (sql) => (after === null ? undefined : conversations.save(conversation, after, version, sql)),
        },
      );
    }
    return found.length;
  };

  return {
    async isPartOf(conversation) {
      return turns.isAlive(conversation);
    },

    async recent(author, limit) {
      const found = await conversations.list({ author, limit });
      return found.map(({ id, state, changedAt }) => ({ conversation: id, changedAt, ...reading.summarise(state) }));
    },

    async held(author) {
      const found = await spokenIn(author);
      let [scenes, results, messages] = [0, 0, 0];
      for (const { conversation, shared, messages: said } of found) {
        const { state } = await conversations.load(conversation);
        messages += said;
        if (state === null) continue;
        const { scenes: sent, results: found } = reading.without(state, shared ? author : null);
        scenes += sent;
        results += found;
      }
      return { conversations: found.length, scenes, results, messages };
    },

    async forget(which) {
      if ('author' in which) return forgetEverywhere(which.author);
      const [found, value] =
        'conversation' in which
          ? ['SELECT $1 AS conversation', which.conversation]
          : 'prefix' in which
            ? ['SELECT DISTINCT conversation FROM turn WHERE starts_with(conversation, $1)', which.prefix]
            : [
                'SELECT DISTINCT conversation FROM turn_file JOIN turn ON turn.id = turn_file.turn WHERE file = $1',
                which.file,
              ];
      const rows = await database.query<{ conversation: string }>(found, [value]);
      for (const { conversation } of rows) await forgetConversation(parts, conversation);
      if ('prefix' in which) {
        await database.query('DELETE FROM preference WHERE starts_with(person, $1)', [which.prefix]);
        await database.query(`DELETE FROM mention_only WHERE starts_with(place || ':', $1)`, [which.prefix]);
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

    async isMentionOnly(conversation) {
      const [platform, workspace, channel] = conversation.split(':');
      const places = [`${platform}:${workspace}`, `${platform}:${workspace}:${channel}`];
      return (await database.query('SELECT FROM mention_only WHERE place = ANY($1)', [places])).length > 0;
    },

    async setMentionOnly(place, mentionOnly) {
      await database.query(
        mentionOnly
          ? 'INSERT INTO mention_only (place) VALUES ($1) ON CONFLICT DO NOTHING'
          : 'DELETE FROM mention_only WHERE place = $1',
        [place],
      );
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
