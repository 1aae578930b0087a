import { SpexModel } from '../spex/spex-model.ts';
import type { AnalysisOptions } from './analysis-options.ts';
import { failureOf } from './failure.ts';
import { type ChipAnswer, type FromModel, type ModelAsk, type ToModel, UNKNOWN_CHIP } from './model-process.ts';

/** The child's side of `model-process.ts`: one request at a time. Loads the model for the first. */
let options: AnalysisOptions | null = null;
let model: Promise<SpexModel> | null = null;
let running: { readonly id: number; readonly abort: AbortController } | null = null;

process.on('message', (message: ToModel) => {
  if (message.kind === 'options') options = message.options;
  else if (message.kind === 'ask') void serve(message.id, message.ask);
  else if (running?.id === message.id) running.abort.abort(new Error('nobody waits for this answer any more'));
});
process.on('disconnect', () => process.exit(0));
const send = (message: FromModel): void => void process.send?.(message);
process.send?.('ready');

async function serve(id: number, ask: ModelAsk): Promise<void> {
  const abort = new AbortController();
  running = { id, abort };
  try {
    const answer = await answerTo(ask, abort.signal, (text) => send({ kind: 'text', id, text }));
    send({ kind: 'answer', id, answer });
  } catch (error) {
    send({ kind: 'failure', id, failure: failureOf(error) });
  }
}

async function answerTo(ask: ModelAsk, signal: AbortSignal, onToken: (text: string) => void): Promise<unknown> {
  const spex = await loadModel();
  if (ask.what === 'pack') return spex.pack;
  if (ask.what === 'encode' && ask.chip) {
    await spex.encode(ask.chip, ask.key);
    return null;
  }
  const features = spex.encoded(ask.key);
  if (!features) return UNKNOWN_CHIP;
  if (ask.what === 'encode') return null;
  if (ask.what === 'explain') return spex.explain(features, ask.prompt, { signal, onToken });
  const { text, maskLogits, foretoldIou } = await spex.answer(features, ask.prompt, { signal, onToken });
  return { text, maskLogits, foretoldIou } satisfies ChipAnswer;
}

function loadModel(): Promise<SpexModel> {
  if (!options) throw new Error('asked before options');
  const { pack, threads, executionProviders, memoryMb } = options;
  model ??= SpexModel.load(pack, { threads, executionProviders, ...(memoryMb !== null && { memoryMb }) });
  // A failed load is not kept: memory may be there next time.
  model.catch(() => {
    model = null;
  });
  return model;
}
