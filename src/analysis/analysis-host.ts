import type { Run } from '../domain/analyst.ts';
import { expectedFailure } from '../errors.ts';
import type { FromHost, ToHost } from './analysis-process.ts';
import { createLocalAnalyst, type LocalAnalyst } from './local-analyst.ts';

/** The child's side of `analysis-process.ts`: waits for calls, answers each once. Ends with its parent. */
let analyst: LocalAnalyst | null = null;

process.on('message', (message: ToHost) => {
  if (message.kind === 'options') {
    analyst = createLocalAnalyst(message.options);
    return;
  }
  void answer(message);
});
process.on('disconnect', () => process.exit(0));

async function answer({ id, method, request, folder, roomBytes }: Extract<ToHost, { kind: 'call' }>): Promise<void> {
  const send = (message: FromHost): void => void process.send?.(message);
  // The parent ends a call by killing this process, so the signal never fires here.
  const run: Run = {
    folder,
    ...(roomBytes !== undefined && { room: async () => roomBytes }),
    signal: new AbortController().signal,
    onProgress: (progress) => send({ kind: 'progress', id, progress }),
  };
  try {
    if (!analyst) throw new Error('call before options');
    // Requests were typed by the caller's Analyst; the wire carries them unchanged.
    const result = await (analyst[method] as (request: unknown, run: Run) => Promise<unknown>)(request, run);
    send({ kind: 'result', id, result });
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    const expected = expectedFailure(error);
    send({ kind: 'failure', id, code: expected?.code ?? null, reply: expected?.reply ?? '', message, stack });
  }
}
