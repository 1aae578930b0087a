import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setLogLevel } from '../../src/log.ts';
import { createArtefactStore } from '../../src/stores/artefact-store.ts';
import { createConversationStore } from '../../src/stores/conversation-store.ts';
import { type Database, openDatabase } from '../../src/stores/database.ts';
import { forgetConversation, forgetExpired } from '../../src/stores/forget.ts';
import { forgetPerson } from '../../src/stores/forget-person.ts';
import { createMemory } from '../../src/stores/memory.ts';
import { createSecretStore } from '../../src/stores/secret-store.ts';
import { createTurnStore } from '../../src/stores/turn-store.ts';
import { messageOf, replyOf } from '../fakes/messages.ts';
import { POSTGRES_BIN, startPostgres } from '../fakes/postgres-server.ts';

setLogLevel('silent');
if (!POSTGRES_BIN) console.warn('not run: the stores on a PostgreSQL server (none installed)');

const folder = mkdtempSync(join(tmpdir(), 'spex-stores-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENGINES = POSTGRES_BIN ? (['embedded', 'server'] as const) : (['embedded'] as const);

describe.each(ENGINES)('stores, %s', (engine) => {
  let database: Database;
  let stop = async (): Promise<void> => undefined;
  let url: string | undefined;
  let now = 1_000_000;
  const clock = () => now;

  beforeAll(async () => {
    if (engine === 'server') ({ url, stop } = await startPostgres());
    database = await openDatabase({ dataDir: folder, url });
  });
  afterAll(async () => {
    await database.close();
    await stop();
  });
  beforeEach(async () => {
    now = 1_000_000;
    await database.script('DELETE FROM turn; DELETE FROM conversation');
  });

  describe('secrets', () => {
    it('come back under their own name and key only, and lie sealed', async () => {
      const key = Buffer.alloc(32, 7);
      const secrets = createSecretStore(database, key);
      await secrets.put('a', 'xoxb-first');
      await secrets.put('a', 'xoxb-ключ');
      await secrets.put('b', 'xoxb-ключ');
      expect([await secrets.get('a'), await secrets.get('c')]).toEqual(['xoxb-ключ', null]);
      const rows = await database.query<{ sealed: string }>('SELECT sealed FROM secret ORDER BY name');
      expect(rows[0]!.sealed).not.toBe(rows[1]!.sealed); // the same secret twice does not look the same
      expect(rows.every(({ sealed }) => !Buffer.from(sealed, 'base64').includes('xoxb'))).toBe(true);

      const other = createSecretStore(database, Buffer.alloc(32, 8));
      await expect(other.get('a')).rejects.toThrow('SLACK_ENCRYPTION_KEY');
      await database.query(`UPDATE secret SET sealed = $1 WHERE name = 'b'`, [rows[0]!.sealed]);
      await expect(secrets.get('b')).rejects.toThrow('SLACK_ENCRYPTION_KEY');
      const bytes = Buffer.from(rows[0]!.sealed, 'base64');
      bytes[bytes.length - 1]! ^= 1;
      await database.query(`UPDATE secret SET sealed = $1 WHERE name = 'a'`, [bytes.toString('base64')]);
      await expect(secrets.get('a')).rejects.toThrow('SLACK_ENCRYPTION_KEY');
      await secrets.delete('a');
      expect(await secrets.get('a')).toBeNull();
    });
  });

  describe('database', () => {
    it('rolls back everything when the work throws', async () => {
      const turns = createTurnStore(database);
      const work = database.transaction(async (sql) => {
        await turns.accept(messageOf({ id: 'm1' }), undefined, sql);
        throw new Error('stop');
      });
      await expect(work).rejects.toThrow('stop');
      expect(await turns.next('terminal:w:c:t1')).toBeNull();
      // The connection is usable again.
      expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });

    it('gives a lock to one holder at a time', async () => {
      const first = (await database.tryLock('a'))!;
      expect(first.lost.aborted).toBe(false);
      expect(await database.tryLock('a')).toBeNull();
      const other = await database.tryLock('b');
      expect(other).not.toBeNull();
      await first.release();
      const again = await database.tryLock('a');
      expect(again).not.toBeNull();
      await again!.release();
      await other!.release();
    });

    it('gives numbers, not strings, for bigint', async () => {
      expect(await database.query('SELECT 1700000000000::bigint AS t')).toEqual([{ t: 1_700_000_000_000 }]);
    });
  });

  describe('conversations', () => {
    it('gives back what was saved, whatever people typed', async () => {
      const conversations = createConversationStore(database, clock);
      expect(await conversations.load('c')).toEqual({ state: null, version: 0 });
      const state = { name: 'nul \u0000 half \ud800 “植被” \\u0000', share: 0.1, none: null };
      await conversations.save('c', state, 0);
      await conversations.save('c', { ...state, share: 1e-17 }, 1);
      expect(await conversations.load('c')).toEqual({ state: { ...state, share: 1e-17 }, version: 2 });
    });

    it.each([
      ['made meanwhile', 0],
      ['changed meanwhile', 1],
      ['never made', 7],
    ])('refuses to save over a state that was %s', async (_case, version) => {
      const conversations = createConversationStore(database);
      await conversations.save('c', { n: 1 }, 0);
      await conversations.save('c', { n: 2 }, 1);
      await expect(conversations.save('c', { n: 3 }, version)).rejects.toThrow('conversation changed');
      expect((await conversations.load('c')).state).toEqual({ n: 2 });
    });

    it('lists by the start of the id and by who spoke, newest first', async () => {
      const conversations = createConversationStore(database, clock);
      const turns = createTurnStore(database);
      for (const id of ['slack:T1:a', 'slack:T1:b', 'slack:T2:c', 'slack:T%:d']) {
        now++;
        await conversations.save(id, { id }, 0);
        await turns.accept(messageOf({ conversation: id, author: { id: id.endsWith('c') ? 'u2' : 'u1', name: '' } }));
      }
      const ids = async (which: Parameters<typeof conversations.list>[0]) =>
        (await conversations.list(which)).map((conversation) => conversation.id);
      expect(await ids({ prefix: 'slack:T1:' })).toEqual(['slack:T1:b', 'slack:T1:a']);
      expect(await ids({ prefix: 'slack:T%' })).toEqual(['slack:T%:d']);
      expect(await ids({ author: 'u2' })).toEqual(['slack:T2:c']);
      expect(await ids({ author: 'u1', limit: 1 })).toEqual(['slack:T%:d']);
      expect((await conversations.list({ author: 'u2' }))[0]).toEqual({
        id: 'slack:T2:c',
        state: { id: 'slack:T2:c' },
        changedAt: 1_000_003,
      });
    });
  });

  describe('turns', () => {
    it('accepts a message once', async () => {
      const turns = createTurnStore(database);
      const message = messageOf({ text: 'a\u0000b' });
      expect(await turns.accept(message)).toBe(true);
      expect(await turns.accept({ ...message, text: 'again' })).toBe(false);
      expect(await turns.history(message.conversation)).toEqual([
        { message, status: 'waiting', attempts: 0, handle: null, reply: null },
      ]);
    });

    it('goes from waiting to finished, in the order of arrival', async () => {
      const turns = createTurnStore(database);
      const [first, second] = [messageOf(), messageOf()];
      await turns.accept(first);
      await turns.accept(second);
      expect(await turns.order()).toEqual([first.id, second.id]);
      expect(await turns.begin(first.id)).toBe(true);
      await turns.postedAs(first.id, 'h1');
      expect(await turns.next(first.conversation)).toMatchObject({
        message: first,
        status: 'running',
        attempts: 1,
        handle: 'h1',
      });
      expect(await turns.answer(first.id, replyOf('done'))).toBe(true);
      expect(await turns.next(first.conversation)).toMatchObject({
        status: 'answered',
        attempts: 0,
        reply: replyOf('done'),
      });
      expect(await turns.order()).toEqual([second.id]);
      await turns.finish(first.id);
      expect((await turns.next(first.conversation))!.message).toEqual(second);
      expect(await turns.heads()).toEqual([
        { conversation: first.conversation, author: 'u1', answered: false, dueAt: 0 },
      ]);
    });

    it('counts an interruption of ours as no attempt', async () => {
      const turns = createTurnStore(database);
      const message = messageOf();
      await turns.accept(message);
      await turns.begin(message.id);
      await turns.handBack(message.id);
      expect(await turns.next(message.conversation)).toMatchObject({ status: 'waiting', attempts: 0 });
    });

    it('cancels what waits and what runs, of this conversation only, and refuses the late answer', async () => {
      const turns = createTurnStore(database);
      const [running, waiting, elsewhere] = [messageOf(), messageOf(), messageOf({ conversation: 'other' })];
      for (const message of [running, waiting, elsewhere]) await turns.accept(message);
      await turns.begin(running.id);
      expect(await turns.stillRunning([running.id, waiting.id])).toEqual([running.id]);
      expect(await turns.cancel(running.conversation, replyOf('stopped'))).toBe(2);
      expect(await turns.stillRunning([running.id])).toEqual([]);
      expect(await turns.answer(running.id, replyOf('late'))).toBe(false);
      expect(await turns.begin(waiting.id)).toBe(false);
      expect((await turns.history(running.conversation)).map((turn) => turn.reply)).toEqual([
        replyOf('stopped'),
        replyOf('stopped'),
      ]);
      expect(await turns.next('other')).toMatchObject({ status: 'waiting' });
      expect(await turns.cancel(running.conversation, replyOf('again'))).toBe(0);
    });

    it('counts the requests of a person within a time, whatever is forgotten and whatever the clock said once', async () => {
      const turns = createTurnStore(database, clock);
      for (now of [10, 20, 30]) await turns.countRequest('u1', 0);
      await turns.countRequest('u2', 0);
      await database.script('DELETE FROM turn');
      now = 31;
      expect(await turns.countRequest('u1', 10)).toBe(3);
      now = 1_000_000;
      expect(await turns.countRequest('u1', 31)).toBe(1);
      now = 32;
      expect(await turns.countRequest('u1', 0)).toBe(1);
    });
  });

  describe('forget', () => {
    const prepare = async () => {
      const stores = {
        database,
        artefacts: createArtefactStore(join(folder, 'artefacts')),
        conversations: createConversationStore(database, clock),
        turns: createTurnStore(database, clock),
      };
      for (const conversation of ['web:a', 'web:b']) {
        const message = messageOf({ conversation, text: 'a secret place' });
        await stores.turns.accept(message, replyOf('a secret answer'));
        await stores.turns.finish(message.id);
        await stores.conversations.save(conversation, { secret: 1 }, 0);
        writeFileSync(stores.artefacts.uploadPath(conversation, 'm:0', 'secret.tif'), 'xyz');
      }
      return stores;
    };

    it('deletes everything of the conversation and nothing of others', async () => {
      const stores = await prepare();
      expect(await forgetConversation(stores, 'web:a')).toEqual({ messages: 1, files: 1, bytes: 3 });
      expect(await stores.conversations.load('web:a')).toEqual({ state: null, version: 0 });
      expect(await stores.turns.history('web:a')).toEqual([]);
      expect(await stores.artefacts.size('web:a')).toEqual({ files: 0, bytes: 0 });
      expect(await stores.artefacts.size('web:b')).toEqual({ files: 1, bytes: 3 });
      expect(await stores.turns.history('web:b')).toHaveLength(1);
      expect((await stores.conversations.load('web:b')).state).toEqual({ secret: 1 });
    });

    it('keeps of the turn that asked only what its reply needs, and nothing once that is posted', async () => {
      const stores = await prepare();
      const asking = messageOf({ conversation: 'web:a', text: 'forget the secret', origin: { ts: '1' } });
      const later = messageOf({ conversation: 'web:a', text: 'hello' });
      await stores.turns.accept(asking);
      await stores.turns.accept(later);
      await stores.turns.begin(asking.id);
      const forgotten = await forgetConversation(stores, 'web:a', {
        turn: asking.id,
        settle: async (sql) => void (await stores.turns.answer(asking.id, replyOf('Forgotten.'), sql)),
      });
      expect(forgotten).toEqual({ messages: 1, files: 1, bytes: 3 });
      expect(await stores.turns.next('web:a')).toMatchObject({
        message: { ...asking, text: '' },
        status: 'answered',
        reply: replyOf('Forgotten.'),
      });
      await stores.turns.finish(asking.id);
      // The web page shows the answer from here; elsewhere it has been posted, and nothing is left of it.
      expect((await stores.turns.history('web:a')).map((turn) => turn.message)).toEqual([
        { ...asking, text: '' },
        later,
      ]);
    });

    it('forgets nothing by a clock that was wrong once', async () => {
      const stores = await prepare();
      const day = 86_400_000;
      const sweep = (days: number) => forgetExpired(stores, 30, 1_000_001 + days * day);
      expect([await sweep(40), await sweep(40.5), await sweep(1), await sweep(2)]).toEqual([0, 0, 0, 0]);
      // What the wrong clock saw does not count later.
      expect([await sweep(30), await sweep(30.5), await sweep(31)]).toEqual([0, 0, 2]);
    });

    it('finds what was sent with a file, by an index', async () => {
      const { conversations, artefacts, turns } = await prepare();
      const reading = {
        summarise: () => ({ scenes: [], findings: [] }),
        without: () => ({ rest: null, scenes: 0, results: 0 }),
      };
      const memory = createMemory({ database, conversations, artefacts, turns }, reading);
      const file = (id: string) => ({ id, name: 'a.tif', source: 's', size: 1 });
      await turns.accept(messageOf({ conversation: 'web:b', files: [file('F1'), file('F2'), file('F1')] }));
      expect(await memory.forget({ file: 'F' })).toBe(0);
      expect(await memory.forget({ file: 'F1' })).toBe(1);
      expect(await turns.history('web:b')).toEqual([]);
      expect(await turns.history('web:a')).toHaveLength(1);
      expect(await database.query('SELECT * FROM turn_file')).toEqual([]);
    });

    describe('what one person sent', () => {
      /** Ada has sent one scene, Bob another and an archive of which nothing is left open; a mask was made of each. */
      const shared = async () => {
        const stores = await prepare();
        const file = (name: string) => [{ id: name, name, source: '', size: 3 }];
        const said = {
          ada: messageOf({
            conversation: 'slack:c',
            author: { id: 'ada', name: '' },
            text: 'hers',
            files: file('a.tif'),
          }),
          bob: messageOf({
            conversation: 'slack:c',
            author: { id: 'bob', name: '' },
            text: 'his',
            files: file('b.zip'),
          }),
        };
        const paths: Record<string, string> = {};
        for (const [person, message] of Object.entries(said)) {
          const made = (name: string) => join(stores.artefacts.folder('slack:c'), `${person}-${name}`);
          paths[`${person} upload`] = stores.artefacts.uploadPath('slack:c', `${message.id}:0`, message.files[0]!.name);
          paths[`${person} mask`] = made('mask.tif');
          paths[`${person} picture`] = made('picture.png');
          for (const path of Object.values(paths)) writeFileSync(path, 'xyz');
          const artefact = { name: 'p', path: paths[`${person} picture`]!, mediaType: 'image/png', bytes: 3 };
          await stores.turns.accept(message, replyOf('here', { blocks: [{ kind: 'picture', artefact, alt: '' }] }));
          await stores.turns.finish(message.id);
        }
        const state = (people: readonly string[]) => ({ masks: people.map((person) => paths[`${person} mask`]) });
        await stores.conversations.save('slack:c', state(['ada', 'bob']), 0);
        const left = () => Object.keys(paths).filter((name) => existsSync(paths[name]!));
        return { stores, state, left };
      };

      it('goes with its files, and leaves what others sent', async () => {
        const { stores, state, left } = await shared();
        await stores.turns.accept(
          messageOf({ conversation: 'web:a', author: { id: 'bob', name: '' }, text: 'elsewhere' }),
        );
        const whose = { conversation: 'slack:c', author: 'bob', before: state(['ada', 'bob']), after: state(['ada']) };
        await forgetPerson(stores, whose, { turn: null, settle: async () => undefined });
        expect(left()).toEqual(['ada upload', 'ada mask', 'ada picture']);
        expect((await stores.turns.history('slack:c')).map(({ message }) => message.text)).toEqual(['hers']);
        expect(await stores.turns.history('web:a')).toHaveLength(2);
      });

      it('takes no file along that lies elsewhere, whatever things were called', async () => {
        const { stores } = await shared();
        const outside = join(folder, 'outside.tif');
        writeFileSync(outside, 'xyz');
        const called = `${stores.artefacts.folder('slack:c')}/../../outside.tif`;
        expect(resolve(called)).toBe(outside);
        const whose = { conversation: 'slack:c', author: 'bob', before: { name: called }, after: {} };
        await forgetPerson(stores, whose, { turn: null, settle: async () => undefined });
        expect(existsSync(outside)).toBe(true);
      });

      it('goes up to the turn that asked, of which only what its reply needs stays until that is posted', async () => {
        const { stores, state } = await shared();
        const asking = messageOf({ conversation: 'slack:c', author: { id: 'bob', name: '' }, text: 'forget me' });
        const later = messageOf({ conversation: 'slack:c', author: { id: 'bob', name: '' }, text: 'hello' });
        for (const message of [asking, later]) await stores.turns.accept(message);
        await stores.turns.begin(asking.id);
        const whose = { conversation: 'slack:c', author: 'bob', before: state(['ada', 'bob']), after: state(['ada']) };
        await forgetPerson(stores, whose, {
          turn: asking.id,
          settle: async (sql) => void (await stores.turns.answer(asking.id, replyOf('Forgotten.'), sql)),
        });
        expect((await stores.turns.history('slack:c')).map(({ message }) => message.text)).toEqual([
          'hers',
          '',
          'hello',
        ]);
        await stores.turns.finish(asking.id);
        expect((await stores.turns.history('slack:c')).map(({ message }) => message.text)).toEqual(['hers', 'hello']);
      });

      it('is counted and deleted everywhere: where nobody else has spoken, with the conversation', async () => {
        const { stores, state, left } = await shared();
        await stores.turns.accept(messageOf({ conversation: 'web:a', author: { id: 'ada', name: '' } }));
        await stores.turns.accept(messageOf({ conversation: 'slack:own', author: { id: 'bob', name: '' } }));
        await stores.conversations.save('slack:own', state(['bob']), 0);
        const memory = createMemory(stores, {
          summarise: () => ({ scenes: [], findings: [] }),
          // A scene a mask, and all that stays is Ada's.
          without: (before, author) => {
            const rest = author === null ? null : state(['ada']);
            const gone = (before as { masks: string[] }).masks.length - (rest?.masks.length ?? 0);
            return { rest, scenes: gone, results: 0 };
          },
        });
        expect(await memory.held('bob')).toEqual({ conversations: 2, scenes: 2, results: 0, messages: 2 });
        expect(await memory.forget({ author: 'bob' })).toBe(2);
        expect(await memory.held('bob')).toEqual({ conversations: 0, scenes: 0, results: 0, messages: 0 });
        expect(left()).toEqual(['ada upload', 'ada mask', 'ada picture']);
        expect(await stores.turns.history('slack:own')).toEqual([]);
        expect(await stores.conversations.load('slack:own')).toEqual({ state: null, version: 0 });
        expect(await stores.conversations.load('slack:c')).toEqual({ state: state(['ada']), version: 2 });
        expect(await stores.turns.history('web:a')).toHaveLength(2);
      });
    });

    it('forgets after the retention period, counted from the last message or change', async () => {
      const stores = await prepare();
      const day = 86_400_000;
      now = 1_000_000 + 5 * day;
      await stores.turns.accept(messageOf({ conversation: 'web:b' }));
      const sweep = (days: number) => forgetExpired(stores, 30, 1_000_001 + days * day);
      // Found expired twice, a day apart.
      expect([await sweep(29.9), await sweep(30), await sweep(30.9), await sweep(31)]).toEqual([0, 0, 0, 1]);
      expect(await stores.turns.history('web:a')).toEqual([]);
      expect(await stores.turns.history('web:b')).toHaveLength(2);
    });
  });

  it.runIf(engine === 'embedded')(
    'refuses a folder that is open already, and opens it again after closing',
    async () => {
      await expect(openDatabase({ dataDir: folder })).rejects.toMatchObject({
        code: 'wrong-usage',
        reply: expect.stringMatching(/Another spex-chat \(process \d+ on .*\) uses the data folder .*DATA_DIR/),
      });
      const turns = createTurnStore(database);
      const message = messageOf({ conversation: 'kept' });
      await turns.accept(message);
      await database.close();
      database = await openDatabase({ dataDir: folder });
      expect((await createTurnStore(database).next('kept'))!.message).toEqual(message);
    },
  );

  it.runIf(engine === 'embedded')('says what to do about a data folder that it cannot write to', async () => {
    const [file, link] = [join(folder, 'a-file'), join(folder, 'a-link')];
    writeFileSync(file, '');
    symlinkSync(join(folder, 'nowhere/at-all'), link);
    for (const [dataDir, why] of [
      [file, 'it is a file'],
      [link, 'it cannot be made there; the disk may be read-only, or a link lead nowhere'],
    ] as const) {
      await expect(openDatabase({ dataDir })).rejects.toMatchObject({
        code: 'wrong-usage',
        reply: `I cannot write to the data folder ${dataDir}: ${why}. Set DATA_DIR in .env to a folder that I may write to.`,
      });
    }
  });

  it.runIf(engine === 'embedded')('takes over the lock of a process that was killed', async () => {
    await database.close();
    // No process has a pid this large.
    writeFileSync(
      join(folder, 'db/lock.1000000'),
      JSON.stringify({ pid: 2 ** 30, host: (await import('node:os')).hostname(), startedAt: '1' }),
    );
    database = await openDatabase({ dataDir: folder });
    expect(readdirSync(join(folder, 'db')).filter((name) => name.startsWith('lock'))).toEqual(['lock.1000001']);
  });

  it.runIf(engine === 'server')(
    'frees the locks of a process that is gone, and tells one that lost its connection',
    async () => {
      const other = await openDatabase({ dataDir: folder, url });
      const held = (await other.tryLock('x'))!;
      expect(await database.tryLock('x')).toBeNull();
      const lost = new Promise((resolve) => held.lost.addEventListener('abort', resolve));
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()`,
      );
      await lost;
      // The server lets go of it when it has noticed.
      await expect.poll(() => database.tryLock('x'), { timeout: 20_000 }).not.toBeNull();
      await other.close();
    },
  );
});
