import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UserFacingError } from '../errors.ts';

/** What a child may have; everything else is kept from it. */
export interface GlassOptions {
  /** Its whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Most memory it may take, MiB; null = no limit, for a process that reads nothing of a stranger's. */
  readonly memoryMb: number | null;
  /** Lets others go first from the beginning. */
  readonly low?: boolean;
}

/** A child that has loaded its modules and waits. */
export interface GlassProcess {
  readonly child: ChildProcess;
  /** The last of what it wrote to stderr: for the log, after it has died. */
  lastWords(): string;
}

/**
 * Starts a child process that shares nothing with this one but a channel: a bare environment, no open files, no network (an
 * empty network namespace where the system gives one; `confine.js` closes Node's own entrances everywhere), a limited heap,
 * and a watchdog that ends it when this process is gone. The child sends one message, whatever it is, when it is ready.
 *
 * @param signal  ends the child whenever it is aborted
 * @throws {UserFacingError} `model-busy` when no process can be started now, `model-crashed` when it dies before it is ready
 */
export async function startBehindGlass(
  script: URL,
  { environment, memoryMb, low = false }: GlassOptions,
  signal: AbortSignal,
): Promise<GlassProcess> {
  const namespace = await networkNamespace().catch((cause) => {
    throw cannotStart(cause);
  });
  signal.throwIfAborted();
  const heap = memoryMb === null ? [] : [`--max-old-space-size=${Math.floor(memoryMb * HEAP_SHARE)}`];
  // Where this process can see how much memory its children take, their own watchdog need not look.
  const watched = memoryMb === null || SEES_MEMORY ? 0 : memoryMb * MIB;
  const node = [process.execPath, ...heap, '--import', CONFINE, '--import', LOADER];
  const arguments_ = [fileURLToPath(script), String(process.pid), String(watched)];
  const [command, ...rest] = [...(namespace ? ['unshare', ...namespace, '--'] : []), ...node, ...arguments_];
  let child: ChildProcess;
  try {
    child = spawn(command!, rest, {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      windowsHide: true,
    });
  } catch (cause) {
    throw cannotStart(cause);
  }
  // For ever: an `error` that nobody hears ends the bot, and one may come at any time.
  child.on('error', () => undefined);
  if (low && child.pid !== undefined) lowerPriority(child.pid);
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-LAST_WORDS);
  });
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  child.once('exit', () => signal.removeEventListener('abort', end));
  const late = setTimeout(end, START_MS);
  const settled = new AbortController();
  const died = once(child, 'exit', { signal: settled.signal }).then(([code, by]) => {
    throw diedEarly(`${fileURLToPath(script)} ended: ${code ?? by} ${words}`);
  });
  try {
    await Promise.race([once(child, 'message', { signal: settled.signal }), died]);
  } catch (cause) {
    signal.throwIfAborted();
    throw cause instanceof UserFacingError ? cause : cannotStart(cause);
  } finally {
    clearTimeout(late);
    settled.abort();
  }
  return { child, lastWords: () => words };
}

/** The arguments of `unshare` that give an empty network namespace here; null where the system gives none. Tried once. */
export async function networkNamespace(): Promise<readonly string[] | null> {
  if (namespace === undefined) namespace = await findNamespace();
  return namespace;
}

let namespace: readonly string[] | null | undefined;

async function findNamespace(): Promise<readonly string[] | null> {
  if (process.platform !== 'linux') return null;
  for (const way of [['--net'], ['--user', '--map-current-user', '--net']]) {
    try {
      await promisify(execFile)('unshare', [...way, '--', 'true']);
      return way;
    } catch (error) {
      // No more processes or files just now says nothing about namespaces.
      if (/^(EMFILE|ENFILE|EAGAIN|ENOMEM)$/.test(String((error as NodeJS.ErrnoException).code))) throw error;
    }
  }
  return null;
}

/** Memory of a process as it stands in RAM, bytes; null when it is gone, or where the system does not tell. */
export function residentBytes(pid: number): number | null {
  try {
    // `statm` counts in pages, whose size Node does not tell; `status` in kibibytes.
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    return null;
  }
}

/** What a process has computed so far, all threads together, seconds; 0 where the system does not tell. */
export function computedSeconds(pid: number): number {
  try {
    // The name in brackets may hold anything; user and system time are fields 14 and 15, in hundredths.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Lets others go first from now on. Only an administrator could take it back. */
export function lowerPriority(pid: number): void {
  try {
    // On Linux each thread has a priority of its own.
    const threads = process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid];
    for (const thread of threads) setPriority(thread, LOW_PRIORITY);
  } catch {
    // It has ended meanwhile.
  }
}

const MIB = 2 ** 20;
const SEES_MEMORY = process.platform === 'linux';
/** Of the memory; what Node keeps outside its heap, pixels above all, needs the rest. */
const HEAP_SHARE = 0.75;
const LOW_PRIORITY = 10;
const LAST_WORDS = 2_000;
/** A second or two on an idle machine. */
const START_MS = 60_000;

const CONFINE = new URL('./confine.js', import.meta.url).href;
/** The child runs TypeScript as we do, whatever loader this process was started with. */
const LOADER = import.meta.resolve('tsx');

const diedEarly = (message: string): UserFacingError =>
  new UserFacingError('model-crashed', 'The analysis stopped before it had begun. Please try again.', { message });

const cannotStart = (cause: unknown): UserFacingError =>
  new UserFacingError(
    'model-busy',
    'I cannot start an analysis now: this machine has no process or memory left for it. Please try again in a minute.',
    { message: `a child process could not be started: ${(cause as Error).message}`, cause },
  );
