import type { VisionSizes } from '../spex/architecture.ts';
import type { Layers } from './layers.ts';
import type { Value } from './onnx-graph.ts';

/** Keeps a ratio finite where two bands are nearly 0, in reflectance. */
const RATIO_FLOOR = 0.01;

/**
 * The multispectral front end: normalised bands, normalised differences of all pairs of bands, and which bands are there.
 *
 * @param layers   with names below `vision_model.spectral.`
 * @param pixels   [1, B, H, W], reflectance or display values 0–1, 0 where missing
 * @param present  [1, B], 1 or 0
 * @returns        [1, 2B + B(B−1)/2, H, W]
 * @see models/README.md
 */
export function spectralChannels(
  layers: Layers,
  { bands, ratios }: NonNullable<VisionSizes['spectral']>,
  pixels: Value,
  present: Value,
): Value {
  const { graph, source } = layers;
  const count = bands.length;
  const here = layers.reshape(present, [1, count, 1, 1]);
  const perBand = (name: string): Value => layers.reshape(layers.constant(source.get(name, [count])), [1, count, 1, 1]);
  const centred = graph.node('Sub', [pixels, perBand('mean')]);
  const normal = graph.node('Mul', [graph.node('Div', [centred, perBand('std')]), here]);
  const shape = graph.node('Shape', [pixels]);
  const channels = [normal, ...(ratios ? [pairRatios(layers, pixels, here, count)] : [])];
  return layers.concat([...channels, graph.node('Expand', [here, shape])], 1);
}

/** (p_i − p_j) / (|p_i| + |p_j| + 0.01) for all i < j, 0 where one of the two bands is missing. */
function pairRatios({ graph }: Layers, pixels: Value, here: Value, count: number): Value {
  const pairs = Array.from({ length: count }, (_, i) =>
    Array.from({ length: count - 1 - i }, (_, k) => [i, i + 1 + k] as const),
  ).flat();
  const pick = (x: Value, side: 0 | 1): Value =>
    graph.node('Gather', [x, graph.integers(pairs.map((pair) => pair[side]))], { axis: 1 });
  const magnitude = graph.node('Abs', [pixels]);
  const difference = graph.node('Sub', [pick(pixels, 0), pick(pixels, 1)]);
  const sum = graph.node('Add', [pick(magnitude, 0), pick(magnitude, 1)]);
  const ratio = graph.node('Div', [difference, graph.node('Add', [sum, graph.floats([RATIO_FLOOR])])]);
  return graph.node('Mul', [ratio, graph.node('Mul', [pick(here, 0), pick(here, 1)])]);
}
