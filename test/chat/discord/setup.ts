import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { createDiscordAdapter, type DiscordOptions } from '../../../src/chat/discord/adapter.ts';
import type { ChatAdapter, InboundMessage, Reply } from '../../../src/domain/message.ts';
import { setLogLevel } from '../../../src/log.ts';
import { componentsOf, DiscordPeople, guildPayload } from '../../fakes/discord-events.ts';
import { DiscordServer, type FakeMessage } from '../../fakes/discord-server.ts';

setLogLevel('silent');

/** The machine may be busy. */
export const WAIT = { timeout: 20_000, interval: 20 };

/** The real adapter and client on a Discord of our own; whoever gets the messages is scripted. */
export class DiscordBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'spex-discord-'));
  readonly server = new DiscordServer();
  readonly people = new DiscordPeople(this.server);
  readonly received: InboundMessage[] = [];
  readonly forgotten: object[] = [];
  readonly mentionOnly: [place: string, mentionOnly: boolean][] = [];
  held = { conversations: 1, scenes: 2, results: 3, messages: 4 };
  adapter!: ChatAdapter;

  async open(): Promise<void> {
    await this.server.start();
    this.server.guilds.push(guildPayload(this.server));
  }

  adapterOf(options: Partial<DiscordOptions> = {}): ChatAdapter {
    this.adapter = createDiscordAdapter({
      token: this.server.token,
      apiUrl: this.server.apiUrl,
      messageContent: false,
      shards: 1,
      indices: { ndvi: 'NDVI' },
      privacy: { retentionDays: 30, reader: null },
      memory: {
        forget: async (which) => this.forgotten.push(which),
        held: async () => this.held,
        setMentionOnly: async (...set) => void this.mentionOnly.push(set),
      },
      inbox: NO_INBOX,
      perServerPerHour: 1_000,
      shrinkPicture: async () => null,
      links: null,
      progressPauseMs: 10,
      now: () => this.server.now(),
      ...options,
    });
    return this.adapter;
  }

  async connect(
    options: Partial<DiscordOptions> = {},
    answer: (message: InboundMessage) => Promise<void> = (message) => this.answer(message),
  ): Promise<void> {
    await this.adapterOf(options).start(async (message) => {
      this.received.push(message);
      await answer(message);
    });
  }

  /** Says what was asked. */
  async answer(message: InboundMessage, reply: Reply = says(`You asked: ${message.text}`)): Promise<void> {
    const posted = await this.adapter.post(message);
    await posted.finish(reply);
  }

  /** The messages of a channel or thread that show an answer, once there are `count` of them. */
  async answers(channel: string, count = 1): Promise<FakeMessage[]> {
    return vi.waitFor(() => {
      const done = this.server.shown(channel).filter((m) => !isWorking(m));
      expect(done.length).toBeGreaterThanOrEqual(count);
      return done;
    }, WAIT);
  }

  async close(): Promise<void> {
    await this.adapter.stop();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** For tests in which nobody is killed. */
export const NO_INBOX = { put: async () => undefined, done: async () => undefined, left: async () => [] };

export const isWorking = (message: FakeMessage): boolean =>
  message.loading || componentsOf(message).some(({ custom_id }) => custom_id?.includes(':stop:'));

export const says = (text: string, more: Partial<Reply> = {}): Reply => ({
  blocks: [{ kind: 'text', voice: 'plain', text }],
  language: 'en',
  plans: [],
  facts: [],
  ...more,
});
