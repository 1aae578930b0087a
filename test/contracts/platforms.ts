import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createDiscordAdapter } from '../../src/chat/discord/adapter.ts';
import { createTerminalAdapter } from '../../src/chat/terminal/adapter.ts';
import { replyText } from '../../src/chat/terminal/reply-text.ts';
import { createWebAdapter } from '../../src/chat/web/adapter.ts';
import { loadConfig } from '../../src/config.ts';
import { isCancel } from '../../src/dialogue/is-cancel.ts';
import { isForget } from '../../src/dialogue/is-forget.ts';
import { isRequest } from '../../src/dialogue/is-request.ts';
import { type DialogueState, emptyState } from '../../src/dialogue/state.ts';
import type { Analyst } from '../../src/domain/analyst.ts';
import type { ChatAdapter } from '../../src/domain/message.ts';
import { assemble, type Kept } from '../../src/main.ts';
import type { Respond } from '../../src/queue/turn-worker.ts';
import { isWorking as isWorkingInDiscord } from '../chat/discord/setup.ts';
import { isWorking, SlackBench, shownWords, until } from '../chat/slack/setup.ts';
import { openSession } from '../chat/web/page-client.ts';
import { wishes } from '../dialogue/wishes.ts';
import { ADA, BOB, CHANNEL, componentsOf, DiscordPeople, guildPayload, wordsOf } from '../fakes/discord-events.ts';
import { DiscordServer } from '../fakes/discord-server.ts';

/** A person on a platform, in one conversation. */
export interface Person {
  /** Say something, wait for the answer. @returns the words that the platform shows of it */
  say(text: string, file?: string, by?: Who): Promise<string>;
  /** Press a button of the answer that had it last. @returns what is shown for that */
  press(label: string, by?: Who): Promise<string>;
  close(): Promise<void>;
}

/** Whoever began, or a colleague in the same conversation, where a platform has one. */
type Who = 'first' | 'other';

type Join = (respond: Respond) => Promise<Person>;

export const PLATFORMS: Readonly<Record<'terminal' | 'web' | 'slack' | 'discord', Join>> = {
  async terminal(respond) {
    const adapter = createTerminalAdapter();
    const app = await run(adapter, respond);
    return {
      say: async (text, file) => replyText(await adapter.ask(text, file ? [file] : [])),
      press: async () => Promise.reject(new Error('a terminal has no buttons')),
      close: app.stop,
    };
  },

  async web(respond) {
    const folder = mkdtempSync(join(tmpdir(), 'contract-web-'));
    const uploads = { file: 1_000_000, session: 1_000_000, address: 1_000_000, all: 1_000_000 };
    let url = (): string => '';
    const app = await run(({ memory, transcript, room }) => {
      const options = { memory, transcript, room, host: '127.0.0.1', port: 0, folder, uploads, demo: null };
      const adapter = createWebAdapter(options);
      url = adapter.url;
      return adapter;
    }, respond);
    const session = await openSession(url());
    const thread = 'contract00001';
    const page = session.follow(thread);
    let asked = 0;
    /** @returns what the page is shown for it */
    const send = async (body: object): Promise<string> => {
      const from = page.events.length;
      await session.send('POST', `/api/threads/${thread}/messages`, { body: { id: `message${++asked}`, ...body } });
      const isReply = ({ data }: { data: Record<string, unknown> }) => data.kind === 'reply';
      return until(() => {
        const reply = page.events.slice(from).find(isReply);
        return reply ? JSON.stringify(reply.data) : null;
      });
    };
    return {
      async say(text, file) {
        const files = [];
        if (file) {
          const { id } = (await session.send('PUT', '/api/uploads', { body: await readFile(file) })).json();
          files.push({ id, name: basename(file) });
        }
        return send({ text, files });
      },
      press(label) {
        const all = page.events.map(({ data }) => JSON.stringify(data)).join('\n');
        const ids = [...all.matchAll(/"id":"([^"]+)","label":"([^"]+)"/g)].filter(([, , name]) => name === label);
        return send({ text: '', action: ids.at(-1)![1] });
      },
      async close() {
        page.close();
        await app.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },

  async slack(respond) {
    const bench = new SlackBench(respond);
    await bench.open();
    let thread: string | undefined;
    let pressed = false;
    let answers = 0;
    return {
      async say(text, file, by) {
        const files = file ? [bench.slack.addFile('T1', basename(file), await readFile(file))] : [];
        // A thread that is forgotten is one we are not part of: there we hear only who mentions us.
        // Whoever has not spoken last turns to us by name.
        const words = thread && !pressed && by !== 'other' ? text : `<@${bench.workspace.bot}> ${text}`;
        const said = await bench.slack.say(bench.workspace, {
          channel: 'C1',
          text: words,
          files,
          user: by === 'other' ? 'UEVE' : 'UADA',
          ...(thread ? { thread } : {}),
        });
        thread = said.thread;
        const shown = await bench.answered(thread, ++answers);
        return shownWords(shown.filter((message) => !isWorking(message))[answers - 1]!);
      },
      async press(label, by) {
        pressed = true;
        const before = answers;
        const message = bench.slack.answers(bench.workspace, thread!).findLast((m) => shownWords(m).includes(label))!;
        const buttons: { action_id: string; text: { text: string } }[] = message.blocks.flatMap(
          (b) => b.elements ?? [],
        );
        const id = buttons.find(({ text }) => text?.text === label)!.action_id;
        await bench.slack.press(
          bench.workspace,
          message,
          new RegExp(`^${id}$`),
          undefined,
          by === 'other' ? 'UEVE' : 'UADA',
        );
        return until(() => {
          const answer = bench.slack
            .answers(bench.workspace, thread!)
            .filter((m) => m.files.length === 0 && !isWorking(m))[before];
          if (answer) answers = before + 1;
          return answer && shownWords(answer);
        });
      },
      close: () => bench.close(),
    };
  },

  async discord(respond) {
    const server = new DiscordServer();
    await server.start();
    server.guilds.push(guildPayload(server));
    const people = new DiscordPeople(server);
    const discord = ({ inbox }: Kept) =>
      createDiscordAdapter({
        inbox,
        token: server.token,
        apiUrl: server.apiUrl,
        messageContent: false,
        shards: 1,
        indices: { ndvi: 'NDVI' },
        privacy: { retentionDays: 30, reader: null },
        memory: {
          forget: async () => 0,
          held: async () => ({ conversations: 0, scenes: 0, results: 0, messages: 0 }),
          setMentionOnly: async () => undefined,
        },
        perServerPerHour: 1_000,
        shrinkPicture: async () => null,
        links: null,
        progressPauseMs: 10,
      });
    const app = await run(discord, respond);
    let thread: string | null = null;
    let answers = 0;
    const as = (by?: Who) => ({ user: by === 'other' ? BOB : ADA });
    const nextAnswer = async (): Promise<string> => {
      const nth = answers++;
      const answer = await until(() => {
        if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
        return server.shown(thread!).filter((m) => !isWorkingInDiscord(m))[nth];
      });
      // An escaped character is shown as itself.
      return wordsOf(answer).replace(/\\(?=[^\w\s])/g, '');
    };
    return {
      async say(text, file, by) {
        const files = file ? [people.attachment(basename(file), await readFile(file))] : [];
        const id = people.write(text, { mention: true, files, channel: thread ?? CHANNEL, ...as(by) });
        thread ??= id;
        return nextAnswer();
      },
      press(label, by) {
        const message = server.shown(thread!).findLast((m) => componentsOf(m).some((c) => c.label === label))!;
        people.press(message, label, as(by));
        return nextAnswer();
      },
      async close() {
        await app.stop();
        await server.stop();
      },
    };
  },
};

async function run(
  adapter: ChatAdapter | ((kept: Kept) => ChatAdapter),
  respond: Respond,
): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  const config = loadConfig({ DATA_DIR: folder });
  const analyst = { prepare: async () => undefined, stop: async () => undefined } as Analyst;
  const app = await assemble(config, {
    adapters: [adapter],
    analyst,
    respond,
    isCancel,
    isForget,
    isRequest: async (message, state) =>
      isRequest(message, (state as DialogueState | null) ?? emptyState, await wishes()),
  });
  await app.start();
  return {
    async stop() {
      await app.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
