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
 * @returns        [1, 2B + B(B−1)/2, H, W], then zeros up to `paddedWidth`
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
  const channels = [normal, ...(ratios ? [pairRatios(layers, pixels, here, count)] : [])];
  const width = spectralWidth({ bands, ratios });
  const zeros = graph.floats(Array<number>(paddedWidth(width) - width).fill(0), [1, paddedWidth(width) - width, 1, 1]);
  const map = layers.concat([graph.integers([1, 1]), layers.mapSize(pixels)], 0);
  const constant = graph.node('Expand', [layers.concat([here, zeros], 1), map]);
  return layers.concat([...channels, constant], 1);
}

/** Channels for the stem: bands, ratios of all pairs, presence. */
export const spectralWidth = ({ bands: { length }, ratios }: NonNullable<VisionSizes['spectral']>): number =>
  2 * length + (ratios ? (length * (length - 1)) / 2 : 0);

/** ONNX Runtime's blocked convolutions, three times as fast, want multiples of 8 (16 with AVX-512). */
export const paddedWidth = (channels: number): number => Math.ceil(channels / 16) * 16;

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
