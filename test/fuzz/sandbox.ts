import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export interface Upload {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** How a case ended. `mistake`: an error of ours that says nothing about the file. */
export interface Verdict {
  readonly kind: 'read' | 'refused' | 'mistake' | 'crash' | 'too slow' | 'too much memory';
  readonly note: string;
  readonly ms: number;
  /** Most that the process held during the case above what it held before. */
  readonly grownMiB: number;
}

/** Opens and reads uploads in a process of its own that is ended when it takes too long or too much. */
export class Sandbox {
  readonly #limits: { readonly ms: number; readonly mib: number };
  #child: ChildProcess | null = null;
  #folder: string | null = null;

  constructor(limits: { readonly ms: number; readonly mib: number }) {
    this.#limits = limits;
  }

  async run(uploads: readonly Upload[]): Promise<Verdict> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'spex-chat-fuzz-'));
    const files = uploads.map(({ name }, i) => ({ name, path: join(this.#folder!, `${i}-${basename(name)}`) }));
    await Promise.all(files.map(({ path }, i) => writeFile(path, uploads[i]!.bytes)));
    const child = this.#child ?? (await start());
    this.#child = child;
    const before = residentMiB(child);
    const began = performance.now();
    let most = before;
    const ended = new Promise<Pick<Verdict, 'kind' | 'note'>>((resolve) => {
      const watch = setInterval(() => {
        most = Math.max(most, residentMiB(child));
        if (most - before > this.#limits.mib) end({ kind: 'too much memory', note: '' });
        else if (performance.now() - began > this.#limits.ms) end({ kind: 'too slow', note: '' });
      }, 10);
      const end = (verdict: Pick<Verdict, 'kind' | 'note'>): void => {
        clearInterval(watch);
        child.removeAllListeners('message').removeAllListeners('exit');
        resolve(verdict);
      };
      child.once('message', (verdict) => end(verdict as Pick<Verdict, 'kind' | 'note'>));
      child.once('exit', (code, signal) => end({ kind: 'crash', note: `ended with ${code ?? signal}` }));
      child.send(files);
    });
    const { kind, note } = await ended;
    most = Math.max(most, residentMiB(child));
    // Decoders in WebAssembly keep what they took.
    if (!['read', 'refused', 'mistake'].includes(kind) || residentMiB(child) > 600) this.#stop();
    return { kind, note, ms: Math.round(performance.now() - began), grownMiB: most - before };
  }

  async close(): Promise<void> {
    this.#stop();
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  #stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }
}

async function start(): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'reader-child.ts'), {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await once(child, 'message');
  return child;
}

/** Of the process now; 0 where the system does not tell. */
function residentMiB({ pid }: ChildProcess): number {
  try {
    const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kib ?? 0) / 1024);
  } catch {
    return 0;
  }
}
