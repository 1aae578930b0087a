import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import type { Analyst } from '../../../src/domain/analyst.ts';
import { type App, assemble } from '../../../src/main.ts';
import type { Respond } from '../../../src/queue/turn-worker.ts';
import { ADA, CHANNEL, componentsOf, DM, wordsOf } from '../../fakes/discord-events.ts';
import type { FakeMessage } from '../../fakes/discord-server.ts';
import { replyOf } from '../../fakes/messages.ts';
import { DiscordBench, isWorking, WAIT } from './setup.ts';

/** Says what it was sent; “slow” takes until it is stopped. */
const respond: Respond = async ({ message, files }, run) => {
  if (message.text === 'slow') {
    run.onProgress({ stage: 'masking', done: 3, total: 12 });
    await sleep(600_000, undefined, { signal: run.signal });
  }
  const read = files.map(({ name, path }) => `${name}=${readFileSync(path).length}`);
  return { state: {}, reply: replyOf([message.text, ...read].join(' ')) };
};

const SCENE = Buffer.from('II*\0 a scene');
const WITH_ADA = `9${ADA.id.slice(1)}`;

const bench = new DiscordBench();
let app: App | null = null;

const start = async (): Promise<void> => {
  app = await assemble(loadConfig({ DATA_DIR: bench.folder, PARALLEL_CONVERSATIONS: '1' }), {
    adapters: [bench.adapterOf()],
    analyst: { prepare: async () => undefined, stop: async () => undefined } as Analyst,
    respond,
    isCancel: ({ plans }) => plans?.[0]?.operation === 'cancel',
    isForget: () => false,
    isRequest: () => true,
  });
  await app.start();
};

const stop = async (): Promise<void> => {
  await app?.stop();
  app = null;
};

beforeAll(async () => {
  await bench.open();
  await start();
});

afterAll(async () => {
  await stop();
  await bench.close();
});

afterEach(() => {
  expect(bench.server.violations).toEqual([]);
  bench.server.messages.clear();
  bench.server.now = Date.now;
});

/** The nth message of a channel, once it says this. */
const showing = (channel: string, words: string, nth = 0): Promise<FakeMessage> =>
  vi.waitFor(() => {
    const message = bench.server.shown(channel)[nth];
    expect(message && wordsOf(message)).toContain(words);
    return message!;
  }, WAIT);
const waiting = (channel: string, nth = 0) => showing(channel, 'before this one', nth);
const says = (message: FakeMessage, words: string): Promise<void> =>
  vi.waitFor(() => expect(wordsOf(message)).toBe(words), WAIT);
const later = (minutes: number): void => {
  bench.server.now = () => Date.now() + minutes * 60_000;
};
const scene = () => bench.people.attachment('a.tif', SCENE);
/** Somebody keeps the only place where work is done. */
const occupy = async (): Promise<FakeMessage> => {
  bench.people.write('slow', { guild: null });
  return showing(DM, '3 of 12');
};
const release = async (working: FakeMessage): Promise<void> => {
  bench.people.press(working, 'Cancel', { guild: null });
  await says(working, 'Stopped.');
};

const STOPPED = 'I am being stopped. This goes on by itself as soon as I am back.';

describe('told to end while it works', () => {
  it('says in every message that it goes on later, and goes on in the same messages', async () => {
    const slow = await occupy();
    bench.people.command('scene', { file: scene(), ask: 'public' });
    const inPublic = await waiting(CHANNEL);
    bench.people.command('scene', { file: scene(), ask: 'private', private: true }, { locale: 'zh-CN' });
    const inPrivate = await showing(CHANNEL, '前面还有', 1);
    const mention = bench.people.write('mention', { mention: true });
    const inThread = await waiting(mention);
    await stop();
    expect([slow, inPublic, inThread].map(wordsOf)).toEqual([STOPPED, STOPPED, STOPPED]);
    expect(wordsOf(inPrivate)).toBe('我正在停止运行，恢复后会自动继续。');
    // Nobody would hear a button.
    for (const message of [slow, inPublic, inPrivate, inThread]) expect(componentsOf(message)).toHaveLength(2);

    await start();
    await vi.waitFor(() => expect(wordsOf(slow)).toContain('3 of 12'), WAIT);
    await release(slow);
    await says(inPublic, 'public a.tif=12');
    await says(inPrivate, 'private a.tif=12');
    await says(inThread, 'mention');
    expect(bench.server.messages.size).toBe(4);
  });

  it('says so as a member where the 15 minutes are over, and later answers there, or directly what was private', async () => {
    const slow = await occupy();
    bench.people.command('scene', { file: scene(), ask: 'public' });
    const inPublic = await waiting(CHANNEL);
    bench.people.command('scene', { file: scene(), ask: 'private', private: true });
    const inPrivate = await waiting(CHANNEL, 1);
    later(16);
    await stop();
    expect(wordsOf(inPublic)).toBe(STOPPED);
    // What is private can no longer be changed by anybody.
    expect(isWorking(inPrivate)).toBe(true);

    await start();
    await vi.waitFor(() => expect(wordsOf(slow)).toContain('3 of 12'), WAIT);
    await release(slow);
    await says(inPublic, 'public a.tif=12');
    const [direct] = await bench.answers(WITH_ADA);
    expect(wordsOf(direct!)).toMatch(/^-# This took longer than the 15 minutes .*\nprivate a\.tif=12$/);
  });
});

describe('an address that expires', () => {
  it('while the scene waits for its turn is of no importance: the file was fetched when it came', async () => {
    const slow = await occupy();
    const file = scene();
    bench.people.command('scene', { file, ask: 'look' });
    const answer = await waiting(CHANNEL);
    await vi.waitFor(() => expect(bench.server.fetched.at(-1)).toBe(file.id), WAIT);
    later(24 * 60);
    expect((await fetch(file.url)).status).toBe(404);
    await release(slow);
    await says(answer, 'look a.tif=12');
    expect(bench.server.fetched.filter((id) => id === file.id)).toHaveLength(1);
  });

  it('before it could be fetched is told, with what to do; of a message it is renewed', async () => {
    const file = scene();
    later(24 * 60);
    bench.people.command('scene', { file, ask: 'look' });
    const [answer] = await bench.answers(CHANNEL);
    expect(wordsOf(answer!)).toBe(
      'That file is no longer to be had from Discord: it was deleted, or its link has expired. Please upload it again.',
    );
    const id = bench.people.write('look', { mention: true, files: [file] });
    const [renewed] = await bench.answers(id);
    expect(wordsOf(renewed!)).toBe('look a.tif=12');
  });
});

it('does not wait for a Discord that does not answer when it is told to end', async () => {
  await occupy();
  bench.server.hang = true;
  const begun = performance.now();
  await stop();
  expect(performance.now() - begun).toBeLessThan(20_000);
  bench.server.hang = false;
});
