import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ChatAdapter, InboundMessage, PostedReply, Progress, RemoteFile, Reply } from '../../domain/message.ts';
import { UserFacingError } from '../../errors.ts';

/** A conversation with one person who waits for each reply: for scripts and tests. */
export interface TerminalAdapter extends ChatAdapter {
  /**
   * Say something and wait for the reply.
   * @param files  paths on this machine, uploaded with it
   * @throws {UserFacingError} when a file is not there
   */
  ask(text: string, files?: readonly string[]): Promise<Reply>;
}

/** @param onProgress  what happens between question and reply, for whoever likes to watch */
export function createTerminalAdapter(onProgress: (progress: Progress) => void = () => undefined): TerminalAdapter {
  const conversation = `terminal:local:${randomUUID()}:main`;
  /** Who waits for the reply to which message. */
  const asking = new Map<string, (reply: Reply) => void>();
  let onMessage: ((message: InboundMessage) => Promise<void>) | null = null;

  // One reply a message, so the message's id is the handle.
  const posted = async (message: InboundMessage): Promise<PostedReply> => ({
    handle: message.id,
    update: async (progress) => onProgress(progress),
    async finish(reply) {
      asking.get(message.id)?.(reply);
      asking.delete(message.id);
    },
  });

  return {
    platform: 'terminal',

    async start(handler) {
      onMessage = handler;
    },

    async stop() {
      onMessage = null;
    },

    post: posted,
    resume: posted,

    async ask(text, files = []) {
      if (!onMessage) throw new Error('the terminal adapter has not been started');
      const message: InboundMessage = {
        id: `terminal:${randomUUID()}`,
        conversation,
        platform: 'terminal',
        author: { id: 'local', name: 'you' },
        text,
        files: await Promise.all(files.map(toRemoteFile)),
        sentAt: Date.now(),
      };
      const reply = new Promise<Reply>((resolve) => asking.set(message.id, resolve));
      await onMessage(message);
      return reply;
    },

    async download(file, path, limitBytes) {
      const { size } = await statOf(file.source);
      if (size > limitBytes) {
        throw new UserFacingError('scene-too-large', `${file.name} is larger than the ${limitBytes} bytes I accept.`);
      }
      await copyFile(file.source, path);
    },
  };
}

/** @throws {UserFacingError} when there is no such file */
export async function toRemoteFile(path: string): Promise<RemoteFile> {
  const found = await statOf(path);
  if (!found.isFile())
    throw new UserFacingError('wrong-usage', `${path} is a folder. Please name the files of the scene.`);
  return { id: path, name: basename(path), source: path, size: found.size };
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    throw new UserFacingError('scene-missing', `There is no file ${path}.`, { cause });
  }
}
