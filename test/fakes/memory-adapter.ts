import { writeFile } from 'node:fs/promises';
import type {
  ChatAdapter,
  InboundMessage,
  PostedReply,
  Progress,
  RemoteFile,
  Reply,
} from '../../src/domain/message.ts';
import { UserFacingError } from '../../src/errors.ts';

/** What one handle shows. */
export interface Shown {
  readonly message: string;
  readonly updates: Progress[];
  readonly replies: Reply[];
}

/** A strict chat platform in memory: it outlives its adapters, so "restarting" is making a new adapter on it. */
export class MemoryPlatform {
  readonly shown = new Map<string, Shown>();
  readonly files = new Map<string, Buffer>();
  /** Posting fails so often, then works. */
  failPosts = 0;

  /** The only reply to a message. Throws when there is none, or more than one. */
  replyTo(id: string): Reply {
    const replies = [...this.shown.values()].filter((s) => s.message === id).flatMap((s) => s.replies);
    if (replies.length !== 1) throw new Error(`${replies.length} replies to ${id}`);
    return replies[0]!;
  }
}

export class MemoryAdapter implements ChatAdapter {
  readonly platform = 'terminal';
  readonly #chat: MemoryPlatform;
  #onMessage: ((message: InboundMessage) => Promise<void>) | null = null;

  constructor(chat: MemoryPlatform) {
    this.#chat = chat;
  }

  async start(onMessage: (message: InboundMessage) => Promise<void>): Promise<void> {
    this.#onMessage = onMessage;
  }

  async stop(): Promise<void> {
    this.#onMessage = null;
  }

  /** A person sends something. */
  async say(message: InboundMessage): Promise<void> {
    if (!this.#onMessage) throw new Error('not connected');
    await this.#onMessage(message);
  }

  async post(message: InboundMessage): Promise<PostedReply> {
    if (this.#chat.failPosts-- > 0) throw new Error('the platform is down');
    const handle = `h${this.#chat.shown.size + 1}`;
    this.#chat.shown.set(handle, { message: message.id, updates: [], replies: [] });
    return this.#posted(handle);
  }

  async resume(message: InboundMessage, handle: string): Promise<PostedReply> {
    if (this.#chat.shown.get(handle)?.message !== message.id) throw new Error(`no ${handle} for ${message.id}`);
    return this.#posted(handle);
  }

  async download(file: RemoteFile, path: string, limitBytes: number): Promise<void> {
    const bytes = this.#chat.files.get(file.source);
    if (!bytes) throw new UserFacingError('download-failed', 'The file is gone.');
    if (bytes.length > limitBytes) throw new Error('the limit was not checked before');
    await writeFile(path, bytes);
  }

  #posted(handle: string): PostedReply {
    const shown = this.#chat.shown.get(handle)!;
    return {
      handle,
      async update(progress) {
        if (shown.replies.length > 0) throw new Error(`${handle} was updated after its reply`);
        shown.updates.push(progress);
      },
      async finish(reply) {
        if (shown.replies.length > 0) throw new Error(`${handle} was finished twice`);
        shown.replies.push(reply);
      },
    };
  }
}
