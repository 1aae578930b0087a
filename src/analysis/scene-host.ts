import type { Run } from '../domain/analyst.ts';
import { errorOf, failureOf } from './failure.ts';
import { createLocalAnalyst, type LocalAnalyst } from './local-analyst.ts';
import { modelProxy } from './model-proxy.ts';
import { remoteProxy } from './remote-relay.ts';
import type { FromScene, ToScene } from './scene-process.ts';

/** The child's side of `scene-process.ts`: one call at a time, of one conversation. The parent stands between it and the rest. */
let analyst: LocalAnalyst | null = null;

interface Question {
  onText(text: string): void;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}
const questions = new Map<number, Question>();
let nextId = 1;

const send = (message: FromScene): void => void process.send?.(message);

/** Sends a question and waits for the parent's answer. */
function ask(message: (id: number) => FromScene, onText: (text: string) => void = () => {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const id = nextId++;
    questions.set(id, { onText, resolve, reject });
    send(message(id));
  });
}

process.on('message', (message: ToScene) => {
  switch (message.kind) {
    case 'options':
      analyst = createLocalAnalyst(message.options, {
        loadModel: () => modelProxy((asked, onText) => ask((id) => ({ kind: 'model', id, ask: asked }), onText)),
        openRemote: remoteProxy((asked) => ask((id) => ({ kind: 'remote', id, ask: asked }))),
      });
      return;
    case 'call':
      void answer(message);
      return;
    case 'text':
      questions.get(message.id)?.onText(message.text);
      return;
    case 'answer':
      questions.get(message.id)?.resolve(message.answer);
      break;
    case 'refusal':
      questions.get(message.id)?.reject(errorOf(message.failure));
  }
  questions.delete(message.id);
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function answer({ method, request, folder, roomBytes }: Extract<ToScene, { kind: 'call' }>): Promise<void> {
  // The parent ends a call by killing this process, so the signal never fires here.
  const run: Run = {
    folder,
    ...(roomBytes !== undefined && { room: async () => roomBytes }),
    signal: new AbortController().signal,
    onProgress: (progress) => send({ kind: 'progress', progress }),
  };
  try {
    if (!analyst) throw new Error('call before options');
    // Requests were typed by the caller's Analyst; the wire carries them unchanged.
    const result = await (analyst[method] as (request: unknown, run: Run) => Promise<unknown>)(request, run);
    send({ kind: 'result', result });
  } catch (error) {
    send({ kind: 'failure', failure: failureOf(error) });
  }
}
