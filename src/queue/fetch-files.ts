import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Run } from '../domain/analyst.ts';
import type { ChatAdapter, InboundMessage } from '../domain/message.ts';
import type { SceneFile } from '../domain/scene.ts';
import { expectedFailure, UserFacingError } from '../errors.ts';
import { logOf } from '../log.ts';
import type { ArtefactStore } from '../stores/artefact-store.ts';
import type { DataRoom } from '../stores/room.ts';
import type { TurnStore } from '../stores/turn-store.ts';

/** The files of messages. What a platform lends expires or is deleted while a turn waits, so they are fetched at once. */
export interface FileFetcher {
  /** Begin to fetch, now that the message is accepted. What fails is tried again, and told, when its turn has come. */
  ahead(message: InboundMessage): void;
  /**
   * The files of a message whose turn has come, those that are not here yet fetched now.
   * @throws {UserFacingError} too large, expired, forbidden; or `run.signal.reason`
   */
  files(message: InboundMessage, run: Pick<Run, 'signal' | 'onProgress'>): Promise<SceneFile[]>;
  stop(): Promise<void>;
}

export interface FileFetcherParts {
  readonly adapters: readonly ChatAdapter[];
  readonly artefacts: ArtefactStore;
  readonly turns: Pick<TurnStore, 'isKnown'>;
  readonly room: Pick<DataRoom, 'left'>;
  readonly maxFileBytes: number;
}

const MIB = 2 ** 20;
const log = logOf('files');

export function createFileFetcher(parts: FileFetcherParts): FileFetcher {
  const { adapters, artefacts, turns, maxFileBytes } = parts;
  /** The last fetch that was begun in a conversation: one after the other, so that each knows how much room is left. */
  const fetching = new Map<string, Promise<void>>();
  const stopping = new AbortController();

  const pathOf = ({ conversation, id, files }: InboundMessage, place: number): string =>
    artefacts.uploadPath(conversation, `${id}:${place}`, files[place]!.name);

  /** A file that has its name is complete: the process may be killed at any moment. */
  const fetchOne = async (message: InboundMessage, place: number, signal: AbortSignal): Promise<SceneFile> => {
    const file = message.files[place]!;
    const path = pathOf(message, place);
    if (existsSync(path)) return { name: file.name, path };
    const room = await parts.room.left(message.conversation, message.author.id);
    if (room.bytes <= 0) throw room.refusal(file.size);
    const limit = Math.min(maxFileBytes, room.bytes);
    if ((file.size ?? 0) > limit)
      throw limit < maxFileBytes ? room.refusal(file.size) : tooLarge(file.size, maxFileBytes);
    const adapter = adapters.find(({ platform }) => platform === message.platform)!;
    try {
      await adapter.download(file, `${path}.part`, limit, signal);
      await keepForGood(`${path}.part`);
    } catch (error) {
      await rm(`${path}.part`, { force: true });
      // It was larger than it said, and what was left was not enough.
      if (limit < maxFileBytes && expectedFailure(error)?.code === 'scene-too-large') throw room.refusal(file.size);
      throw error;
    }
    await rename(`${path}.part`, path);
    return { name: file.name, path };
  };

  const fetchAhead = async (message: InboundMessage): Promise<void> => {
    try {
      for (const place of message.files.keys()) await fetchOne(message, place, stopping.signal);
    } catch (error) {
      log.info({ err: error, message: message.id }, 'could not fetch a file ahead of its turn');
    }
    // Forgotten meanwhile: then nothing of it may be left behind.
    if (stopping.signal.aborted || (await turns.isKnown(message.id))) return;
    for (const place of message.files.keys()) await rm(pathOf(message, place), { force: true });
  };

  return {
    ahead(message) {
      if (message.files.length === 0) return;
      const { conversation } = message;
      const before = fetching.get(conversation) ?? Promise.resolve();
      const mine = before
        .then(() => fetchAhead(message))
        .catch((error) => log.warn({ err: error, message: message.id }, 'could not fetch ahead'))
        .finally(() => {
          if (fetching.get(conversation) === mine) fetching.delete(conversation);
        });
      fetching.set(conversation, mine);
    },

    async files(message, { signal, onProgress }) {
      const files: SceneFile[] = [];
      const total = message.files.length;
      if (total > 0) onProgress({ stage: 'downloading', done: 0, total });
      await unlessAborted(fetching.get(message.conversation), signal);
      for (const place of message.files.keys()) {
        signal.throwIfAborted();
        onProgress({ stage: 'downloading', done: place, total });
        files.push(await fetchOne(message, place, signal));
      }
      return files;
    },

    async stop() {
      stopping.abort();
      await Promise.all(fetching.values());
    },
  };
}

async function unlessAborted(work: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  if (!work) return;
  const settled = new AbortController();
  try {
    await Promise.race([
      work,
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { signal: settled.signal });
      }),
    ]);
    signal.throwIfAborted();
  } finally {
    settled.abort();
  }
}

/** On the disk, and for nobody else's eyes. */
async function keepForGood(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
}

function tooLarge(size: number | null, limit: number): UserFacingError {
  const has = size === null ? 'This file' : `This file has ${Math.ceil(size / MIB)} MiB; it`;
  return new UserFacingError(
    'scene-too-large',
    `${has} is larger than the ${Math.round(limit / MIB)} MiB I accept. A cut-out, or a compressed copy, may fit.`,
  );
}
