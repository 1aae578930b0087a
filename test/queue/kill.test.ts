import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import type { InboundMessage } from '../../src/domain/message.ts';
import { messageOf } from '../fakes/messages.ts';
import type { Line } from './killed-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'spex-kill-'));
const platform = join(folder, 'platform.jsonl');
let child: ChildProcess | null = null;
afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const KILLS = Number(process.env.KILLS ?? 5);
const CONVERSATIONS = ['terminal:a', 'terminal:b', 'terminal:c'];
const PER_ROUND = 9;

const startChild = async (accepted: Set<string>): Promise<ChildProcess> => {
  const script = fileURLToPath(new URL('./killed-process.ts', import.meta.url));
  const started = fork(script, [folder, platform], { execArgv: ['--import', import.meta.resolve('tsx')] });
  started.on('message', (message: { accepted?: string }) => message.accepted && accepted.add(message.accepted));
  await once(started, 'message');
  return started;
};

const lines = (): Line[] =>
  readFileSync(platform, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

it(
  'loses no accepted message and answers none twice, killed again and again in the middle',
  async () => {
    const accepted = new Set<string>();
    const sent: InboundMessage[] = [];
    for (let round = 0; round <= KILLS; round++) {
      child = await startChild(accepted);
      // What was not acknowledged is delivered again, as platforms do; some of it had been stored all the same.
      for (const message of sent) if (!accepted.has(message.id)) child.send(message);
      for (let n = 0; n < PER_ROUND && round < KILLS; n++) {
        const conversation = CONVERSATIONS[n % CONVERSATIONS.length]!;
        const message = messageOf({ conversation, text: `${conversation} ${sent.length}` });
        sent.push(message);
        child.send(message);
        await sleep(10);
      }
      if (round < KILLS) {
        // At another place each time, among some hundred milliseconds of work.
        await sleep(30 + (round % 6) * 70);
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    await vi.waitFor(
      () => {
        const finished = new Set(lines().flatMap((line) => (line.event === 'finish' ? [line.message] : [])));
        expect(finished.size).toBe(sent.length);
      },
      { timeout: 60_000, interval: 100 },
    );

    const finishes = lines().filter((line) => line.event === 'finish');
    for (const message of sent) {
      const mine = finishes.filter((line) => line.message === message.id);
      // Written again into the same place after a kill between posting and noting it: nobody sees that.
      expect(new Set(mine.map((line) => `${line.handle} ${line.words}`)).size).toBe(1);
    }
    for (const conversation of CONVERSATIONS) {
      const words = [...new Set(finishes.flatMap((line) => (line.words!.includes(conversation) ? [line.words!] : [])))];
      // Every turn saw the state that the one before left, once, and they were answered in the order of arrival.
      expect(words.map((word) => Number.parseInt(word, 10))).toEqual(words.map((_, index) => index + 1));
      const numbers = words.map((word) => Number(word.split(' ').at(-1)));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
    console.log(
      JSON.stringify({ kills: KILLS, sent: sent.length, answered: new Set(finishes.map((line) => line.message)).size }),
    );
  },
  60_000 + KILLS * 30_000,
);
