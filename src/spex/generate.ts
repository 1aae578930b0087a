import type { KvBatch } from './kv-batch.ts';
import type { LanguageModel } from './language-model.ts';

export interface GenerateOptions {
  /** Ids that end an answer; the one that ended it is part of `ids`. */
  readonly eos: readonly number[];
  readonly maxNewTokens: number;
  /** 1 = off. */
  readonly repetitionPenalty: number;
  readonly signal?: AbortSignal;
  /** After each token of text number `text`, with all its ids so far and the logits the last was chosen from. */
  onToken?(text: number, ids: readonly number[], tokenLogits: Float32Array): void;
}

export interface Generated {
  readonly ids: readonly number[];
  /**
   * Hidden states of the generated ids except the last, which is never fed back: [ids − 1, width]. When the model
   * ends at once there is none, and the state of the last prompt position stands in, so that a mask exists.
   */
  readonly hidden: Float32Array;
  /** True when `hidden` is that stand-in. */
  readonly fromPrompt: boolean;
  readonly prefillSeconds: number;
  /** Of the whole batch. */
  readonly decodeSeconds: number;
}

/**
 * Greedy decoding of one or several texts, each behind what its cache holds. Prompts are read one after the other, then
 * all texts take their steps together; a text that has ended steps on the spot until the last has ended.
 *
 * @param prompts  for each text of `batch` the rest of its prompt, embedded, [n, width], n ≥ 1
 * @throws the signal's reason, between two tokens
 */
export async function generate(
  model: LanguageModel,
  batch: KvBatch,
  prompts: readonly Float32Array[],
  options: GenerateOptions,
): Promise<Generated[]> {
  const { width, vocabulary } = model.sizes;
  const texts: Text[] = [];
  for (const [t, prompt] of prompts.entries()) {
    const started = performance.now();
    const signal = options.signal ? { signal: options.signal } : {};
    const { tokenLogits, hidden } = await model.forward(prompt, batch.texts[t]!, signal);
    const prefillSeconds = (performance.now() - started) / 1000;
    texts.push({ ids: [], states: [], lastOfPrompt: hidden.slice(-width), tokenLogits, prefillSeconds });
  }
  const started = performance.now();
  const ended = ({ ids }: Text): boolean =>
    ids.length >= options.maxNewTokens || (ids.length > 0 && options.eos.includes(ids.at(-1)!));
  for (;;) {
    options.signal?.throwIfAborted();
    for (const [t, text] of texts.entries()) {
      if (ended(text)) continue;
      text.ids.push(greedyId(text.tokenLogits, text.ids, options.repetitionPenalty));
      options.onToken?.(t, text.ids, text.tokenLogits);
    }
    if (texts.every(ended)) break;
    const embeddings = await model.embed(texts.map(({ ids }) => ids.at(-1)!));
    const { tokenLogits, hidden } = await model.step(embeddings, batch);
    for (const [t, text] of texts.entries()) {
      if (ended(text)) {
        batch.texts[t]!.length -= 1;
        continue;
      }
      text.states.push(hidden.slice(t * width, (t + 1) * width));
      text.tokenLogits = tokenLogits.subarray(t * vocabulary, (t + 1) * vocabulary);
    }
  }
  const decodeSeconds = (performance.now() - started) / 1000;
  return texts.map(({ ids, states, lastOfPrompt, prefillSeconds }) => {
    const hidden = new Float32Array(Math.max(states.length, 1) * width);
    for (const [i, state] of states.entries()) hidden.set(state, i * width);
    if (states.length === 0) hidden.set(lastOfPrompt);
    return { ids, hidden, fromPrompt: states.length === 0, prefillSeconds, decodeSeconds };
  });
}

/** A text while it is generated. */
interface Text {
  readonly ids: number[];
  readonly states: Float32Array[];
  readonly lastOfPrompt: Float32Array;
  readonly prefillSeconds: number;
  /** From which the next id is chosen, [vocabulary]. */
  tokenLogits: Float32Array;
}

/**
 * The id of the largest logit, the first of equals. With a penalty, positive logits of ids already generated are
 * divided by it and negative ones multiplied (Keskar et al. 2019, CTRL; as in Hugging Face's generate).
 */
export function greedyId(tokenLogits: Float32Array, generated: readonly number[], penalty: number): number {
  const seen = penalty === 1 ? null : new Set(generated);
  let best = 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < tokenLogits.length; id++) {
    let logit = tokenLogits[id]!;
    if (seen?.has(id)) logit = logit < 0 ? logit * penalty : logit / penalty;
    if (logit > largest) {
      largest = logit;
      best = id;
    }
  }
  return best;
}
