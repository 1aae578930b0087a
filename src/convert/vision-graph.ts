import type { VisionSizes } from '../spex/architecture.ts';
import { deformableConvolution } from './deformable-convolution.ts';
import { fineFeatures } from './fine-features.ts';
import type { Layers } from './layers.ts';
import type { Value } from './onnx-graph.ts';
import { paddedWidth, spectralChannels, spectralWidth } from './spectral-channels.ts';

/** All values [1, channels, h, w] unless said otherwise. */
export interface VisionValues {
  /** Trunk outputs at strides 4, 8, 16, 32. */
  readonly levels: readonly [Value, Value, Value, Value];
  /** Aggregator output, stride 16, as rows [T, width]: the visual tokens before the projector. */
  readonly tokens: Value;
  /** Neck output, stride 16. */
  readonly maskFeatures: Value;
  /** At stride 1, where the architecture has them. */
  readonly fineFeatures: Value | null;
}

/**
 * The vision encoder: InternImage trunk, aggregator, neck; height and width are free (multiples of 32 give whole maps).
 *
 * Two layouts take turns: convolutions and sampling want channels first, norms and matrices rows of channels. Each block
 * crosses over four times, which costs about a tenth of its time.
 *
 * @param layers  with names below `vision_model.`
 * @param pixels  [1, bands, H, W]: normalised channels, or raw bands where `sizes.spectral` is set
 * @param present [1, bands], 1 or 0; null without `sizes.spectral`
 */
export function visionGraph(layers: Layers, sizes: VisionSizes, pixels: Value, present: Value | null): VisionValues {
  const input = sizes.spectral ? spectralChannels(layers.under('spectral.'), sizes.spectral, pixels, present!) : pixels;
  const inputChannels = sizes.spectral ? spectralWidth(sizes.spectral) : 3;
  const inputGiven = sizes.spectral ? paddedWidth(inputChannels) : 3;
  const stem = layers.under('patch_embed.');
  const half = sizes.channels / 2;
  const conv1 = stem.convolution(input, 'conv1', {
    in: inputChannels,
    given: inputGiven,
    out: half,
    kernel: 3,
    stride: 2,
  });
  const skip = layers.gelu(channelNorm(stem, conv1, 'norm1.1', half, 1e-6));
  let map = stem.convolution(skip, 'conv2', { in: half, out: sizes.channels, kernel: 3, stride: 2 });
  let rows = stem.layerNorm(rowsOf(layers, map, sizes.channels), 'norm2.1', sizes.channels, 1e-6);
  let size = layers.mapSize(map);
  const levels: Value[] = [];
  for (const [l, depth] of sizes.depths.entries()) {
    const width = sizes.channels * 2 ** l;
    const level = layers.under(`levels.${l}.`);
    map = mapOf(layers, rows, width, size);
    for (let b = 0; b < depth; b++) {
      rows = block(level.under(`blocks.${b}.`), rows, map, { ...sizes, width, groups: sizes.groups[l]! });
      map = mapOf(layers, rows, width, size);
    }
    levels.push(map);
    if (l === 3) break;
    const down = { in: width, out: 2 * width, kernel: 3, stride: 2, bias: false };
    const next = level.convolution(map, 'downsample.conv', down);
    size = layers.mapSize(next);
    rows = level.layerNorm(rowsOf(layers, next, 2 * width), 'downsample.norm.1', 2 * width, 1e-6);
  }
  const trunk = levels as [Value, Value, Value, Value];
  const aggregated = aggregate(layers.under('feat_aggregator.'), trunk, sizes);
  return {
    levels: trunk,
    tokens: rowsOf(layers, aggregated, sizes.aggregator.width),
    maskFeatures: neck(layers.under('visionneck.'), aggregated, sizes),
    fineFeatures: sizes.fine
      ? fineFeatures(
          layers.under('fine.'),
          { ...sizes.fine, base: sizes.channels, inputChannels, inputGiven },
          trunk,
          skip,
          input,
        )
      : null,
  };
}

/** Residual post-norm: x + g1 · LN(DCN(x)), then x + g2 · LN(MLP(x)). Returns rows [h · w, width]. */
function block(
  layers: Layers,
  rows: Value,
  map: Value,
  sizes: { width: number; groups: number; mlpRatio: number; offsetScale: number },
): Value {
  const { width } = sizes;
  const { source } = layers;
  const dcn = { width, groups: sizes.groups, scale: sizes.offsetScale };
  const { output } = deformableConvolution(layers.under('dcn.'), rows, map, dcn);
  const mixed = layers.add(rows, layers.layerNorm(output, 'norm1.0', width, 1e-6, source.get('weight1', [width])));
  const hidden = Math.trunc(width * sizes.mlpRatio);
  const inner = layers.gelu(layers.linear(mixed, 'mlp.fc1', width, hidden));
  const outer = layers.linear(inner, 'mlp.fc2', hidden, width);
  return layers.add(mixed, layers.layerNorm(outer, 'norm2.0', width, 1e-6, source.get('weight2', [width])));
}

/** All levels at the size of the third, in the order third, first, second, fourth. */
function aggregate(layers: Layers, [f0, f1, f2, f3]: VisionValues['levels'], sizes: VisionSizes): Value {
  const { width, normGroups } = sizes.aggregator;
  const size = layers.mapSize(f2);
  const resized = [f0, f1, f3].map((level) => layers.resize(level, size, true)) as [Value, Value, Value];
  const all = layers.concat([f2, resized[0], resized[1], resized[2]], 1);
  const fused = layers.convolution(all, 'fuse_all.0', { in: sizes.channels * 15, out: width, kernel: 1 });
  // Group norm: normalise each group over its channels and the whole map, then scale and shift each channel.
  const { graph, source } = layers;
  const normal = graph.node(
    'InstanceNormalization',
    [
      layers.reshape(fused, [0, normGroups, -1]),
      graph.floats(Array<number>(normGroups).fill(1)),
      graph.floats(Array<number>(normGroups).fill(0)),
    ],
    { epsilon: { float: 1e-5 } },
  );
  const perChannel = (name: string): Value =>
    layers.reshape(layers.constant(source.get(`fuse_all.1.${name}`, [width])), [1, width, 1, 1]);
  const restored = graph.node('Reshape', [normal, graph.node('Shape', [fused])]);
  return layers.gelu(layers.add(graph.node('Mul', [restored, perChannel('weight')]), perChannel('bias')));
}

function neck(layers: Layers, aggregated: Value, { aggregator, neck: width }: VisionSizes): Value {
  const narrow = layers.convolution(aggregated, 'conv1', { in: aggregator.width, out: width, kernel: 1, bias: false });
  const normal = channelNorm(layers, narrow, 'layer_norm1', width, 1e-6);
  const mixed = layers.convolution(normal, 'conv2', { in: width, out: width, kernel: 3, bias: false });
  return channelNorm(layers, mixed, 'layer_norm2', width, 1e-6);
}

/** Layer norm over the channels of [1, c, h, w]. */
export function channelNorm(layers: Layers, x: Value, name: string, channels: number, epsilon: number): Value {
  const last = layers.transpose(x, [0, 2, 3, 1]);
  return layers.transpose(layers.layerNorm(last, name, channels, epsilon), [0, 3, 1, 2]);
}

/** [1, c, h, w] to [h · w, c]. */
const rowsOf = (layers: Layers, map: Value, channels: number): Value =>
  layers.reshape(layers.transpose(map, [0, 2, 3, 1]), [-1, channels]);

/** [h · w, c] to [1, c, h, w]. */
const mapOf = (layers: Layers, rows: Value, channels: number, size: Value): Value =>
  layers.graph.node('Reshape', [
    layers.transpose(rows, [1, 0]),
    layers.concat([layers.graph.integers([1, channels]), size], 0),
  ]);
