import { expect, it } from 'vitest';
import { KvCache, kvBytes } from '../../src/spex/kv-cache.ts';

const sizes = { layers: 2, heads: 2, headSize: 2 };

/** Numbers that tell where they stand: tensor, head, position, component. */
function filled(capacity: number): KvCache {
  const cache = new KvCache(sizes, capacity);
  for (const [t, tensor] of Object.values(cache.inputs()).entries()) {
    const values = tensor.data as Float32Array;
    for (let i = 0; i < values.length; i++) {
      const [head, position] = [Math.floor(i / (2 * capacity)), Math.floor(i / 2) % capacity];
      values[i] = 1000 * t + 100 * head + 10 * position + (i % 2);
    }
  }
  cache.length = capacity;
  return cache;
}

it('gives the graph its memory, tensor by tensor', () => {
  const inputs = new KvCache(sizes, 3).inputs();
  expect(Object.keys(inputs)).toEqual(['past_key_0', 'past_value_0', 'past_key_1', 'past_value_1']);
  expect(inputs.past_key_0!.dims).toEqual([1, 2, 3, 2]);
});

it('puts the new positions of its own text behind the others, head by head', () => {
  const cache = new KvCache(sizes, 3);
  cache.length = 1;
  // two texts with two new positions each: [text, head, position, component]
  const given = Array.from({ length: 4 }, (_, t) => Float32Array.from({ length: 16 }, (_, i) => 1000 * t + i + 1));
  cache.append(given, 2, 1);
  expect(cache.length).toBe(3);
  expect([...(cache.inputs().past_value_0!.data as Float32Array)]).toEqual([
    0, 0, 1009, 1010, 1011, 1012, 0, 0, 1013, 1014, 1015, 1016,
  ]);
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
  expect([...(cache.inputs().past_value_0!.data as Float32Array)]).toEqual([
    1000, 1001, 1010, 1011, 0, 0, 1100, 1101, 1110, 1111, 0, 0,
  ]);
});

it('counts bytes', () => {
  expect(kvBytes(sizes, 5)).toBe(2 * 2 * 2 * 5 * 2 * 4); // keys and values, layers, heads, positions, size, float32
});
