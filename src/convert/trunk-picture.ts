import type { EfficientNetSizes } from '../spex/architecture.ts';
import type { Layers } from './layers.ts';
import type { Value } from './onnx-graph.ts';

/**
 * What a pretrained trunk is shown: red, green, blue with white at 0.8, normalised as in its pre-training; a missing band
 * is grey.
 *
 * White is what a fiftieth of the blocks of 8 × 8 pixels exceed in their brightest band, 0.2 to 0.8: reflectance becomes
 * as bright as a photograph, a lake alone stays dark, photographs hardly change.
 *
 * @param pixels   [1, B, H, W]
 * @param present  [1, B], 1 or 0
 * @returns        [1, 3, H, W]
 */
export function trunkPicture(
  layers: Layers,
  { bands }: EfficientNetSizes['spectral'],
  pixels: Value,
  present: Value,
): Value {
  const { graph } = layers;
  const order = graph.integers((['red', 'green', 'blue'] as const).map((name) => bands.indexOf(name)));
  const visible = graph.node('Gather', [pixels, order], { axis: 1 });
  const here = layers.reshape(graph.node('Gather', [present, order], { axis: 1 }), [1, 3, 1, 1]);
  const means = graph.node('AveragePool', [visible], { kernel_shape: [BLOCK, BLOCK], strides: [BLOCK, BLOCK] });
  const blocks = layers.reshape(graph.node('ReduceMax', [means, graph.integers([1])]), [-1]);
  const count = graph.node('Shape', [blocks]);
  const rank = layers.add(graph.node('Div', [count, graph.integers([50])]), graph.integers([1]));
  const [brightest] = graph.nodes('TopK', [blocks, rank], 2, { axis: 0 });
  const last = graph.node('Gather', [brightest!, graph.integers([-1])]);
  const white = layers.reshape(layers.clip(last, 0.2, WHITE), [1, 1, 1, 1]);
  const gain = graph.node('Div', [graph.floats([WHITE]), white]);
  const shown = graph.node('Min', [graph.node('Mul', [visible, gain]), graph.floats([1.25])]);
  const centred = graph.node('Mul', [graph.node('Sub', [shown, graph.floats([127 / 255])]), graph.floats([255 / 128])]);
  return graph.node('Mul', [centred, here]);
}

const BLOCK = 8;
const WHITE = 0.8;
