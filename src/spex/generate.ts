import type { KvCache } from './kv-cache.ts';
import type { LanguageModel } from './language-model.ts';

export interface GenerateOptions {
  /** Ids that end the answer; the one that ended it is part of `ids`. */
  readonly eos: readonly number[];
  readonly maxNewTokens: number;
  /** 1 = off. */
  readonly repetitionPenalty: number;
  readonly signal?: AbortSignal;
  /** After each token, with all ids so far and the logits it was chosen from. */
  onToken?(ids: readonly number[], tokenLogits: Float32Array): void;
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
  readonly decodeSeconds: number;
}

/**
 * Greedy decoding behind what `cache` holds.
 *
 * @param embeddings  the rest of the prompt, [n, width], n ≥ 1
 * @throws the signal's reason, between two tokens
 */
export async function generate(
  model: LanguageModel,
  cache: KvCache,
  embeddings: Float32Array,
  options: GenerateOptions,
): Promise<Generated> {
  const { width } = model.sizes;
  const started = performance.now();
  const signal = options.signal ? { signal: options.signal } : {};
  let { tokenLogits, hidden } = await model.forward(embeddings, cache, signal);
  const lastOfPrompt = hidden.slice(-width);
  const prefilled = performance.now();
  const ids: number[] = [];
  const states: Float32Array[] = [];
  for (;;) {
    options.signal?.throwIfAborted();
    const id = greedyId(tokenLogits, ids, options.repetitionPenalty);
    ids.push(id);
    options.onToken?.(ids, tokenLogits);
    if (options.eos.includes(id) || ids.length >= options.maxNewTokens) break;
    ({ tokenLogits, hidden } = await model.forward(await model.embed([id]), cache));
    states.push(hidden);
  }
  const rows = new Float32Array(Math.max(states.length, 1) * width);
  for (const [i, state] of states.entries()) rows.set(state, i * width);
  if (states.length === 0) rows.set(lastOfPrompt);
  return {
    ids,
    hidden: rows,
    fromPrompt: states.length === 0,
    prefillSeconds: (prefilled - started) / 1000,
    decodeSeconds: (performance.now() - prefilled) / 1000,
  };
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
