import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDiscordAdapter } from '../../src/chat/discord/adapter.ts';
import { createWebAdapter } from '../../src/chat/web/adapter.ts';
import { slackAdapter } from '../../src/cli/slack.ts';
import { loadConfig } from '../../src/config.ts';
import type { Analyst } from '../../src/domain/analyst.ts';
import { setLogLevel } from '../../src/log.ts';
import { assemble, type Parts } from '../../src/main.ts';
import { replyOf } from '../fakes/messages.ts';
import { killBeforeWrite } from './kill-at-write.ts';

/**
 * The bot in a process that is killed between two writes (`between-writes.test.ts`): real adapter, queue and stores, and a
 * dialogue that is quick. Its argument says which platform, and where that is. It obeys `{ killBefore: n }`.
 */
export interface KilledBot {
  readonly platform: 'web' | 'slack' | 'discord';
  readonly settings: Readonly<Record<string, string>>;
  readonly discord?: { readonly token: string; readonly apiUrl: string };
}

const { platform, settings, discord }: KilledBot = JSON.parse(process.argv[2]!);
setLogLevel('silent');
const config = loadConfig(settings);

let url = (): string => '';
const adapterOf: Record<KilledBot['platform'], () => Promise<Parts['adapters'][number]>> = {
  slack: async () => (await slackAdapter(config))!,
  discord:
    async () =>
    ({ memory, inbox }) =>
      createDiscordAdapter({
        ...discord!,
        messageContent: false,
        shards: 1,
        indices: { ndvi: 'NDVI' },
        privacy: { retentionDays: 30, reader: null },
        memory,
        inbox,
        perServerPerHour: 100_000,
        shrinkPicture: async () => null,
        links: null,
        progressPauseMs: 10,
      }),
  web:
    async () =>
    ({ memory, transcript, room }) => {
      const adapter = createWebAdapter({
        memory,
        transcript,
        room,
        host: '127.0.0.1',
        port: 0,
        folder: join(config.DATA_DIR, 'web'),
        uploads: { file: 2 ** 20, session: 2 ** 20, address: 2 ** 20, all: 2 ** 20 },
        demo: null,
      });
      url = adapter.url;
      return adapter;
    },
};

const app = await assemble(config, {
  adapters: [await adapterOf[platform]()],
  analyst: { prepare: async () => undefined, stop: async () => undefined } as Analyst,
  isCancel: () => false,
  isForget: () => false,
  isRequest: () => true,
  /** Counts the turns of a conversation, so that one that is done twice shows; and makes a file, as an analysis does. */
  async respond({ message, files, state }, run) {
    run.onProgress({ stage: 'reading', done: 1, total: 1 });
    const turns = ((state as { turns: number } | null)?.turns ?? 0) + 1;
    const read = files.map(({ path }) => readFileSync(path).length);
    writeFileSync(join(run.folder, `result-${turns}`), 'made');
    return { state: { turns }, reply: replyOf(`Answer ${turns} to ${message.text}, read ${read.join(' ')}.`) };
  },
});
await app.start();
process.on('message', ({ killBefore }: { killBefore: number }) => {
  killBeforeWrite(killBefore);
  process.send!({ armed: killBefore });
});
process.send!({ ready: url() });
