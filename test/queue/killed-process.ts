import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../../src/config.ts';
import type { Analyst } from '../../src/domain/analyst.ts';
import type { ChatAdapter, InboundMessage, PostedReply } from '../../src/domain/message.ts';
import { setLogLevel } from '../../src/log.ts';
import { assemble } from '../../src/main.ts';
import { replyOf, wordsOf } from '../fakes/messages.ts';

/**
 * The bot in a process that is going to be killed (`kill.test.ts`). Messages come from the parent; what the "platform"
 * shows is a file of lines, which survives. Arguments: data folder, file.
 */
const [, , dataDir, platform] = process.argv as [string, string, string, string];
setLogLevel('error');

/** A line of the platform's file. */
export interface Line {
  readonly event: 'post' | 'finish';
  readonly message: string;
  readonly handle: string;
  readonly words?: string;
}

const write = (line: Line): void => appendFileSync(platform, `${JSON.stringify(line)}\n`);
const lines = (): Line[] =>
  existsSync(platform)
    ? readFileSync(platform, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];

const show = (message: InboundMessage, handle: string): PostedReply => ({
  handle,
  update: async () => undefined,
  async finish(reply) {
    await sleep(5);
    write({ event: 'finish', message: message.id, handle, words: wordsOf(reply) });
    await sleep(5);
  },
});

let deliver: (message: InboundMessage) => Promise<void>;
const adapter: ChatAdapter = {
  platform: 'terminal',
  async start(onMessage) {
    deliver = onMessage;
  },
  async post(message) {
    const handle = `${message.id}/${lines().filter((line) => line.event === 'post' && line.message === message.id).length}`;
    write({ event: 'post', message: message.id, handle });
    await sleep(5);
    return show(message, handle);
  },
  async resume(message, handle) {
    if (!lines().some((line) => line.handle === handle)) throw new Error(`nothing was posted as ${handle}`);
    return show(message, handle);
  },
  download: async () => undefined,
  stop: async () => undefined,
};

const app = await assemble(
  loadConfig({ DATA_DIR: dataDir, PARALLEL_CONVERSATIONS: '2', RATE_LIMIT_PER_HOUR: '1000' }),
  {
    adapters: [adapter],
    analyst: { prepare: async () => undefined, stop: async () => undefined } as Analyst,
    isCancel: () => false,
    isForget: () => false,
    isRequest: () => true,
    // Numbers the turns of a conversation: a turn that was lost, doubled or out of order shows.
    async respond({ message, state }) {
      await sleep(20 + 60 * Math.random());
      const turns = ((state as { turns: number } | null)?.turns ?? 0) + 1;
      return { state: { turns }, reply: replyOf(`${turns}. ${message.text}`) };
    },
  },
);
await app.start();
process.on('message', async (message: InboundMessage) => {
  await deliver(message);
  process.send!({ accepted: message.id });
});
process.send!({ ready: true });
