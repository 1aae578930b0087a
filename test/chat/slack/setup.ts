import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { slackAdapter } from '../../../src/cli/slack.ts';
import { type Config, loadConfig } from '../../../src/config.ts';
import type { Analyst } from '../../../src/domain/analyst.ts';
import { type App, assemble, type Parts } from '../../../src/main.ts';
import type { Respond } from '../../../src/queue/turn-worker.ts';
import {
  APP_TOKEN,
  CLIENT_ID,
  CLIENT_SECRET,
  type FakeMessage,
  FakeSlack,
  type FakeWorkspace,
  SIGNING_SECRET,
} from '../../fakes/slack-server.ts';

/** How the app is set up: one workspace over Socket Mode or HTTP, or any number of them that install it by themselves. */
export type Way = 'socket' | 'http' | 'oauth';

const BIN = resolve(import.meta.dirname, '../../../src/cli/spex-chat.js');

/** Everything behind the adapter, as configured: `partsOf`. */
type PartsOf = (config: Config) => Promise<Omit<Parts, 'adapters'>>;

/** The app with the real queue, stores, settings and Bolt, and a Slack of our own. */
export class SlackBench {
  readonly slack: FakeSlack;
  readonly folder = mkdtempSync(join(tmpdir(), 'spex-slack-'));
  /** The only one, or the last that was installed. */
  workspace!: FakeWorkspace;
  #app: App | null = null;
  /** The app, where it runs as `npm start` runs it. */
  process: ChildProcess | null = null;
  readonly #partsOf: PartsOf | null;
  readonly #settings: Record<string, string>;
  readonly #way: Way;
  readonly #key = randomBytes(32).toString('base64');

  /** @param behind  a dialogue of the test's own, the real parts in this process, or the whole app in one of its own */
  constructor(
    behind: Respond | { readonly partsOf: PartsOf } | 'process',
    {
      way = 'socket',
      settings = {},
      manifest,
    }: { way?: Way; settings?: Record<string, string>; manifest?: string } = {},
  ) {
    this.slack = new FakeSlack(manifest);
    this.#way = way;
    this.#settings = { ...settings };
    this.#partsOf =
      behind === 'process'
        ? null
        : typeof behind === 'function'
          ? async () => ({
              analyst: { prepare: async () => undefined, stop: async () => undefined } as Analyst,
              respond: behind,
              isCancel: (message) => message.text === 'stop' || message.plans?.[0]?.operation === 'cancel',
              isForget: () => false,
              isRequest: () => true,
            })
          : behind.partsOf;
  }

  /**
   * @param elsewhere  another Slack that answers in place of ours, and is begun once our address is known
   */
  async open(elsewhere?: { apiUrl: string; before(requestUrl: string): Promise<void> }): Promise<void> {
    await this.slack.start();
    if (this.#way !== 'oauth') this.workspace = this.slack.install('T1');
    if (this.#way !== 'socket') this.slack.requestUrl = `http://127.0.0.1:${await freePort()}/slack/events`;
    if (elsewhere) {
      this.#settings.SLACK_API_URL = elsewhere.apiUrl;
      await elsewhere.before(this.slack.requestUrl!);
    }
    await this.connect();
  }

  async connect(): Promise<void> {
    const settings: Record<string, string> = {
      DATA_DIR: this.folder,
      RATE_LIMIT_PER_HOUR: '10000',
      SLACK_API_URL: this.slack.apiUrl,
      ...(this.#way === 'oauth'
        ? { SLACK_CLIENT_ID: CLIENT_ID, SLACK_CLIENT_SECRET: CLIENT_SECRET, SLACK_ENCRYPTION_KEY: this.#key }
        : { SLACK_BOT_TOKEN: this.workspace.token }),
      ...(this.#way === 'socket'
        ? { SLACK_APP_TOKEN: APP_TOKEN }
        : {
            SLACK_MODE: 'http',
            SLACK_SIGNING_SECRET: SIGNING_SECRET,
            SLACK_PORT: new URL(this.slack.requestUrl!).port,
          }),
      ...this.#settings,
    };
    if (!this.#partsOf) {
      this.process = spawn(process.execPath, [BIN, 'start'], {
        cwd: this.folder,
        env: { PATH: process.env.PATH, LOG_LEVEL: 'silent', ...settings },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = await once(this.process.stdout!.setEncoding('utf8'), 'data');
      if (line !== 'spex-chat is ready: Slack\n') throw new Error(line);
      return;
    }
    const config = loadConfig(settings);
    this.#app = await assemble(config, { adapters: [(await slackAdapter(config))!], ...(await this.#partsOf(config)) });
    await this.#app.start();
  }

  async disconnect(): Promise<void> {
    await this.#app?.stop();
    this.#app = null;
    if (!this.process) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await ended;
    this.process = null;
  }

  async close(): Promise<void> {
    await this.disconnect();
    await this.slack.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Somebody installs the app in a workspace, in a browser: our address, Slack's question, back to us. */
  async install(team: string): Promise<FakeWorkspace> {
    const browser = await this.visit('/slack/install');
    const there = new URL(browser.location!);
    there.searchParams.set('team', team);
    const back = (await fetch(there, { redirect: 'manual' })).headers.get('location')!;
    const { status } = await this.visit(back, browser.cookie!);
    if (status !== 200) throw new Error(`${status} after installing in ${team}`);
    this.workspace = this.slack.workspaces.get(team)!;
    return this.workspace;
  }

  /** What a browser gets at an address of ours. */
  async visit(
    address: string,
    cookie = '',
  ): Promise<{ status: number; location: string | null; cookie: string | null; page: string }> {
    const response = await fetch(new URL(address, this.slack.requestUrl!), { redirect: 'manual', headers: { cookie } });
    const set = response.headers.get('set-cookie');
    return {
      status: response.status,
      location: response.headers.get('location'),
      cookie: set?.split(';')[0] ?? null,
      page: await response.text(),
    };
  }

  /** The app's messages in a thread, once the last of them is no longer a progress message and there are `count`. */
  async answered(thread: string, count = 1, workspace = this.workspace, ms = 20_000): Promise<FakeMessage[]> {
    return until(() => {
      const found = this.slack.answers(workspace, thread).filter((m) => m.files.length === 0);
      return found.length >= count && found.every((m) => !isWorking(m)) ? found : null;
    }, ms);
  }
}

/** Shows progress: it has a button that cancels. */
export const isWorking = (message: FakeMessage): boolean =>
  JSON.stringify(message.blocks).includes('\\"operation\\":\\"cancel\\"');

/** All words of a message's blocks. */
export function shownWords(message: { blocks: unknown[] }): string {
  return [...JSON.stringify(message.blocks).matchAll(/"(?:text|alt_text|caption|title)":"((?:[^"\\]|\\.)*)"/g)]
    .map((match) => JSON.parse(`"${match[1]}"`))
    .join('\n');
}

export async function until<Found>(
  look: () => Found | null | undefined | false | Promise<Found | null | undefined | false>,
  ms = 20_000,
): Promise<Found> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const found = await look();
    if (found) return found;
    await wait(20);
  }
  throw new Error(`waited ${ms} ms for: ${look}`);
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
