import { rm } from 'node:fs/promises';
import { sep } from 'node:path';
import type { InboundMessage } from '../domain/message.ts';
import type { ArtefactStore } from './artefact-store.ts';
import type { Database, Sql } from './database.ts';
import { eraseTurn } from './forget.ts';

/**
 * Delete what one person sent to a conversation that goes on without it: messages with their replies, scenes, and what
 * was made of them. Pictures in replies to others stay, as they do where they were posted.
 *
 * @param whose.before  the state of the conversation
 * @param whose.after   the same without what this person sent: files that it still names stay
 * @param asked.turn    the turn that asked for it: what came later stays, and of this one only what its reply needs until
 *                      it is posted (`TurnStore.finish` deletes the rest). Absent = everything of this person.
 * @param asked.settle  runs in the transaction that deletes; when it throws nothing is deleted but the files
 */
export async function forgetPerson(
  { database, artefacts }: { database: Database; artefacts: ArtefactStore },
  whose: { conversation: string; author: string; before: unknown; after: unknown },
  asked: { turn: string | null; settle(sql: Sql): Promise<void> },
): Promise<void> {
  const { conversation, author } = whose;
  const theirs = `conversation = $1 AND author = $2 AND ($3::text IS NULL OR seq < (SELECT seq FROM turn WHERE id = $3))`;
  const values = [conversation, author, asked.turn];
  const turns = await database.query<{ message: string; reply: string | null }>(
    `SELECT message, reply FROM turn WHERE ${theirs}`,
    values,
  );
  const said = turns.map(({ message }) => JSON.parse(message) as InboundMessage);
  const uploads = said.flatMap(({ id, files }) =>
    files.map(({ name }, place) => artefacts.uploadPath(conversation, `${id}:${place}`, name)),
  );
  const folder = artefacts.folder(conversation) + sep;
  const replies = turns.map(({ reply }) => reply && JSON.parse(reply));
  const stays = new Set(pathsIn(whose.after, folder));
  const gone = [...uploads, ...pathsIn([whose.before, replies], folder)].filter((path) => !stays.has(path));
  // Files first: killed after this, we have only to do it again.
  for (const path of gone) await rm(path, { force: true });

  await database.transaction(async (sql) => {
    await sql.query(`DELETE FROM rating WHERE conversation = $1 AND author = $2`, [conversation, author]);
    await sql.query(`DELETE FROM turn WHERE ${theirs}`, values);
    if (asked.turn !== null) await eraseTurn(asked.turn, sql);
    await asked.settle(sql);
  });
}

/** The files of a conversation that plain JSON names, however deep. */
function pathsIn(value: unknown, folder: string): string[] {
  if (typeof value === 'string') return value.startsWith(folder) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((v) => pathsIn(v, folder)) : [];
}
