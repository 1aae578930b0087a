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
 * Keys and values of past tokens, all layers. One buffer each, made once for the longest text: the language graph reads
 * it where it is and gives the new positions only. onnxruntime-node copies every output into fresh memory, and whole
 * buffers, a hundred megabytes a token, took half of the time of a step.
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

  inputs(): KvInputs {
    return kvInputs(this.#tensors);
  }

  /**
   * Puts new positions behind the others.
   *
   * @param arrays  what the graph gave for each key and value tensor, [texts, heads, count, headSize]
   * @param text    which of these texts this cache is of
   */
  append(arrays: readonly Float32Array[], count: number, text = 0): void {
    const { heads, headSize } = this.#sizes;
    const size = count * headSize;
    for (const [i, tensor] of this.#tensors.entries()) {
      const all = tensor.data as Float32Array;
      for (let head = 0; head < heads; head++) {
        const from = (text * heads + head) * size;
        all.set(arrays[i]!.subarray(from, from + size), (head * this.capacity + this.length) * headSize);
      }
    }
    this.length += count;
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

/** Key and value tensors, layer by layer, as the language graph calls them: `past_key_0`, `past_value_0` … */
export type KvInputs = Readonly<Record<string, ort.Tensor>>;

export const kvInputs = (tensors: readonly ort.Tensor[]): KvInputs =>
  Object.fromEntries(kvNames(tensors.length / 2).map((name, i) => [`past_${name}`, tensors[i]!]));

/** The graph's outputs with the new positions, in the order of the tensors. */
export const kvNames = (layers: number): string[] =>
  Array.from({ length: layers }, (_, i) => [`key_${i}`, `value_${i}`]).flat();

/** Bytes that `positions` take in a cache or a prefix. */
export const kvBytes = ({ layers, heads, headSize }: KvSizes, positions: number): number =>
  2 * layers * heads * headSize * positions * 4;
