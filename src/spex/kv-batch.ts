import * as ort from 'onnxruntime-node';
import { KvCache, type KvInputs, type KvSizes, kvArrays, kvInputs } from './kv-cache.ts';

/** Caches of several texts in one stretch of memory, so that one step of the language model can take them all on. */
export class KvBatch {
  readonly capacity: number;
  /** Each is the memory of one text; what is written there, the batch has. */
  readonly texts: readonly KvCache[];
  readonly #tensors: readonly ort.Tensor[];

  constructor(sizes: KvSizes, capacity: number, count: number) {
    const { heads, headSize } = sizes;
    const arrays = kvArrays(sizes, capacity, count);
    const stride = heads * capacity * headSize;
    this.capacity = capacity;
    this.texts = Array.from(
      { length: count },
      (_, i) =>
        new KvCache(
          sizes,
          capacity,
          arrays.map((array) => array.subarray(i * stride, (i + 1) * stride)),
        ),
    );
    this.#tensors = arrays.map((array) => new ort.Tensor('float32', array, [count, heads, capacity, headSize]));
  }

  inputs(): KvInputs {
    return kvInputs(this.#tensors);
  }
}
