import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Room } from '../../domain/room.ts';
import { diskFull, UserFacingError } from '../../errors.ts';
import { isId } from './threads.ts';

/** Bytes that files may have which were added and not yet sent. */
export interface UploadLimits {
  readonly file: number;
  readonly session: number;
  readonly address: number;
  readonly all: number;
}

/** So often it is looked how much room the disk still has, in bytes that have arrived. */
const ROOM_EVERY = 8 * 2 ** 20;

/**
 * Files added on the page. They wait in `<folder>/<session>/<id>` until they are sent, and then belong to a thread, in
 * `<folder>/<session>/<thread>/<id>`, until it is forgotten or a day has passed since the scene store took them.
 */
export class Uploads {
  readonly #folder: string;
  readonly #limits: UploadLimits;
  readonly #room: Pick<Room, 'spare'>;
  /** Bytes that wait, or are arriving: of a session, of an address, of all. */
  readonly #waiting = new Map<string, number>();
  /** Whose the waiting files are, by path. */
  readonly #owners = new Map<string, { readonly keys: readonly string[]; readonly bytes: number }>();

  constructor(folder: string, limits: UploadLimits, room: Pick<Room, 'spare'>) {
    this.#folder = folder;
    this.#limits = limits;
    this.#room = room;
  }

  /** Counts what an earlier process left waiting. Its addresses are no longer known. */
  async start(): Promise<void> {
    for (const session of await readdir(this.#folder).catch(() => [])) {
      const files = await readdir(join(this.#folder, session), { withFileTypes: true }).catch(() => []);
      for (const { name } of files.filter((file) => file.isFile())) {
        const path = join(this.#folder, session, name);
        const { size } = await stat(path);
        this.#own(path, [`session ${session}`, ALL], size);
      }
    }
  }

  /**
   * Stream one file to disk; it is there for good when this resolves.
   * @throws {UserFacingError} `scene-too-large` or `disk-full`, as soon as more has arrived than may; nothing is kept then
   */
  async receive(session: string, address: string, body: Readable): Promise<{ id: string; size: number }> {
    const id = randomBytes(16).toString('hex');
    const path = join(this.#folder, session, id);
    const keys = [`session ${session}`, `address ${address}`, ALL];
    let size = 0;
    try {
      await mkdir(join(this.#folder, session), { recursive: true, mode: 0o700 });
      const file = await open(path, 'wx', 0o600);
      try {
        // What follows a refusal is thrown away by whoever answers: a destroyed request could not be answered.
        for await (const chunk of body.iterator({ destroyOnReturn: false })) {
          const { length } = chunk as Buffer;
          if (size % ROOM_EVERY < length && (await this.#room.spare()) < length) throw diskFull();
          size += length;
          this.#count(keys, length);
          this.#refuse(size, keys);
          await file.appendFile(chunk as Buffer);
        }
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      this.#count(keys, -size);
      await rm(path, { force: true });
      throw error;
    }
    this.#count(keys, -size);
    this.#own(path, keys, size);
    return { id, size };
  }

  /**
   * An uploaded file is sent in a thread and belongs to it from now on. Sent again, it is there already.
   * @returns where it is, as the `source` of a `RemoteFile`, and its bytes; null when it is not (or no longer) here
   */
  async claim(session: string, thread: string, id: string): Promise<{ source: string; size: number } | null> {
    if (!isId(id)) return null;
    const [from, to] = [join(this.#folder, session, id), join(this.#folder, session, thread, id)];
    await mkdir(join(this.#folder, session, thread), { recursive: true, mode: 0o700 });
    await rename(from, to).then(
      () => this.#disown(from),
      () => undefined,
    );
    const size = await sizeOf(to);
    return size === null ? null : { source: `upload:${session}/${thread}/${id}`, size };
  }

  /** Where the file of a `RemoteFile.source` lies; null when the source is not an upload. */
  pathOf(source: string): string | null {
    const [, ...ids] = source.match(/^upload:([0-9a-z]+)\/([0-9a-z]+)\/([0-9a-z]+)$/) ?? [];
    return ids.length === 3 && ids.every(isId) ? join(this.#folder, ...ids) : null;
  }

  /** Deletes what was sent in a thread. */
  async removeThread(session: string, thread: string): Promise<void> {
    if (isId(session) && isId(thread)) await rm(join(this.#folder, session, thread), { recursive: true, force: true });
  }

  /**
   * Deletes what arrived before `time` (milliseconds since 1970) and is needed no more: never sent, or taken by the scene
   * store. What was sent and not yet taken stays, whatever the clock says.
   */
  async removeBefore(time: number): Promise<void> {
    const files = await readdir(this.#folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const file of files.filter((entry) => entry.isFile())) {
      const path = join(file.parentPath, file.name);
      const { mtimeMs, nlink } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY, nlink: 1 }));
      const needed = !this.#owners.has(path) && nlink === 1;
      if (mtimeMs >= time || needed) continue;
      await rm(path, { force: true });
      this.#disown(path);
    }
  }

  #own(path: string, keys: readonly string[], bytes: number): void {
    this.#owners.set(path, { keys, bytes });
    this.#count(keys, bytes);
  }

  #disown(path: string): void {
    const owner = this.#owners.get(path);
    if (!owner) return;
    this.#owners.delete(path);
    this.#count(owner.keys, -owner.bytes);
  }

  #count(keys: readonly string[], bytes: number): void {
    for (const key of keys) {
      const sum = (this.#waiting.get(key) ?? 0) + bytes;
      if (sum > 0) this.#waiting.set(key, sum);
      else this.#waiting.delete(key);
    }
  }

  #refuse(size: number, [session, address, all]: readonly string[]): void {
    const { file, ...limits } = this.#limits;
    if (size > file) throw tooLarge(file);
    const waiting = (key: string | undefined): number => this.#waiting.get(key!) ?? 0;
    if (waiting(session) > limits.session || waiting(address) > limits.address) throw tooMuchWaiting(limits.session);
    if (waiting(all) > limits.all) throw diskFull();
  }
}

const ALL = 'all';

/**
 * Give a file of ours to the scene store, as a second name of the same bytes where the disk can do that.
 * @throws {UserFacingError} as `copyWithin`
 */
export async function linkWithin(from: string, to: string, limitBytes: number, signal: AbortSignal): Promise<void> {
  if (((await sizeOf(from)) ?? Number.POSITIVE_INFINITY) > limitBytes) return copyWithin(from, to, limitBytes, signal);
  await rm(to, { force: true });
  await link(from, to).catch(() => copyWithin(from, to, limitBytes, signal));
}

/**
 * Copy a file of this machine for the scene store.
 * @throws {UserFacingError} `scene-too-large`, or `download-failed` when it is no longer here
 */
export async function copyWithin(from: string, to: string, limitBytes: number, signal: AbortSignal): Promise<void> {
  const size = await sizeOf(from);
  if (size === null) throw new UserFacingError('download-failed', 'That file is no longer here. Please add it again.');
  if (size > limitBytes) throw tooLarge(limitBytes);
  await pipeline(createReadStream(from), createWriteStream(to, { mode: 0o600 }), { signal });
}

export function tooLarge(limitBytes: number): UserFacingError {
  const limit = `${Math.floor(limitBytes / 2 ** 20)} MiB`;
  return new UserFacingError(
    'scene-too-large',
    `This file is larger than the ${limit} accepted here. Cut out the part you need, or raise MAX_SCENE_MB.`,
  );
}

const tooMuchWaiting = (limitBytes: number): UserFacingError =>
  new UserFacingError(
    'scene-too-large',
    `Files that are added and not yet sent may have ${Math.floor(limitBytes / 2 ** 20)} MiB together. ` +
      'Send some of them first, or come back tomorrow.',
  );

const sizeOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  );
