import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Progress } from '../../domain/message.ts';
import type { LiveProgress, NumberedEvent, ThreadEvent } from './events.ts';

/** Told of every kept event, of every change of the work in progress, and of the end of the thread. */
export interface ThreadListener {
  event(event: NumberedEvent): void;
  progress(progress: LiveProgress): void;
  deleted(): void;
}

/**
 * One conversation of the page: what was said, kept as one JSON line an event, and the work in progress, kept in
 * memory only. There is one object a file, so events stand in the order in which they were appended.
 */
export class Thread {
  readonly #path: string;
  readonly #listeners = new Set<ThreadListener>();
  readonly #live = new Map<string, LiveProgress>();
  #events: NumberedEvent[];
  #deleted = false;
  #lastId: number;
  #writes: Promise<void> = Promise.resolve();

  private constructor(path: string, events: NumberedEvent[]) {
    this.#path = path;
    this.#events = events;
    this.#lastId = events.at(-1)?.id ?? 0;
  }

  /** A thread nobody has written to yet has no file and no events. A half-written last line is left out. */
  static async open(path: string): Promise<Thread> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    if (text && !text.endsWith('\n')) await appendFile(path, '\n');
    return new Thread(path, text.split('\n').flatMap(parseLine));
  }

  get events(): readonly NumberedEvent[] {
    return this.#events;
  }

  get live(): readonly LiveProgress[] {
    return [...this.#live.values()];
  }

  /** Whether `to` is still to be answered. */
  get waiting(): boolean {
    const answered = new Set(this.#events.flatMap((e) => (e.kind === 'reply' ? [e.to] : [])));
    return this.#events.some((e) => e.kind === 'user' && !answered.has(e.message.id));
  }

  /** Resolves when the event is in the file. Does nothing once the thread is deleted. */
  async append(event: ThreadEvent): Promise<void> {
    if (this.#deleted) return;
    const numbered = { ...event, id: ++this.#lastId };
    this.#events.push(numbered);
    if (event.kind === 'reply') this.#live.delete(event.to);
    await this.#write(async () => {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      await appendFile(this.#path, `${JSON.stringify(numbered)}\n`, { mode: 0o600 });
    });
    for (const listener of this.#listeners) listener.event(numbered);
  }

  /** Deletes what was said so far and leaves an empty thread that goes on. */
  async clear(): Promise<void> {
    if (this.#deleted) return;
    const reset: NumberedEvent = { kind: 'reset', id: ++this.#lastId };
    this.#events = [reset];
    this.#live.clear();
    await this.#write(() => writeFile(this.#path, `${JSON.stringify(reset)}\n`, { mode: 0o600 }));
    for (const listener of this.#listeners) listener.event(reset);
  }

  /** Deletes the thread; whatever is still appended to it is dropped. */
  async remove(): Promise<void> {
    this.#deleted = true;
    this.#events = [];
    this.#live.clear();
    await this.#write(() => rm(this.#path, { force: true }));
    for (const listener of this.#listeners) listener.deleted();
    this.#listeners.clear();
  }

  progress(to: string, { stage, done, total, remainingMs, sentence }: Progress): void {
    if (this.#deleted || this.#events.some((e) => e.kind === 'reply' && e.to === to)) return;
    const sentences = [...(this.#live.get(to)?.sentences ?? []), ...(sentence ? [sentence] : [])];
    const live = { to, stage, done, total, ...(remainingMs ? { remainingMs } : {}), sentences };
    this.#live.set(to, live);
    for (const listener of this.#listeners) listener.progress(live);
  }

  /** Returns the function that ends the listening. */
  listen(listener: ThreadListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #write(work: () => Promise<unknown>): Promise<void> {
    const written = this.#writes.then(work).then(() => undefined);
    // A failed write is reported to whoever asked for it and does not stop the next one.
    this.#writes = written.catch(() => undefined);
    return written;
  }
}

function parseLine(line: string): NumberedEvent[] {
  if (!line) return [];
  try {
    return [JSON.parse(line) as NumberedEvent];
  } catch {
    return []; // the process was killed in the middle of this line
  }
}
