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
 * it where it is and writes the new positions behind the others. Input and output are one memory, and nothing is copied.
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

  tensors(): KvTensors {
    return kvTensors(this.#tensors);
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

/** The graph's inputs `past_key_0` …, and the same tensors as its outputs `key_0` … */
export interface KvTensors {
  readonly inputs: Readonly<Record<string, ort.Tensor>>;
  readonly outputs: Readonly<Record<string, ort.Tensor>>;
}

/** Key and value tensors, layer by layer, with their names in the language graph. */
export function kvTensors(tensors: readonly ort.Tensor[]): KvTensors {
  const named = (prefix: string) =>
    Object.fromEntries(
      tensors.map((tensor, i) => [`${prefix}${i % 2 === 0 ? 'key' : 'value'}_${Math.floor(i / 2)}`, tensor]),
    );
  return { inputs: named('past_'), outputs: named('') };
}

/** Bytes that `positions` take in a cache or a prefix. */
export const kvBytes = ({ layers, heads, headSize }: KvSizes, positions: number): number =>
  2 * layers * heads * headSize * positions * 4;
