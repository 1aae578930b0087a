import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import type { LanguageSizes } from './architecture.ts';
import { KvBatch } from './kv-batch.ts';
import { KvCache, type KvInputs, type KvSizes, kvNames } from './kv-cache.ts';
import { type Contract, OnnxModel, type SessionOptions, type TensorSpec } from './onnx-model.ts';

/**
 * Prefill works through a prompt in pieces of this many positions: long enough for matrix products at full speed, short
 * enough that memory stays small and somebody who cancels waits seconds, not half a minute.
 */
const PREFILL_PIECE = 512;

/** The language model of a pack: embedding table and Qwen2. */
export class LanguageModel {
  readonly sizes: LanguageSizes;
  readonly #embed: OnnxModel;
  readonly #language: OnnxModel;

  constructor(embed: OnnxModel, language: OnnxModel, sizes: LanguageSizes) {
    this.#embed = embed;
    this.#language = language;
    this.sizes = sizes;
  }

  static async load(folder: string, sizes: LanguageSizes, options: SessionOptions): Promise<LanguageModel> {
    const embed = await OnnxModel.load(join(folder, 'embed.onnx'), embedContract(sizes), options);
    const language = await OnnxModel.load(join(folder, 'language.onnx'), languageContract(sizes), options);
    return new LanguageModel(embed, language, sizes);
  }

  newCache(capacity: number): KvCache {
    return new KvCache(kvSizes(this.sizes), capacity);
  }

  newBatch(capacity: number, texts: number): KvBatch {
    return new KvBatch(kvSizes(this.sizes), capacity, texts);
  }

  /** Rows of the embedding table, [ids, width]. */
  async embed(ids: readonly number[]): Promise<Float32Array> {
    if (ids.length === 0) return new Float32Array(0);
    const tensor = new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);
    const { embeddings } = await this.#embed.run({ ids: tensor });
    return embeddings!.data as Float32Array;
  }

  /**
   * Runs positions through the model behind what `cache` holds, and adds them to it. Long input goes in pieces, with
   * the event loop and the signal served between them.
   *
   * @param embeddings  [n, width], n ≥ 1
   * @returns  token logits of the last position [vocabulary] or of all [n, vocabulary]; hidden states [n, width]
   * @throws {RangeError} when the cache is too short
   */
  async forward(
    embeddings: Float32Array,
    cache: KvCache,
    options: { logits?: 'last' | 'all'; signal?: AbortSignal } = {},
  ): Promise<{ tokenLogits: Float32Array; hidden: Float32Array }> {
    const { width } = this.sizes;
    const count = embeddings.length / width;
    if (cache.length + count > cache.capacity) {
      throw new RangeError(`${cache.length} + ${count} positions in a cache for ${cache.capacity}`);
    }
    const logits: Float32Array[] = [];
    const hidden: Float32Array[] = [];
    for (let at = 0; at < count; at += PREFILL_PIECE) {
      options.signal?.throwIfAborted();
      const piece = embeddings.subarray(at * width, Math.min(at + PREFILL_PIECE, count) * width);
      const out = await this.#piece(piece, cache, options.logits === 'all');
      if (options.logits === 'all' || at + PREFILL_PIECE >= count) logits.push(out.tokenLogits);
      hidden.push(out.hidden);
    }
    return { tokenLogits: joined(logits), hidden: joined(hidden) };
  }

  /**
   * One position for each text of a batch, at once: hardly slower than for one, because reading the weights is what
   * takes the time.
   *
   * @param embeddings  [texts, width]
   * @returns           token logits [texts, vocabulary] and hidden states [texts, width]
   */
  async step(embeddings: Float32Array, batch: KvBatch): Promise<{ tokenLogits: Float32Array; hidden: Float32Array }> {
    const { texts } = batch;
    const full = texts.find(({ length }) => length >= batch.capacity);
    if (full) throw new RangeError(`${full.length} + 1 positions in a cache for ${batch.capacity}`);
    const lengths = Int32Array.from(texts, ({ length }) => length + 1);
    const rows = BigInt64Array.from(texts, (_, i) => BigInt(i));
    const { arrays, ...result } = await this.#run(embeddings, lengths, rows, batch.inputs());
    for (const [t, text] of texts.entries()) text.append(arrays, 1, t);
    return result;
  }

  async release(): Promise<void> {
    await this.#embed.release();
    await this.#language.release();
  }

  async #piece(embeddings: Float32Array, cache: KvCache, all: boolean) {
    const n = embeddings.length / this.sizes.width;
    const rows = all ? BigInt64Array.from({ length: n }, (_, i) => BigInt(i)) : BigInt64Array.of(BigInt(n - 1));
    const { arrays, ...result } = await this.#run(embeddings, Int32Array.of(cache.length + n), rows, cache.inputs());
    cache.append(arrays, n);
    return result;
  }

  /**
   * @param lengths  of the texts, when the new positions are in
   * @returns        beside the results, keys and values of the new positions, layer by layer
   */
  async #run(embeddings: Float32Array, lengths: Int32Array, rows: BigInt64Array, past: KvInputs) {
    const { width } = this.sizes;
    const feeds = {
      embeddings: new ort.Tensor('float32', embeddings, [
        lengths.length,
        embeddings.length / width / lengths.length,
        width,
      ]),
      length: new ort.Tensor('int32', lengths, [lengths.length]),
      rows: new ort.Tensor('int64', rows, [rows.length]),
      ...past,
    };
    const out = await this.#language.run(feeds);
    const values = (name: string): Float32Array => out[name]!.data as Float32Array;
    return {
      tokenLogits: values('token_logits'),
      hidden: values('hidden'),
      arrays: kvNames(this.sizes.layers).map(values),
    };
  }
}

/** Sizes of a cache for this model; heads are padded to what GroupQueryAttention takes (a multiple of 16). */
export const kvSizes = ({ layers, kvHeads, headSize }: LanguageSizes): KvSizes => ({
  layers,
  heads: kvHeads,
  headSize: Math.ceil(headSize / 16) * 16,
});

export const embedContract = ({ width }: LanguageSizes): Contract => ({
  inputs: { ids: ['int64', 1, 'n'] },
  outputs: { embeddings: ['float32', 1, 'n', width] },
});

export function languageContract(sizes: LanguageSizes): Contract {
  const { layers, heads, headSize } = kvSizes(sizes);
  const cache = (prefix: string, positions: string): [string, TensorSpec][] =>
    kvNames(layers).map((name) => [prefix + name, ['float32', 'batch', heads, positions, headSize]]);
  return {
    inputs: {
      embeddings: ['float32', 'batch', 'n', sizes.width],
      length: ['int32', 'batch'],
      rows: ['int64', 'r'],
      ...Object.fromEntries(cache('past_', 'capacity')),
    },
    outputs: {
      token_logits: ['float32', 'r', sizes.vocabulary],
      hidden: ['float32', 'batch', 'n', sizes.width],
      ...Object.fromEntries(cache('', 'n')),
    },
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
