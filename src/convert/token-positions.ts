import type { Layers } from './layers.ts';
import type { Value } from './onnx-graph.ts';

/**
 * Where the cells of a square map stand: sin and cos of 2ᵏπx for k = 0 … K − 1, then of y, where x and y are those of
 * the cell's middle, 0–1 from left to right and from top to bottom.
 *
 * @param map  [1, c, h, h]
 * @returns    [h · h, 4K], row by row
 * @see models/README.md
 */
export function tokenPositions(layers: Layers, frequencies: number, map: Value): Value {
  const { graph } = layers;
  const size = layers.mapSize(map);
  const { middles } = layers.cellMiddles(map);
  const factors = Array.from({ length: frequencies }, (_, k) => 2 ** k * Math.PI);
  const phase = graph.node('Mul', [layers.reshape(middles, [-1, 1]), graph.floats(factors)]);
  const pair = ['Sin', 'Cos'].map((wave) => layers.reshape(graph.node(wave, [phase]), [-1, frequencies, 1]));
  const width = 2 * frequencies;
  const waves = layers.reshape(layers.concat(pair, 2), [-1, width]);
  const whole = layers.concat([size, graph.integers([width])], 0);
  const along = (dims: readonly number[]): Value => graph.node('Expand', [layers.reshape(waves, dims), whole]);
  return layers.reshape(layers.concat([along([1, -1, width]), along([-1, 1, width])], 2), [-1, 2 * width]);
}
