import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserFacingError } from '../../errors.ts';
import type { ThreadEvent } from './events.ts';
import { isId } from './threads.ts';

/** Uploaded files wait here until the scene store has its own copy: `<folder>/<session>/<id>`. */
export class Uploads {
  readonly #folder: string;
  readonly #limitBytes: number;

  constructor(folder: string, limitBytes: number) {
    this.#folder = folder;
    this.#limitBytes = limitBytes;
  }

  /**
   * Stream one file to disk.
   * @throws {UserFacingError} `scene-too-large` as soon as more than the limit has arrived; nothing is kept then
   */
  async receive(session: string, body: Readable): Promise<{ id: string; size: number }> {
    const id = randomBytes(16).toString('hex');
    const path = this.#path(session, id);
    await mkdir(join(this.#folder, session), { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', 0o600);
    let size = 0;
    try {
      // What follows a refusal is thrown away by whoever answers: a destroyed request could not be answered.
      for await (const chunk of body.iterator({ destroyOnReturn: false })) {
        size += (chunk as Buffer).length;
        if (size > this.#limitBytes) throw tooLarge(this.#limitBytes);
        await file.appendFile(chunk as Buffer);
      }
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return { id, size };
  }

  /** Bytes of an uploaded file; null when it is not (or no longer) here. */
  async size(session: string, id: string): Promise<number | null> {
    return isId(id)
      ? stat(this.#path(session, id)).then(
          (s) => s.size,
          () => null,
        )
      : null;
  }

  /** Where the file of a `RemoteFile.source` lies; null when the source is not an upload. */
  pathOf(source: string): string | null {
    const [, session, id] = source.match(/^upload:([0-9a-z]+)\/([0-9a-z]+)$/) ?? [];
    return session && id && isId(session) && isId(id) ? this.#path(session, id) : null;
  }

  /** Deletes what was uploaded in a thread. */
  async removeAll(events: readonly ThreadEvent[]): Promise<void> {
    const files = events.flatMap((e) => (e.kind === 'user' ? e.message.files : []));
    const paths = files.map((file) => this.pathOf(file.source)).filter((path) => path !== null);
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  }

  /** Deletes what arrived before `time` (milliseconds since 1970). */
  async removeBefore(time: number): Promise<void> {
    const files = await readdir(this.#folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const file of files.filter((f) => f.isFile())) {
      const path = join(file.parentPath, file.name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (mtimeMs < time) await rm(path, { force: true });
    }
  }

  #path(session: string, id: string): string {
    return join(this.#folder, session, id);
  }
}

/**
 * Copy a file of this machine for the scene store.
 * @throws {UserFacingError} `scene-too-large`, or `download-failed` when it is no longer here
 */
export async function copyWithin(from: string, to: string, limitBytes: number, signal: AbortSignal): Promise<void> {
  const size = await stat(from).then(
    (s) => s.size,
    () => null,
  );
  if (size === null) {
    throw new UserFacingError('download-failed', 'That file is no longer here. Please add it again.');
  }
  if (size > limitBytes) throw tooLarge(limitBytes);
  await pipeline(createReadStream(from), createWriteStream(to), { signal });
}

export function tooLarge(limitBytes: number): UserFacingError {
  const limit = `${Math.floor(limitBytes / 2 ** 20)} MB`;
  return new UserFacingError(
    'scene-too-large',
    `This file is larger than the ${limit} accepted here. Cut out the part you need, or raise MAX_SCENE_MB.`,
  );
}
