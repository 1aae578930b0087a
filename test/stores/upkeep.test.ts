import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createArtefactStore } from '../../src/stores/artefact-store.ts';
import { createConversationStore } from '../../src/stores/conversation-store.ts';
import { type Database, openDatabase } from '../../src/stores/database.ts';
import { forgetConversation } from '../../src/stores/forget.ts';
import { createTurnStore } from '../../src/stores/turn-store.ts';
import { keepUp } from '../../src/stores/upkeep.ts';
import { messageOf, replyOf } from '../fakes/messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'spex-upkeep-'));
let database: Database;
beforeAll(async () => {
  database = await openDatabase({ dataDir: folder });
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const filesWith = (word: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(word));

it('leaves no word of what was forgotten in any file, once it is quiet', async () => {
  const turns = createTurnStore(database);
  const conversations = createConversationStore(database);
  for (const conversation of ['web:a', 'web:b']) {
    const message = messageOf({ conversation, text: `ZEBRAQUAGGA ${conversation} ${'x'.repeat(5_000)}` });
    await turns.accept(message, replyOf(`ZEBRAQUAGGA ${conversation}`));
    await conversations.save(conversation, { word: `ZEBRAQUAGGA ${conversation}` }, 0);
  }
  expect(filesWith('ZEBRAQUAGGA web:a')).not.toEqual([]);
  const artefacts = createArtefactStore(join(folder, 'artefacts'));
  await forgetConversation({ database, artefacts }, 'web:a');
  const now = Date.now();
  await keepUp(database, false, now);
  expect(filesWith('ZEBRAQUAGGA web:a')).not.toEqual([]); // somebody waits; it can be done later
  await keepUp(database, true, now);
  expect(filesWith('ZEBRAQUAGGA web:a')).toEqual([]);
  expect((await turns.history('web:b'))[0]!.message.text).toContain('ZEBRAQUAGGA web:b');
  expect(await database.query('SELECT * FROM erasure')).toEqual([]);

  // Where it is never quiet it is done after an hour.
  await forgetConversation({ database, artefacts }, 'web:b');
  await keepUp(database, false, now + 3_500_000);
  expect(filesWith('ZEBRAQUAGGA web:b')).not.toEqual([]);
  await keepUp(database, false, Date.now() + 3_600_001);
  expect(filesWith('ZEBRAQUAGGA web:b')).toEqual([]);
});

it('uses the room of dead rows again: a state that is saved over and over does not grow the database', async () => {
  const conversations = createConversationStore(database);
  const table = async () => {
    const [row] = await database.query<{ bytes: number }>(`SELECT pg_total_relation_size('conversation') AS bytes`);
    return row!.bytes;
  };
  let version = 0;
  const saveOften = async () => {
    for (let n = 0; n < 600; n++) await conversations.save('c', { text: 'y'.repeat(1_500), n }, version++);
    await keepUp(database, true, Date.now());
  };
  await saveOften();
  const once = await table();
  await saveOften();
  await saveOften();
  expect(await table()).toBeLessThan(1.5 * once);
});

it('keeps everything from others’ eyes', () => {
  const open = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => (statSync(join(entry.parentPath, entry.name)).mode & 0o077) !== 0,
  );
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'db')).mode & 0o777).toBe(0o700);
  // Below those nobody else gets, whatever the engine's own files say.
  expect(open.every((entry) => entry.parentPath.startsWith(join(folder, 'db')))).toBe(true);
});
