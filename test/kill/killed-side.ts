import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isWorking as isWorkingInDiscord } from '../chat/discord/setup.ts';
import { isWorking as isWorkingInSlack, shownWords } from '../chat/slack/setup.ts';
import { openSession, send } from '../chat/web/page-client.ts';
import { CHANNEL, DiscordPeople, guildPayload, wordsOf } from '../fakes/discord-events.ts';
import { DiscordServer, type FakeMessage } from '../fakes/discord-server.ts';
import { APP_TOKEN, FakeSlack } from '../fakes/slack-server.ts';
import type { KilledBot } from './killed-bot.ts';

/** A bot that is killed and started again. */
export class Killed {
  readonly #bot: KilledBot;
  #child: ChildProcess | null = null;
  address = '';

  constructor(bot: KilledBot) {
    this.#bot = bot;
  }

  async start(): Promise<void> {
    const script = fileURLToPath(new URL('./killed-bot.ts', import.meta.url));
    this.#child = fork(script, [JSON.stringify(this.#bot)], { execArgv: ['--import', import.meta.resolve('tsx')] });
    const [{ ready }] = (await once(this.#child, 'message')) as [{ ready: string }];
    this.address = ready;
  }

  async arm(n: number): Promise<void> {
    const child = this.#child!;
    child.send({ killBefore: n });
    // Whatever else it has just written may have been the write.
    await Promise.race([once(child, 'message'), once(child, 'exit')]);
  }

  get isAlive(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until it is dead, so long at most. */
  async diedWithin(ms: number): Promise<void> {
    if (this.isAlive) await Promise.race([once(this.#child!, 'exit'), sleep(ms)]);
  }

  async kill(): Promise<void> {
    if (!this.isAlive) return;
    const ended = once(this.#child!, 'exit');
    this.#child!.kill('SIGKILL');
    await ended;
  }
}

/** What is seen of a message at its platform. */
export interface Seen {
  /** The answers, in the words that are shown. */
  readonly answers: readonly string[];
  /** Something that still shows work, or something shown twice. */
  readonly leftovers: number;
  /** Whoever sent it was told, or shown, that we have it. */
  readonly acknowledged: boolean;
}

/** A platform: whoever writes there, and what it does when the bot is away. */
export interface Side {
  readonly bot: KilledBot;
  /** Before anything is said. */
  open(bot: Killed): Promise<void>;
  /** Somebody says `text`, with a file. */
  say(text: string, bot: Killed): Promise<void>;
  /** The bot is back: what the platform does about what it was not told that the bot has. */
  redeliver(bot: Killed): Promise<void>;
  /** What is seen of what was said last. */
  look(bot: Killed): Promise<Seen>;
  close(): Promise<void>;
}

const FILE = Buffer.from('II*\0 a scene');

/** A page: it sends again what it was not told has arrived. */
export async function webSide(folder: string): Promise<Side> {
  let cookie = '';
  let sent: { body: { id: string; text: string; files: object[] }; acknowledged: boolean };
  let n = 0;
  // A thread a message: what a page that looks makes the bot write would grow with the thread, and never be behind us.
  let thread = '';
  const request = (bot: Killed, method: string, path: string, body: object | Buffer) =>
    send(bot.address, method, path, { headers: { cookie }, body });
  const post = async (bot: Killed): Promise<void> => {
    if (sent.body.files.length === 0) {
      const { id } = (await request(bot, 'PUT', '/api/uploads', FILE)).json();
      sent.body.files.push({ id, name: 'a.tif' });
    }
    const { status } = await request(bot, 'POST', `/api/threads/${thread}/messages`, sent.body);
    if (status !== 202) throw new Error(`${status}`);
    sent.acknowledged = true;
  };
  return {
    bot: { platform: 'web', settings: { DATA_DIR: folder, RATE_LIMIT_PER_HOUR: '100000' } },
    async open(bot) {
      ({ cookie } = await openSession(bot.address));
    },
    async say(text, bot) {
      thread = `thread${String(++n).padStart(6, '0')}`;
      sent = { body: { id: `message${n}`, text, files: [] }, acknowledged: false };
      await post(bot).catch(() => undefined);
    },
    async redeliver(bot) {
      if (!sent.acknowledged) await post(bot);
    },
    async look(bot) {
      const events = await pageEvents(bot.address, thread, cookie);
      const mine = (event: Record<string, unknown>) => String(event.to ?? event.message).endsWith(`:${sent.body.id}`);
      const said = events.filter((event) => event.kind === 'user' && mine(event));
      const replies = events.filter((event) => event.kind === 'reply' && mine(event));
      return {
        answers: replies.map((event) => JSON.stringify(event.reply)),
        leftovers: Math.max(0, said.length - 1),
        acknowledged: sent.acknowledged,
      };
    },
    close: async () => undefined,
  };
}

async function pageEvents(url: string, thread: string, cookie: string): Promise<Record<string, unknown>[]> {
  const controller = new AbortController();
  const response = await fetch(`${url}/api/threads/${thread}/events`, {
    headers: { cookie },
    signal: controller.signal,
  });
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes('event: ready')) break;
  }
  controller.abort();
  return [...text.matchAll(/^event: event\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data!));
}

/** Slack sends an event again until it is acknowledged. */
export async function slackSide(folder: string): Promise<Side> {
  const slack = new FakeSlack();
  await slack.start();
  const workspace = slack.install('T1');
  let said: { id: string; ts: string; event: object; acknowledged: boolean };
  const deliver = async (): Promise<void> => {
    const response = await slack.event('T1', said.event, { id: said.id });
    said.acknowledged = response !== 'late' && response !== 'lost';
  };
  return {
    bot: {
      platform: 'slack',
      settings: {
        DATA_DIR: folder,
        RATE_LIMIT_PER_HOUR: '100000',
        SLACK_API_URL: slack.apiUrl,
        SLACK_BOT_TOKEN: workspace.token,
        SLACK_APP_TOKEN: APP_TOKEN,
      },
    },
    open: async () => undefined,
    async say(text) {
      const ts = slack.ts();
      const files = [slack.addFile('T1', 'a.tif', FILE)];
      workspace.messages.push({ channel: 'D1', ts, user: 'UADA', text, blocks: [], files, edits: 0, versions: [] });
      const event = {
        type: 'message',
        channel_type: 'im',
        subtype: 'file_share',
        channel: 'D1',
        ts,
        user: 'UADA',
        text,
        files,
      };
      said = { id: `Ev${ts}`, ts, event, acknowledged: false };
      await deliver();
    },
    async redeliver() {
      if (!said.acknowledged) await deliver();
    },
    async look() {
      const ours = slack.answers(workspace, said.ts);
      const working = ours.filter(isWorkingInSlack);
      return {
        answers: ours.filter((message) => !working.includes(message)).map(shownWords),
        leftovers: working.length,
        acknowledged: said.acknowledged,
      };
    },
    close: () => slack.stop(),
  };
}

/** Discord sends a message or a command once. What it shows of ours is what the person goes by. */
export async function discordSide(folder: string, how: 'message' | 'command'): Promise<Side> {
  const server = new DiscordServer();
  await server.start();
  server.guilds.push(guildPayload(server));
  const people = new DiscordPeople(server);
  let before = new Set<FakeMessage>();
  return {
    bot: {
      platform: 'discord',
      settings: { DATA_DIR: folder, RATE_LIMIT_PER_HOUR: '100000' },
      discord: { token: server.token, apiUrl: server.apiUrl },
    },
    open: async () => undefined,
    async say(text) {
      before = new Set(server.messages.values());
      const file = people.attachment('a.tif', FILE);
      if (how === 'message') people.write(text, { mention: true, files: [file], channel: CHANNEL });
      else people.command('scene', { file, ask: text });
    },
    redeliver: async () => undefined,
    async look() {
      const shown = [...server.messages.values()].filter((message) => !before.has(message));
      const working = shown.filter(isWorkingInDiscord);
      return {
        answers: shown.filter((message) => !working.includes(message)).map(wordsOf),
        leftovers: working.length,
        acknowledged: shown.length > 0,
      };
    },
    close: () => server.stop(),
  };
}
