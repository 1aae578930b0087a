import * as ort from 'onnxruntime-node';

/** A stretch of keys and values from position 0 on, taken out of a cache. */
export interface KvPrefix {
  readonly length: number;
  /** One array for each key and value tensor, [heads, length, headSize]. */
  readonly arrays: readonly Float32Array[];
}

export interface KvSizes {
  readonly layers: number;
  readonly heads: number;
  /** As in the graph, padding included. */
  readonly headSize: number;
}

/**
 * Keys and values of past tokens, all layers. One buffer each, made once for the longest text: the language graph
 * reads the past and writes the new positions in the same memory. What onnxruntime-node 1.30 returns is a copy all the
 * same, which is thrown away: the time of a step that `bench spex-profile` does not find in any operator.
 */
export class KvCache {
  /** Positions filled. */
  length = 0;
  readonly capacity: number;
  readonly #sizes: KvSizes;
  readonly #tensors: readonly ort.Tensor[];

  /** @param arrays  memory to use, one array for each key and value tensor; its own when absent */
  constructor(sizes: KvSizes, capacity: number, arrays: readonly Float32Array[] = kvArrays(sizes, capacity)) {
    this.capacity = capacity;
    this.#sizes = sizes;
    this.#tensors = arrays.map((array) => new ort.Tensor('float32', array, [1, sizes.heads, capacity, sizes.headSize]));
  }

  /** Tensors by the graph's names, `past_key_0` … for inputs and `key_0` … for outputs. */
  named(prefix: '' | 'past_'): Record<string, ort.Tensor> {
    return kvNamed(prefix, this.#tensors);
  }

  /** Copies the first `length` positions out. */
  take(length: number): KvPrefix {
    const { heads, headSize } = this.#sizes;
    const arrays = this.#tensors.map((tensor) => {
      const all = tensor.data as Float32Array;
      const taken = new Float32Array(heads * length * headSize);
      for (let head = 0; head < heads; head++) {
        const from = head * this.capacity * headSize;
        taken.set(all.subarray(from, from + length * headSize), head * length * headSize);
      }
      return taken;
    });
    return { length, arrays };
  }

  /** Puts a prefix in and forgets everything behind it. */
  restore({ length, arrays }: KvPrefix): void {
    const { heads, headSize } = this.#sizes;
    for (const [i, tensor] of this.#tensors.entries()) {
      const all = tensor.data as Float32Array;
      for (let head = 0; head < heads; head++) {
        const from = head * length * headSize;
        all.set(arrays[i]!.subarray(from, from + length * headSize), head * this.capacity * headSize);
      }
    }
    this.length = length;
  }
}

/** Fresh memory for the keys and values of `texts` texts. */
export const kvArrays = ({ layers, heads, headSize }: KvSizes, capacity: number, texts = 1): Float32Array[] =>
  Array.from({ length: 2 * layers }, () => new Float32Array(texts * heads * capacity * headSize));

/** Key and value tensors, layer by layer, with the names they have in the language graph. */
export const kvNamed = (prefix: '' | 'past_', tensors: readonly ort.Tensor[]): Record<string, ort.Tensor> =>
  Object.fromEntries(
    tensors.map((tensor, i) => [`${prefix}${i % 2 === 0 ? 'key' : 'value'}_${Math.floor(i / 2)}`, tensor]),
  );

/** Bytes that `positions` take in a cache or a prefix. */
export const kvBytes = ({ layers, heads, headSize }: KvSizes, positions: number): number =>
  2 * layers * heads * headSize * positions * 4;
