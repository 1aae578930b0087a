import { z } from 'zod';
import { UserFacingError } from '../errors.ts';
import type { Answer } from '../spex/spex-model.ts';
import type { AnalysisOptions } from './analysis-options.ts';
import { errorOf, type Failure } from './failure.ts';
import { type GlassProcess, startBehindGlass } from './glass.ts';

const floats = z.custom<Float32Array>((value) => value instanceof Float32Array);

/**
 * What a scene process may ask of the model. It comes from a process that has read a stranger's bytes, so its form is
 * checked before it goes on; that a chip fits the pack is checked by the model.
 */
export const modelAsk = z.discriminatedUnion('what', [
  z.object({ what: z.literal('pack') }),
  z.object({
    what: z.literal('encode'),
    /** Stands for the pixels of the chip among the chips of its conversation. */
    key: z.string().max(1_000),
    /** Left out at first: the features may be known. */
    chip: z.object({ size: z.int(), pixels: floats, bandPresent: floats }).optional(),
  }),
  z.object({ what: z.enum(['answer', 'explain']), key: z.string().max(1_000), prompt: z.string().max(100_000) }),
]);
export type ModelAsk = z.infer<typeof modelAsk>;

/** What the model says about a chip. */
export type ChipAnswer = Pick<Answer, 'text' | 'maskLogits' | 'foretoldIou'>;

/** Instead of an answer: the features of this chip are not, or no longer, there. */
export const UNKNOWN_CHIP = 'unknown';

export type ToModel =
  | { readonly kind: 'options'; readonly options: AnalysisOptions }
  | { readonly kind: 'ask'; readonly id: number; readonly ask: ModelAsk }
  | { readonly kind: 'abort'; readonly id: number };

export type FromModel =
  | { readonly kind: 'text'; readonly id: number; readonly text: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure };

export interface ModelProcess {
  /**
   * One chip encoded or one answer given. Whoever asks waits its turn: tenants are served one request each, round and round.
   *
   * @param tenant  whose chips the keys speak of; nobody reaches the features of another
   * @param onText  the answer so far, while it is generated
   * @returns       `Pack`, `ChipAnswer`, the text of an explanation, or for an encoded chip nothing; `UNKNOWN_CHIP` when its pixels are needed (first)
   * @throws {UserFacingError} `model-crashed`, `model-timeout`, and what the model itself refuses
   */
  ask(tenant: string, ask: ModelAsk, signal: AbortSignal, onText?: (text: string) => void): Promise<unknown>;
}

interface Waiting {
  readonly tenant: string;
  readonly ask: ModelAsk;
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
  resolve(answer: unknown): void;
  reject(reason: unknown): void;
}

/**
 * The model in a process of its own, for all conversations: it sees numbers and prompts, never a file.
 *
 * onnxruntime-node's `run` blocks the thread that calls it, and terminating a worker thread in the middle of it aborts the
 * whole process. The process is started by the first request, and again by the first after its death.
 *
 * @param stopped  ends it
 */
export function createModelProcess(options: AnalysisOptions, host: URL, stopped: AbortSignal): ModelProcess {
  /** By tenant, the next to be served first: a Map remembers the order in which they came. */
  const queue = new Map<string, Waiting[]>();
  let process_: Promise<GlassProcess> | null = null;
  let nextId = 1;
  let busy = false;

  const start = async (): Promise<GlassProcess> => {
    const started = await startBehindGlass(host, { environment: options.environment, memoryMb: null }, stopped);
    started.child.once('exit', () => {
      process_ = null;
    });
    send(started, { kind: 'options', options });
    return started;
  };

  const serve = async ({ ask, signal, onText, resolve, reject }: Waiting): Promise<void> => {
    process_ ??= start();
    const glass = await process_.catch((error) => {
      process_ = null;
      throw error;
    });
    const { child } = glass;
    const id = nextId++;
    await new Promise<void>((done) => {
      const onMessage = (message: FromModel): void => {
        if (message.id !== id) return;
        if (message.kind === 'text') {
          onText(message.text);
          return;
        }
        if (message.kind === 'answer') resolve(message.answer);
        else reject(errorOf(message.failure));
        finish();
      };
      const onExit = (code: number | null, by: string | null): void => {
        reject(crashed(`${code ?? by} ${glass.lastWords()}`));
        finish();
      };
      const onTimeout = (): void => {
        child.kill('SIGKILL');
        reject(tooSlow(options.timeoutMs));
      };
      const onAbort = (): void => send(glass, { kind: 'abort', id });
      const timer = setTimeout(onTimeout, options.timeoutMs);
      const finish = (): void => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
        done();
      };
      child.on('message', onMessage);
      child.once('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      send(glass, { kind: 'ask', id, ask });
    });
  };

  const serveNext = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let next = takeNext(queue); next; next = takeNext(queue)) {
      await serve(next).catch(next.reject);
      sendBack(queue, next.tenant);
    }
    busy = false;
  };

  return {
    ask: (tenant, ask, signal, onText = () => {}) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        // Who gives up is answered at once; what the model has begun for it ends by itself, soon.
        const leave = (): void => reject(signal.reason);
        const settled =
          <T>(settle: (value: T) => void) =>
          (value: T): void => {
            signal.removeEventListener('abort', leave);
            settle(value);
          };
        signal.addEventListener('abort', leave, { once: true });
        const theirs = queue.get(tenant) ?? [];
        queue.set(tenant, theirs);
        theirs.push({
          tenant,
          ask: ask.what === 'pack' ? ask : { ...ask, key: JSON.stringify([tenant, ask.key]) },
          signal,
          onText,
          resolve: settled(resolve),
          reject: settled(reject),
        });
        void serveNext();
      }),
  };
}

/** The next request of the tenant whose turn it is. Those that were given up are passed over. */
function takeNext(queue: Map<string, Waiting[]>): Waiting | null {
  for (const [tenant, theirs] of queue) {
    for (let next = theirs.shift(); next; next = theirs.shift()) if (!next.signal.aborted) return next;
    queue.delete(tenant);
  }
  return null;
}

/** Who was served stands last. */
function sendBack(queue: Map<string, Waiting[]>, tenant: string): void {
  const theirs = queue.get(tenant);
  queue.delete(tenant);
  if (theirs && theirs.length > 0) queue.set(tenant, theirs);
}

/** A channel that is closed reports the death of the process by `exit` as well. */
const send = ({ child }: GlassProcess, message: ToModel): void => void child.send(message, () => undefined);

const crashed = (how: string): UserFacingError =>
  new UserFacingError(
    'model-crashed',
    'The model stopped unexpectedly, most likely for lack of memory. Please try again.',
    { message: `model process ended: ${how}` },
  );

const tooSlow = (timeoutMs: number): UserFacingError =>
  new UserFacingError(
    'model-timeout',
    `The model took more than ${Math.round(timeoutMs / 1000)} s for one step and was stopped. Please try again.`,
  );
