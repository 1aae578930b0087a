import { resolve, sep } from 'node:path';
import { z } from 'zod';
import type { Run } from '../domain/analyst.ts';
import { STAGES } from '../domain/message.ts';
import { UserFacingError } from '../errors.ts';
import { discardParts } from '../scene/formats/unpack-archive.ts';
import { isAddress } from '../scene/sources/byte-source.ts';
import { openRemoteSource } from '../scene/sources/remote-source.ts';
import type { AnalysisOptions } from './analysis-options.ts';
import { errorOf, type Failure, failure, failureOf } from './failure.ts';
import { computedSeconds, lowerPriority, residentBytes, startBehindGlass } from './glass.ts';
import { type ModelAsk, type ModelProcess, modelAsk } from './model-process.ts';
import { createRemoteRelay, remoteAsk } from './remote-relay.ts';
import { filesOf, type SceneMethod, type SceneRequest } from './scene-request.ts';
import { Stopwatch } from './stopwatch.ts';
import { timeLimitMs } from './time-limit.ts';

export type ToScene =
  | { readonly kind: 'options'; readonly options: AnalysisOptions }
  | {
      readonly kind: 'call';
      readonly method: SceneMethod;
      readonly request: SceneRequest;
      readonly folder: string;
      readonly roomBytes: number | undefined;
    }
  | { readonly kind: 'text'; readonly id: number; readonly text: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly failure: Failure };

/** What comes from a process that has read a stranger's bytes is looked at before it is believed. */
const fromScene = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('progress'),
    progress: z.object({
      stage: z.enum(STAGES),
      done: z.number(),
      total: z.number(),
      remainingMs: z.number().exactOptional(),
      sentence: z.string().exactOptional(),
    }),
  }),
  z.object({ kind: z.literal('result'), result: z.unknown() }),
  z.object({ kind: z.literal('failure'), failure }),
  z.object({ kind: z.literal('model'), id: z.int(), ask: modelAsk }),
  z.object({ kind: z.literal('remote'), id: z.int(), ask: remoteAsk }),
]);
export type FromScene = z.infer<typeof fromScene>;

/** The process died of what it was given: too much time, too much memory, or a crash. */
export class SceneDeath extends UserFacingError {}

/** A process that reads the scenes of one conversation. It does one call at a time. */
export interface SceneProcess {
  /** It has ended, or is ending. */
  readonly ended: boolean;
  /** It holds so much memory that the next scene may not find enough. */
  readonly isFull: boolean;
  /** What it has computed since it began, seconds; once it has ended, as much as was seen. */
  readonly seconds: number;
  /**
   * @throws {SceneDeath} when it died of the call
   * @throws the signal's reason as soon as it is aborted; the process is ended then
   */
  call(method: SceneMethod, request: SceneRequest, run: Run): Promise<unknown>;
  /** From now on the others go first. */
  goLast(): void;
  end(): void;
}

interface Call {
  readonly run: Run;
  /** Files that it was given: paths and addresses. */
  readonly files: readonly string[];
  readonly computing: Stopwatch;
  /** The model is asked, and has not answered. */
  asked: number;
  asks: number;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

/** A scene of `MAX_CHIPS` needs some hundreds; whoever asks for ever would never run out of time. */
const MOST_ASKS = 2_000;

/**
 * Who computes longer in one call lets the others go first, and goes on like that: it is not taken back before the process
 * has been idle and is replaced. Counted in time of the processor, so that a busy machine does not slow everybody down.
 */
const LONG_SECONDS = 5;
const LOOK_AT_TIME_MS = 1_000;
const LOOK_AT_MEMORY_MS = 100;
/** On a busy machine a process may take as many times its limit to compute what it may: others' work is not its fault. */
const PATIENCE = 4;

/** Starts one ahead of its first call. @throws {UserFacingError} `model-busy` when that is not possible now */
export async function startSceneProcess(
  options: AnalysisOptions,
  model: ModelProcess,
  host: URL,
  stopped: AbortSignal,
  low = false,
): Promise<SceneProcess> {
  const { environment, sceneMemoryMb: memoryMb } = options;
  const { child, lastWords } = await startBehindGlass(host, { environment, memoryMb, low }, stopped);
  const pid = child.pid!;
  let current: Call | null = null;
  let folder: string | null = null;
  let ended = false;
  let seconds = 0;
  const look = (): number => {
    seconds = Math.max(seconds, computedSeconds(pid));
    return seconds;
  };

  const send = (message: ToScene): void => void child.send(message, () => undefined);
  const end = (): void => {
    ended = true;
    child.kill('SIGKILL');
  };
  const die = (death: SceneDeath): void => {
    end();
    current?.reject(death);
  };

  const remoteEnds = new AbortController();
  const remote = createRemoteRelay((address) =>
    openRemoteSource(address, { hosts: options.allowedHosts, signal: remoteEnds.signal }),
  );
  const memoryWatch = setInterval(() => {
    look();
    if ((residentBytes(pid) ?? 0) > memoryMb * MIB) die(tooMuchMemory(memoryMb));
  }, LOOK_AT_MEMORY_MS).unref();

  child.on('exit', (code, signal) => {
    ended = true;
    clearInterval(memoryWatch);
    remoteEnds.abort(new Error('the process that read this has ended'));
    remote.close();
    if (folder !== null) void discardParts(folder, pid).catch(() => undefined);
    current?.reject(deathOf(code, signal, lastWords(), memoryMb));
  });

  /** Answers a question of the child. Its time stands still while the model works, which others use as well. */
  const relay = async (id: number, answer: (call: Call) => Promise<unknown>): Promise<void> => {
    try {
      if (!current) throw new Error('asked outside a call');
      send({ kind: 'answer', id, answer: await answer(current) });
    } catch (error) {
      send({ kind: 'refusal', id, failure: failureOf(error) });
    }
  };

  const askModel = async (call: Call, id: number, ask: ModelAsk): Promise<unknown> => {
    if (++call.asks > MOST_ASKS) throw new Error(`more than ${MOST_ASKS} questions to the model in one call`);
    call.asked++;
    call.computing.pause();
    try {
      const onText = (text: string): void => send({ kind: 'text', id, text });
      return await model.ask(call.run.folder, ask, call.run.signal, onText);
    } finally {
      if (--call.asked === 0 && current === call) call.computing.run();
    }
  };

  child.on('message', (received) => {
    const { data: message } = fromScene.safeParse(received);
    if (!message) {
      die(crashed('it sent what it should not'));
      return;
    }
    if (message.kind === 'progress') current?.run.onProgress(message.progress);
    if (message.kind === 'result') {
      if (current && namesForeignFiles(message.result, current)) die(crashed('it named a file of somebody else'));
      else current?.resolve(message.result);
    }
    if (message.kind === 'failure') current?.reject(errorOf(message.failure));
    if (message.kind === 'model') void relay(message.id, (call) => askModel(call, message.id, message.ask));
    if (message.kind === 'remote')
      void relay(message.id, (call) => remote.ask(message.ask, call.files.filter(isAddress)));
  });

  send({ kind: 'options', options: { ...options, environment: {} } });

  return {
    get ended() {
      return ended;
    },
    get seconds() {
      return look();
    },
    get isFull() {
      return (residentBytes(pid) ?? 0) > (memoryMb * MIB) / 2;
    },
    goLast: () => lowerPriority(pid),
    end,
    async call(method, request, run) {
      run.signal.throwIfAborted();
      folder = run.folder;
      const limitMs = await timeLimitMs(method, request, options.timeoutMs);
      const roomBytes = await run.room?.();
      const onAbort = (): void => {
        end();
        current?.reject(run.signal.reason);
      };
      const before = computedSeconds(pid);
      const timeWatch = setInterval(() => {
        if (computedSeconds(pid) - before < LONG_SECONDS) return;
        lowerPriority(pid);
        clearInterval(timeWatch);
      }, LOOK_AT_TIME_MS);
      try {
        return await new Promise<unknown>((resolve, reject) => {
          const files = filesOf(request).map(({ path }) => path);
          let patience = PATIENCE;
          const computing = new Stopwatch(limitMs, () => {
            const leftMs = limitMs - (computedSeconds(pid) - before) * 1_000;
            if (--patience > 0 && leftMs > 0 && leftMs < limitMs) return leftMs;
            die(tooSlow(method, limitMs));
            return 0;
          });
          current = { run, files, computing, asked: 0, asks: 0, resolve, reject };
          run.signal.addEventListener('abort', onAbort, { once: true });
          if (run.signal.aborted) onAbort();
          else if (ended) reject(deathOf(null, 'SIGKILL', '', memoryMb));
          else send({ kind: 'call', method, request, folder: run.folder, roomBytes });
        });
      } finally {
        clearInterval(timeWatch);
        current?.computing.pause();
        current = null;
        run.signal.removeEventListener('abort', onAbort);
      }
    },
  };
}

/**
 * Whatever a result names is sent to people, read and deleted later: files that the call was given or made, and no others.
 * Keys of files are `path`, `maskFile` and their like.
 */
function namesForeignFiles(result: unknown, { files, run }: Pick<Call, 'files' | 'run'>): boolean {
  if (typeof result !== 'object' || result === null || ArrayBuffer.isView(result)) return false;
  return Object.entries(result).some(([key, value]) => {
    if (typeof value !== 'string' || !/^path$|File$/.test(key)) return namesForeignFiles(value, { files, run });
    return !files.includes(value) && !resolve(value).startsWith(resolve(run.folder) + sep);
  });
}

const MIB = 2 ** 20;

function tooMuchMemory(memoryMb: number): SceneDeath {
  return new SceneDeath(
    'scene-too-large',
    `This needs more memory than the ${memoryMb} MiB that an analysis may use here, so I stopped it. A smaller part of the scene may work; the owner of this bot can allow more with SCENE_MEMORY_MB.`,
  );
}

function tooSlow(method: SceneMethod, limitMs: number): SceneDeath {
  const what = method === 'open' ? 'Reading this scene' : 'The analysis';
  return new SceneDeath(
    'model-timeout',
    `${what} took more than ${Math.round(limitMs / 1000)} s and was stopped. A smaller part of the scene may work.`,
  );
}

/** Signals by which others end a process, and not what it does. */
const FROM_OUTSIDE: readonly (string | null)[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'];

function deathOf(code: number | null, signal: string | null, words: string, memoryMb: number): UserFacingError {
  if (signal === 'SIGUSR2' || /heap out of memory/.test(words)) return tooMuchMemory(memoryMb);
  return crashed(`${code ?? signal} ${words}`, FROM_OUTSIDE.includes(signal) ? UserFacingError : SceneDeath);
}

const crashed = (how: string, Death = SceneDeath): UserFacingError =>
  new Death(
    'model-crashed',
    'The analysis stopped unexpectedly, most likely for lack of memory. A smaller part of the scene may work.',
    { message: `scene process ended: ${how}` },
  );
