import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Analyst, Run } from '../domain/analyst.ts';
import type { Progress } from '../domain/message.ts';
import { type ErrorCode, UserFacingError } from '../errors.ts';

/** What the child needs to know; given to it with its first message. */
export interface AnalysisOptions {
  /** Folder of the model pack. */
  readonly pack: string;
  readonly threads: number;
  /** The model refuses to load when it would need more than this, MiB; null = what the machine has. */
  readonly memoryMb: number | null;
  readonly executionProviders: readonly string[];
  /** Without any progress before a call is abandoned, milliseconds. */
  readonly timeoutMs: number;
  readonly maxSceneMegapixels: number;
  /** Hosts besides the shipped list from which a COG may be read. */
  readonly allowedHosts: readonly string[];
}

export type AnalystMethod = Exclude<keyof Analyst, 'stop'>;

export type ToHost =
  | { readonly kind: 'options'; readonly options: AnalysisOptions }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly method: AnalystMethod;
      readonly request: unknown;
      readonly folder: string;
      readonly roomBytes: number | undefined;
    };

export type FromHost =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | {
      readonly kind: 'failure';
      readonly id: number;
      readonly code: ErrorCode | null;
      readonly reply: string;
      readonly message: string;
      readonly stack: string;
    };

const HOST = new URL('./analysis-host.ts', import.meta.url);

/** The child runs TypeScript as we do, whatever loader this process was started with. */
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/**
 * The analyst in a process of its own, one call at a time, in the order of the calls.
 *
 * onnxruntime-node's `run` blocks the thread that calls it, and terminating a worker thread in the middle of it aborts
 * the whole process; decoding and looping over millions of pixels block just as well. A child process keeps the chat
 * connections alive, can be killed at any moment (cancel and timeout do), and takes only itself along when it runs out of
 * memory. It is started by the first call (`prepare` is one) and again by the first call after a kill.
 *
 * @param host  script of the child; another one in tests
 */
export function createAnalyst(options: AnalysisOptions, host: URL = HOST): Analyst {
  let child: ChildProcess | null = null;
  let nextId = 1;
  let last: Promise<unknown> = Promise.resolve();

  const start = (): ChildProcess => {
    const started = fork(host, { serialization: 'advanced', execArgv: ['--import', LOADER] });
    started.send({ kind: 'options', options } satisfies ToHost);
    return started;
  };

  const kill = (): void => {
    child?.kill('SIGKILL');
    child = null;
  };

  const call = async (method: AnalystMethod, request: unknown, run: Run): Promise<unknown> => {
    const roomBytes = await run.room?.();
    run.signal.throwIfAborted();
    if (!child?.connected) child = start();
    const mine = child;
    const id = nextId++;
    let resolve!: (result: unknown) => void;
    let reject!: (reason: unknown) => void;
    const promise = new Promise<unknown>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    const onMessage = (message: FromHost): void => {
      if (message.id !== id) return;
      if (message.kind === 'progress') {
        timer.refresh();
        run.onProgress(message.progress);
      }
      if (message.kind === 'result') resolve(message.result);
      if (message.kind === 'failure') reject(toError(message));
    };
    const onExit = (code: number | null, signal: string | null): void => {
      if (child === mine) child = null;
      reject(
        new UserFacingError(
          'model-crashed',
          'The analysis stopped unexpectedly, most likely for lack of memory. A smaller part of the scene may work.',
          { message: `analysis process ended: ${code ?? signal}` },
        ),
      );
    };
    const onAbort = (): void => {
      kill();
      reject(run.signal.reason);
    };
    const timer = setTimeout(() => {
      kill();
      reject(
        new UserFacingError(
          'model-timeout',
          `The analysis made no progress for ${Math.round(options.timeoutMs / 1000)} s and was stopped. A smaller part of the scene may work.`,
        ),
      );
    }, options.timeoutMs);
    mine.on('message', onMessage);
    mine.once('exit', onExit);
    mine.once('error', reject);
    run.signal.addEventListener('abort', onAbort, { once: true });
    try {
      mine.send({ kind: 'call', id, method, request, folder: run.folder, roomBytes } satisfies ToHost);
      return await promise;
    } finally {
      clearTimeout(timer);
      mine.off('message', onMessage);
      mine.off('exit', onExit);
      mine.off('error', reject);
      run.signal.removeEventListener('abort', onAbort);
    }
  };

  /** One at a time: the child has one model and one set of threads. A failed call does not stop the next one. */
  const inTurn = (method: AnalystMethod) => (request: unknown, run: Run) => {
    const turn = last.then(
      () => call(method, request, run),
      () => call(method, request, run),
    );
    last = turn.catch(() => undefined);
    return turn;
  };

  const stopped = new AbortController();

  return {
    prepare: () => inTurn('prepare')({}, { signal: stopped.signal, onProgress: () => undefined, folder: '' }),
    open: inTurn('open'),
    extract: inTurn('extract'),
    refine: inTurn('refine'),
    index: inTurn('index'),
    statistics: inTurn('statistics'),
    distance: inTurn('distance'),
    compare: inTurn('compare'),
    draw: inTurn('draw'),
    export: inTurn('export'),
    async stop() {
      stopped.abort();
      kill();
    },
  } as Analyst;
}

function toError(failure: Extract<FromHost, { kind: 'failure' }>): Error {
  if (failure.code) return new UserFacingError(failure.code, failure.reply, { message: failure.message });
  const error = new Error(failure.message);
  error.stack = failure.stack;
  return error;
}
