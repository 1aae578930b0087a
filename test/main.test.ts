import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../src/config.ts';
import type { Analyst } from '../src/domain/analyst.ts';
import type { InboundMessage } from '../src/domain/message.ts';
import { UserFacingError } from '../src/errors.ts';
import { setLogLevel } from '../src/log.ts';
import { type App, assemble, type Kept } from '../src/main.ts';
import type { Respond } from '../src/queue/turn-worker.ts';
import { createArtefactStore } from '../src/stores/artefact-store.ts';
import { MemoryAdapter, MemoryPlatform } from './fakes/memory-adapter.ts';
import { messageOf, replyOf, wordsOf } from './fakes/messages.ts';
import { expectWithin, watched } from './fakes/watched.ts';

const root = mkdtempSync(join(tmpdir(), 'spex-main-'));
setLogLevel('silent');

const MIB = 2 ** 20;

/** A dialogue that counts, and does on request what can go wrong. */
const respond: Respond = async ({ message, files, state }, run) => {
  const { count, named } = (state ?? { count: 0, named: [] }) as { count: number; named: string[] };
  if (message.text === 'break') throw new Error(`ENOENT: /home/secret/scene.tif`);
  if (message.text === 'fail') throw new UserFacingError('scene-unreadable', 'This is not a scene.');
  if (message.text === 'slow') {
    run.onProgress({ stage: 'looking', done: 1, total: 4 });
    await sleep(60_000, undefined, { signal: run.signal });
  }
  if (message.text === 'forget') return { state, reply: replyOf('Forgotten.'), forget: 'everybody' };
  if (message.text === 'make') writeFileSync(join(run.folder, 'mask.tif'), 'abc');
  if (message.text.startsWith('unpack')) {
    const [verb, archive = '', how] = message.text.split(' ');
    const unpacked = join(run.folder, archive, '0001.tif');
    mkdirSync(join(run.folder, archive), { recursive: true });
    writeFileSync(unpacked, 'abcd');
    if (how === 'slow') await sleep(60_000, undefined, { signal: run.signal });
    if (how === 'fail') throw new UserFacingError('scene-unreadable', 'This is not a scene.');
    return { state: { count: count + 1, named: [...named, unpacked] }, reply: replyOf(`${verb}ed`) };
  }
  const read = files.map((file) => `${file.name}=${readFileSync(file.path, 'utf8').length}`);
  const now = [...named, ...files.map(({ path }) => path)];
  return { state: { count: count + 1, named: now }, reply: replyOf([`turn ${count + 1}`, ...read].join(' ')) };
};

const chat = new MemoryPlatform();
let adapter: MemoryAdapter;
let app: App | null = null;
let kept: Kept | null = null;
let settings: Record<string, string> = {};
/** Each test has a conversation and a person of its own. */
let here: Pick<InboundMessage, 'conversation' | 'author'>;
let mine: string[] = [];
let number = 0;

const startApp = async (): Promise<void> => {
  adapter = new MemoryAdapter(chat);
  app = await assemble(loadConfig({ DATA_DIR: root, MAX_SCENE_MB: '1', MAX_CONVERSATION_MB: '2', ...settings }), {
    adapters: [
      (given) => {
        kept = given;
        return adapter;
      },
    ],
    analyst: { prepare: async () => undefined, stop: async () => undefined } as Analyst,
    respond,
    isCancel: (message) => message.text === 'stop' || message.plans?.[0]?.operation === 'cancel',
    isForget: (message) => message.text === 'forget',
    isRequest: (message) => message.text.startsWith('show'),
  });
  await app.start();
};

const restart = async (changed: Record<string, string> = {}): Promise<void> => {
  await app?.stop();
  settings = changed;
  await startApp();
};

beforeAll(startApp);
afterAll(async () => {
  await app?.stop();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  number++;
  here = { conversation: `terminal:w:c:${number}`, author: { id: `u${number}`, name: 'Ada' } };
  mine = [];
});

// Nothing of a test may keep the next one waiting.
afterEach(async () => {
  await ask('stop');
});

const say = (fields: Partial<InboundMessage> = {}): InboundMessage => {
  const message = messageOf({ ...here, ...fields });
  mine.push(message.id);
  return message;
};

/** What this test's messages show, in the order in which they were posted. */
const shown = () => [...chat.shown.values()].filter((one) => mine.includes(one.message));

const answered = (message: InboundMessage): Promise<string> =>
  vi.waitFor(() => wordsOf(chat.replyTo(message.id)), { timeout: 30_000, interval: 5 });

const ask = async (text: string, fields: Partial<InboundMessage> = {}): Promise<string> => {
  const message = say({ text, ...fields });
  await adapter.say(message);
  return answered(message);
};

describe('a turn', () => {
  it('remembers the conversation, each its own, also after a restart', async () => {
    expect(await ask('a')).toBe('turn 1');
    expect(await ask('b')).toBe('turn 2');
    expect(await ask('a', { conversation: `${here.conversation}-other` })).toBe('turn 1');
    await restart();
    expect(await ask('c')).toBe('turn 3');
  });

  it('answers a redelivered message once, also after a restart', async () => {
    const message = say();
    await Promise.all([adapter.say(message), adapter.say(message)]);
    expect(await answered(message)).toBe('turn 1');
    await restart();
    await adapter.say(message);
    expect(await ask('next')).toBe('turn 2');
    chat.replyTo(message.id);
  });

  it('fetches the files, whatever their names', async () => {
    chat.files.set('x', Buffer.from('12345'));
    const files = ['../../B1.tif', 'B1.tif'].map((name) => ({ id: name, name, source: 'x', size: 5 }));
    expect(await ask('look', { files })).toBe('turn 1 ../../B1.tif=5 B1.tif=5');
    expect(existsSync(join(root, 'artefacts/B1.tif'))).toBe(false);
  });

  it('fetches the files at once: what is gone when its turn comes is there all the same', async () => {
    await adapter.say(say({ text: 'slow', conversation: `${here.conversation}-other` }));
    chat.files.set('lent', Buffer.from('12345'));
    const waiting = say({ text: 'look', files: [{ id: '1', name: 'a.tif', source: 'lent', size: 5 }] });
    await adapter.say(waiting);
    const artefacts = createArtefactStore(join(root, 'artefacts'));
    await vi.waitFor(async () => expect(await artefacts.size(here.conversation)).toEqual({ files: 1, bytes: 5 }));
    chat.files.delete('lent');
    await restart();
    await ask('stop', { conversation: `${here.conversation}-other` });
    expect(await answered(waiting)).toBe('turn 1 a.tif=5');
  });

  it.each([
    [2.5, 'This file has 3 MiB; it is larger than the 1 MiB I accept. A cut-out, or a compressed copy, may fit.'],
    [null, 'The file is gone.'],
  ])('says why it cannot fetch a file of %s MiB', async (mib, sentence) => {
    const size = mib === null ? null : mib * MIB;
    expect(await ask('look', { files: [{ id: '1', name: 'a.tif', source: 'gone', size }] })).toBe(sentence);
  });

  it('keeps a conversation within its space', async () => {
    chat.files.set('x', Buffer.alloc(0.75 * MIB));
    const files = [{ id: '1', name: 'a.tif', source: 'x', size: 0.75 * MIB }];
    await ask('1', { files });
    await ask('2', { files });
    expect(await ask('3', { files })).toBe(
      'This file has 1 MiB; it does not fit: a conversation may hold 2 MiB, and 0 MiB are left. ' +
        'Start a new conversation, or say "forget everything" here.',
    );
  });

  it('keeps of what a message brought only what the conversation needs, or the same message sent again', async () => {
    chat.files.set('x', Buffer.from('12345'));
    const files = [{ id: '1', name: 'a.zip', source: 'x', size: 5 }];
    const kept = (names: readonly (string | RegExp)[]): Promise<void> =>
      vi.waitFor(
        () =>
          expect(readdirSync(createArtefactStore(join(root, 'artefacts')).folder(here.conversation)).sort()).toEqual(
            names.map((name) => expect.stringMatching(name)),
          ),
        30_000,
      );
    await ask('look', { files });
    await kept([/-a\.zip$/]);
    // Its members are the scene's files, so the archive is not needed.
    expect(await ask('unpack one', { files })).toBe('unpacked');
    await kept([/-a\.zip$/, 'one']);
    expect(await ask('unpack two fail', { files })).toBe('This is not a scene.');
    expect(await ask('fail', { files })).toBe('This is not a scene.');
    await kept([/-a\.zip$/, 'one']);
    await adapter.say(say({ text: 'unpack three slow', files }));
    await kept([/-a\.zip$/, /-a\.zip$/, 'one', 'three']);
    await restart();
    await kept([/-a\.zip$/, /-a\.zip$/, 'one', 'three']);
    await ask('stop');
    await kept([/-a\.zip$/, /-a\.zip$/, 'one']);
  });

  it('says an expected failure in its own words and keeps the state', async () => {
    expect(await ask('a')).toBe('turn 1');
    const message = say({ text: 'fail' });
    await adapter.say(message);
    expect(await answered(message)).toBe('This is not a scene.');
    expect(chat.replyTo(message.id).failure).toEqual({ code: 'scene-unreadable' });
    expect(await ask('b')).toBe('turn 2');
  });

  it('gives an incident number for a bug, and nothing of what happened', async () => {
    const message = say({ text: 'break' });
    await adapter.say(message);
    const words = await answered(message);
    const { incident } = chat.replyTo(message.id).failure!;
    expect(words).toBe(`Something broke on my side and I have logged it as ${incident}. Trying again may help.`);
    expect(incident).toMatch(/^[0-9a-f]{8}$/);
  });

  it('is worked on while the platform is down, and posted when it is back', async () => {
    chat.failPosts = 2;
    expect(await ask('a')).toBe('turn 1');
    expect(await ask('b')).toBe('turn 2');
  });

  it('shows its progress and its place in the queue', async () => {
    const [slow, second, third] = [say({ text: 'slow' }), say(), say({ conversation: `${here.conversation}-other` })];
    await adapter.say(slow);
    await adapter.say(second);
    await adapter.say(third);
    const updatesOf = (message: InboundMessage) => shown().find((one) => one.message === message.id)!.updates;
    await vi.waitFor(() => {
      expect(updatesOf(slow)).toEqual([{ stage: 'looking', done: 1, total: 4 }]);
      expect(updatesOf(second)).toEqual([{ stage: 'queued', done: 0, total: 1 }]);
      expect(updatesOf(third)).toEqual([{ stage: 'queued', done: 0, total: 2 }]);
    });
    await adapter.say(say({ text: 'stop' }));
    expect(await answered(third)).toBe('turn 1');
  });
});

describe('what is said among people', () => {
  const bob = { id: 'bob', name: 'Bob' };

  it('is answered to whom we talk with, when it asks for something, and to nobody else', async () => {
    await ask('a');
    const silent = [
      say({ text: 'show water', overheard: true, author: bob }),
      say({ text: 'ok cool', overheard: true }),
      say({ text: 'forget', overheard: true, author: bob }),
    ];
    for (const message of silent) await adapter.say(message);
    expect(await ask('show water', { overheard: true })).toBe('turn 2');
    // Whoever turns to us by name is our partner from then on.
    expect(await ask('b', { author: bob })).toBe('turn 3');
    expect(await ask('show water', { overheard: true, author: bob })).toBe('turn 4');
    const left = say({ text: 'show water', overheard: true });
    await adapter.say(left);
    expect(await ask('c')).toBe('turn 5');
    for (const message of [...silent, left]) expect(shown().some((one) => one.message === message.id)).toBe(false);
  });

  it('is answered to nobody in a place that is set to mentions only', async () => {
    await ask('a');
    const set = (on: boolean) => kept!.memory.setMentionOnly('terminal:w:c', on);
    await set(true);
    const silent = say({ text: 'show water', overheard: true });
    await adapter.say(silent);
    expect(await ask('show water')).toBe('turn 2');
    await set(false);
    expect(await ask('show water', { overheard: true })).toBe('turn 3');
    expect(shown().some((one) => one.message === silent.id)).toBe(false);
  });

  it('stops a job only when whoever waits for it says so', async () => {
    await adapter.say(say({ text: 'stop', overheard: true }));
    const slow = say({ text: 'slow' });
    await adapter.say(slow);
    await vi.waitFor(() => expect(shown()).toHaveLength(1));
    await adapter.say(say({ text: 'stop', overheard: true, author: bob }));
    await sleep(200);
    expect(shown()).toHaveLength(1);
    await adapter.say(say({ text: 'stop', overheard: true }));
    expect(await answered(slow)).toBe('Stopped.');
  });
});

describe('cancel', () => {
  it('stops what runs and drops what waits within a second, and the state stays', async () => {
    await ask('a');
    const [slow, waiting] = [say({ text: 'slow' }), say({ text: 'b' })];
    await adapter.say(slow);
    await adapter.say(waiting);
    await vi.waitFor(() => expect(shown().length).toBe(3));
    const stopped = await watched(async () => [await ask('stop'), await answered(slow), await answered(waiting)]);
    expect(stopped.result).toEqual(['Stopped.', 'Stopped.', 'Stopped.']);
    expectWithin(1_000, stopped.tookMs, stopped);
    expect(chat.replyTo(slow.id).failure).toEqual({ code: 'cancelled' });
    expect(await ask('c')).toBe('turn 2');
  });

  it('says so when there is nothing to stop', async () => {
    expect(await ask('stop')).toBe('Nothing is running here.');
  });

  it('needs no reply of its own when it was a button, and speaks the language of what it stops', async () => {
    const slow = say({ text: 'slow', language: 'zh' });
    await adapter.say(slow);
    const button = say({ text: '', plans: [{ operation: 'cancel', targets: [] }] });
    await adapter.say(button);
    expect(await answered(slow)).toBe('已停止。');
    expect(shown().map((one) => one.message)).toEqual([slow.id]);
  });

  it('does nothing when it is delivered again', async () => {
    const stop = say({ text: 'stop' });
    await adapter.say(stop);
    await answered(stop);
    const slow = say({ text: 'slow' });
    await adapter.say(slow);
    await vi.waitFor(() => expect(shown().length).toBe(2));
    await adapter.say(stop);
    await sleep(100);
    expect(() => chat.replyTo(slow.id)).toThrow('0 replies');
  });
});

it('goes on after a stop in the middle, in the message already posted', async () => {
  const [slow, next] = [say({ text: 'slow' }), say({ text: 'b' })];
  await adapter.say(slow);
  await adapter.say(next);
  await vi.waitFor(() => expect(shown().map((one) => one.updates.length)).toEqual([1, 1]), 30_000);
  await restart();
  await vi.waitFor(() => expect(shown()[0]!.updates).toHaveLength(2), 30_000);
  expect(shown().length).toBe(2);
});

it('forgets everything but what the reply needs', async () => {
  chat.files.set('x', Buffer.from('12345'));
  await ask('make', { files: [{ id: '1', name: 'a.tif', source: 'x', size: 5 }] });
  await ask('other', { conversation: `${here.conversation}-other` });
  const artefacts = createArtefactStore(join(root, 'artefacts'));
  expect(await artefacts.size(here.conversation)).toEqual({ files: 2, bytes: 8 });
  expect(await ask('forget')).toBe('Forgotten.');
  expect(await artefacts.size(here.conversation)).toEqual({ files: 0, bytes: 0 });
  expect(await ask('again')).toBe('turn 1');
  expect(await ask('other', { conversation: `${here.conversation}-other` })).toBe('turn 2');
});

it('never makes anybody wait who wants to be forgotten, and counts on afterwards', async () => {
  await restart({ RATE_LIMIT_PER_HOUR: '1' });
  expect(await ask('1')).toBe('turn 1');
  for (let i = 0; i < 3; i++) expect(await ask('forget')).toBe('Forgotten.');
  expect(await ask('2')).toContain('more than I may do for one person within an hour');
});

it('tells a person once that it is too much, then refuses the message; others are served', async () => {
  await restart({ RATE_LIMIT_PER_HOUR: '2' });
  expect(await ask('1')).toBe('turn 1');
  expect(await ask('2')).toBe('turn 2');
  expect(await ask('3')).toContain('more than I may do for one person within an hour');
  const fourth = say();
  await expect(adapter.say(fourth)).rejects.toMatchObject({
    code: 'rate-limited',
    reply: expect.stringContaining('2 times'),
  });
  expect(await ask('5', { author: { id: 'somebody else', name: 'Bob' } })).toBe('turn 3');
  expect(() => chat.replyTo(fourth.id)).toThrow('0 replies');
  expect(await ask('stop')).toBe('Nothing is running here.');
});
