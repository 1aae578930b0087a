import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { titleOf } from './events.ts';
import { Thread } from './thread.ts';

/** A line of the sidebar. */
export interface ThreadSummary {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since 1970 of the last message or reply. */
  readonly at: number;
  readonly waiting: boolean;
}

/** The threads of all sessions, one file each: `<folder>/<session>/<thread>.jsonl`. */
export class Threads {
  readonly #folder: string;
  readonly #open = new Map<string, Promise<Thread>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws {RangeError} when an id could not have come from us; ids are parts of a path */
  open(session: string, thread: string): Promise<Thread> {
    if (!isId(session) || !isId(thread)) throw new RangeError('malformed thread id');
    const key = join(session, `${thread}.jsonl`);
    const known = this.#open.get(key);
    if (known) return known;
    const opened = Thread.open(join(this.#folder, key));
    this.#open.set(key, opened);
    opened.catch(() => this.#open.delete(key));
    return opened;
  }

  /** Those of a session that hold something, newest first. */
  async list(session: string): Promise<ThreadSummary[]> {
    const files = await readdir(join(this.#folder, session)).catch(() => []);
    const ids = files.filter((f) => f.endsWith('.jsonl')).map((f) => f.slice(0, -'.jsonl'.length));
    const summaries = await Promise.all(
      ids.filter(isId).map(async (id) => {
        const thread = await this.open(session, id);
        const times = thread.events.map((e) => (e.kind === 'user' ? e.message.sentAt : e.kind === 'reply' ? e.at : 0));
        return { id, title: titleOf(thread.events), at: Math.max(0, ...times), waiting: thread.waiting };
      }),
    );
    return summaries.filter((s) => s.at > 0).toSorted((a, b) => b.at - a.at);
  }

  /** Deletes the threads last written to before `time` (milliseconds since 1970). */
  async removeBefore(time: number): Promise<void> {
    const files = await readdir(this.#folder, { recursive: true }).catch(() => []);
    for (const file of files.filter((f) => f.endsWith('.jsonl'))) {
      const { mtimeMs } = await stat(join(this.#folder, file));
      const thread = this.#open.get(file);
      if (mtimeMs >= time) continue;
      if (thread) await (await thread).remove();
      else await rm(join(this.#folder, file), { force: true });
      this.#open.delete(file);
    }
  }
}

/** Ids of sessions, threads, messages and uploads: chosen by us or by our page, short, harmless in a path. */
export const isId = (text: string): boolean => /^[0-9a-z]{8,40}$/.test(text);
