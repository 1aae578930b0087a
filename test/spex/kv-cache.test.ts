import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
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

it('names its tensors as inputs of the graph', () => {
  const cache = new KvCache(sizes, 3);
  expect(Object.keys(cache.inputs())).toEqual(['past_key_0', 'past_value_0', 'past_key_1', 'past_value_1']);
  expect(cache.inputs().past_key_0!.dims).toEqual([1, 2, 3, 2]);
});

describe('append', () => {
  /** Two texts, two heads, `rows` positions of two numbers, counted through. */
  const outputs = (rows: number) =>
    Object.fromEntries(
      ['key_0', 'value_0', 'key_1', 'value_1'].map((name, t) => [
        name,
        new ort.Tensor(
          'float32',
          Float32Array.from({ length: 2 * 2 * rows * 2 }, (_, i) => 100 * t + i),
          [2, 2, rows, 2],
        ),
      ]),
    );

  it('puts new positions of one text behind what is there, head by head', () => {
    const cache = new KvCache(sizes, 4);
    cache.length = 1;
    cache.append(outputs(2), 2, 1);
    expect(cache.length).toBe(3);
    expect([...(cache.inputs().past_value_0!.data as Float32Array)]).toEqual([
      0, 0, 108, 109, 110, 111, 0, 0, 0, 0, 112, 113, 114, 115, 0, 0,
    ]);
  });
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
