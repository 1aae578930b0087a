import * as ort from 'onnxruntime-node';
import { Layers } from '../layers.ts';
import { OnnxGraph, type Value } from '../onnx-graph.ts';
import type { WeightSource } from '../weight-source.ts';

/** A float32 array with its dims. */
export interface Floats {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/**
 * Builds a graph from some part of the converter, runs it once, and gives every named value.
 *
 * @param inputs  float32 inputs by name
 * @param build   gets the inputs' values and returns what to fetch
 */
export async function graphRun(
  source: WeightSource,
  inputs: Readonly<Record<string, Floats>>,
  build: (layers: Layers, inputs: Readonly<Record<string, Value>>) => Readonly<Record<string, Value>>,
): Promise<Record<string, Floats>> {
  const graph = new OnnxGraph('part');
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, { dims }]) => [name, graph.input(name, 'float32', dims)]),
  );
  const outputs = build(new Layers(graph, source, 'fp32'), values);
  // An output without dims may have any.
  for (const [name, value] of Object.entries(outputs)) graph.output(name, value, 'float32', null);
  source.refuseProblems();
  const session = await ort.InferenceSession.create(await graph.encode());
  try {
    const feeds = Object.entries(inputs).map(([name, { dims, values }]) => [
      name,
      new ort.Tensor('float32', values, dims),
    ]);
    const results = await session.run(Object.fromEntries(feeds));
    return Object.fromEntries(
      Object.entries(results).map(([name, { dims, data }]) => [name, { dims, values: data as Float32Array }]),
    );
  } finally {
    await session.release();
  }
}

/** Sample `n` of a batch [N, …], as a batch of one. */
export function sampleOf({ dims, values }: Floats, n: number): Floats {
  const size = values.length / dims[0]!;
  return { dims: [1, ...dims.slice(1)], values: values.slice(n * size, (n + 1) * size) };
}

/** [1, h, w, c] (or rows [h · w, c]) to [1, c, h, w]. */
export function channelsFirst(values: Float32Array, channels: number): Float32Array {
  return transposed(values, values.length / channels, channels);
}

/** [1, c, h, w] to [1, h, w, c]. */
export function channelsLast(values: Float32Array, channels: number): Float32Array {
  return transposed(values, channels, values.length / channels);
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c]!;
  return result;
}
