import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Run } from '../domain/analyst.ts';
import type { ChatAdapter, InboundMessage } from '../domain/message.ts';
import type { SceneFile } from '../domain/scene.ts';
import { UserFacingError } from '../errors.ts';
import { logOf } from '../log.ts';
import type { ArtefactStore } from '../stores/artefact-store.ts';
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
  /** Bytes of one file, and of everything in a conversation. */
  readonly limits: { readonly fileBytes: number; readonly conversationBytes: number };
}

const MIB = 2 ** 20;
const log = logOf('files');

export function createFileFetcher({ adapters, artefacts, turns, limits }: FileFetcherParts): FileFetcher {
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
    const { bytes } = await artefacts.size(message.conversation);
    const room = limits.conversationBytes - bytes;
    const limit = Math.min(limits.fileBytes, room);
    if (limit <= 0 || (file.size ?? 0) > limit) throw tooLarge(file.size, limits, room);
    const adapter = adapters.find(({ platform }) => platform === message.platform)!;
    await adapter.download(file, `${path}.part`, limit, signal);
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

function tooLarge(size: number | null, limits: FileFetcherParts['limits'], room: number): UserFacingError {
  const has = size === null ? 'This file' : `This file has ${Math.ceil(size / MIB)} MiB; it`;
  return new UserFacingError(
    'scene-too-large',
    room < limits.fileBytes
      ? `${has} does not fit: a conversation may hold ${Math.round(limits.conversationBytes / MIB)} MiB, and ` +
          `${Math.max(0, Math.floor(room / MIB))} MiB are left. Start a new conversation, or say "forget everything" here.`
      : `${has} is larger than the ${Math.round(limits.fileBytes / MIB)} MiB I accept. A cut-out, or a compressed copy, may fit.`,
  );
}
