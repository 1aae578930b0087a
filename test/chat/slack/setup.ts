import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createSlackAdapter, type SlackOptions } from '../../../src/chat/slack/adapter.ts';
import { loadConfig } from '../../../src/config.ts';
import type { Analyst } from '../../../src/domain/analyst.ts';
import { type App, assemble } from '../../../src/main.ts';
import type { Respond } from '../../../src/queue/turn-worker.ts';
import { APP_TOKEN, type FakeMessage, FakeSlack, type FakeWorkspace } from '../../fakes/slack-server.ts';

/** The app with the real queue and stores, the real Bolt, and a Slack of our own. */
export class SlackBench {
  readonly slack = new FakeSlack();
  readonly folder = mkdtempSync(join(tmpdir(), 'spex-slack-'));
  workspace!: FakeWorkspace;
  #app: App | null = null;
  readonly #respond: Respond;
  readonly #settings: Record<string, string>;

  constructor(respond: Respond, settings: Record<string, string> = {}) {
    this.#respond = respond;
    this.#settings = settings;
  }

  async open(options: Partial<SlackOptions> = {}): Promise<void> {
    await this.slack.start();
    this.workspace = this.slack.install('T1');
    await this.connect(options);
  }

  async connect(options: Partial<SlackOptions> = {}): Promise<void> {
    const config = loadConfig({ DATA_DIR: this.folder, RATE_LIMIT_PER_HOUR: '10000', ...this.#settings });
    this.#app = await assemble(config, {
      adapters: [
        (memory) =>
          createSlackAdapter({
            token: this.workspace.token,
            connection: { mode: 'socket', appToken: APP_TOKEN },
            apiUrl: this.slack.apiUrl,
            memory,
            privacy: { retentionDays: 30, reader: null },
            ...options,
          }),
      ],
      analyst: { stop: async () => undefined } as Analyst,
      respond: this.#respond,
      isCancel: (message) => message.text === 'stop' || message.plans?.[0]?.operation === 'cancel',
    });
    await this.#app.start();
  }

  async disconnect(): Promise<void> {
    await this.#app?.stop();
    this.#app = null;
  }

  async close(): Promise<void> {
    await this.disconnect();
    await this.slack.stop();
    rmSync(this.folder, { recursive: true, force: true });
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

export async function until<Found>(look: () => Found | null | undefined | false, ms = 20_000): Promise<Found> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const found = look();
    if (found) return found;
    await wait(20);
  }
  throw new Error(`waited ${ms} ms for: ${look}`);
}
