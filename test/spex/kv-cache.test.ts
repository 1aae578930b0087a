import { expect, it } from 'vitest';
import { KvCache, kvBytes } from '../../src/spex/kv-cache.ts';

const sizes = { layers: 2, heads: 2, headSize: 2 };

/** Numbers that tell where they stand: tensor, head, position, component. */
function filled(capacity: number): KvCache {
  const cache = new KvCache(sizes, capacity);
  for (const [t, tensor] of Object.values(cache.tensors().inputs).entries()) {
    const values = tensor.data as Float32Array;
    for (let i = 0; i < values.length; i++) {
      const [head, position] = [Math.floor(i / (2 * capacity)), Math.floor(i / 2) % capacity];
      values[i] = 1000 * t + 100 * head + 10 * position + (i % 2);
    }
  }
  cache.length = capacity;
  return cache;
}

it('gives the graph one memory as input and as output', () => {
  const { inputs, outputs } = new KvCache(sizes, 3).tensors();
  expect(Object.keys(inputs)).toEqual(['past_key_0', 'past_value_0', 'past_key_1', 'past_value_1']);
  expect(inputs.past_key_0!.dims).toEqual([1, 2, 3, 2]);
  expect(Object.keys(outputs)).toEqual(['key_0', 'value_0', 'key_1', 'value_1']);
  for (const [name, tensor] of Object.entries(outputs)) expect(tensor.data).toBe(inputs[`past_${name}`]!.data);
});

it('takes a prefix of every head', () => {
  const prefix = filled(5).take(2);
  expect(prefix.arrays.map((array) => [...array])).toEqual([
    [0, 1, 10, 11, 100, 101, 110, 111],
    [1000, 1001, 1010, 1011, 1100, 1101, 1110, 1111],
    [2000, 2001, 2010, 2011, 2100, 2101, 2110, 2111],
    [3000, 3001, 3010, 3011, 3100, 3101, 3110, 3111],
  ]);
});

it('restores a prefix into a cache of another capacity', () => {
  const prefix = filled(5).take(2);
  const cache = new KvCache(sizes, 3);
  cache.length = 3;
  cache.restore(prefix);
  expect(cache.length).toBe(2);
  expect([...(cache.tensors().inputs.past_value_0!.data as Float32Array)]).toEqual([
    1000, 1001, 1010, 1011, 0, 0, 1100, 1101, 1110, 1111, 0, 0,
  ]);
});

it('counts bytes', () => {
  expect(kvBytes(sizes, 5)).toBe(2 * 2 * 2 * 5 * 2 * 4); // keys and values, layers, heads, positions, size, float32
});
