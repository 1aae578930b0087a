import type { EfficientNetSizes, VisionSizes } from '../spex/architecture.ts';
import { efficientNet, efficientNetWidths } from './efficient-net.ts';
import { fineFeatures } from './fine-features.ts';
import { internImage } from './intern-image.ts';
import type { Layers } from './layers.ts';
import type { Value } from './onnx-graph.ts';
import { paddedWidth, spectralChannels, spectralWidth } from './spectral-channels.ts';
import { trunkPicture } from './trunk-picture.ts';

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
 * The vision encoder: trunk, aggregator, neck; height and width are free (multiples of 32 give whole maps).
 *
 * @param layers  with names below `vision_model.`
 * @param pixels  [1, bands, H, W]: normalised channels, or raw bands where `sizes.spectral` is set
 * @param present [1, bands], 1 or 0; null without `sizes.spectral`
 */
export function visionGraph(layers: Layers, sizes: VisionSizes, pixels: Value, present: Value | null): VisionValues {
  const { spectral } = sizes;
  const input = spectral ? spectralChannels(layers.under('spectral.'), spectral, pixels, present!) : pixels;
  const inputChannels = spectral ? spectralWidth(spectral) : 3;
  const inputGiven = spectral ? paddedWidth(inputChannels) : 3;
  const { half, levels, widths } = sizes.trunk
    ? pretrained(layers, sizes, trunkPicture(layers, sizes.spectral, pixels, present!), input)
    : internImage(layers, sizes, input, { channels: inputChannels, given: inputGiven });
  const aggregated = aggregate(layers.under('feat_aggregator.'), levels, widths, sizes);
  return {
    levels,
    tokens: rowsOf(layers, aggregated, sizes.aggregator.width),
    maskFeatures: neck(layers.under('visionneck.'), aggregated, sizes),
    fineFeatures: sizes.fine
      ? fineFeatures(
          layers.under('fine.'),
          { ...sizes.fine, widths, inputChannels, inputGiven, smooth: sizes.trunk !== undefined },
          levels,
          half,
          input,
        )
      : null,
  };
}

/** What a trunk gives: maps at stride 2 and at strides 4, 8, 16, 32, and how many channels they have, stride 2 first. */
export interface TrunkValues {
  readonly half: Value;
  readonly levels: readonly [Value, Value, Value, Value];
  readonly widths: readonly number[];
}

function pretrained(layers: Layers, sizes: EfficientNetSizes, picture: Value, input: Value): TrunkValues {
  const [half, ...levels] = efficientNet(layers, sizes, picture, input);
  return { half: half!, levels: levels as [Value, Value, Value, Value], widths: efficientNetWidths(sizes) };
}

/** All levels at the size of the third, in the order third, first, second, fourth. */
function aggregate(
  layers: Layers,
  [f0, f1, f2, f3]: VisionValues['levels'],
  widths: readonly number[],
  { aggregator: { width, normGroups } }: VisionSizes,
): Value {
  const size = layers.mapSize(f2);
  const resized = [f0, f1, f3].map((level) => layers.resize(level, size, true)) as [Value, Value, Value];
  const all = layers.concat([f2, resized[0], resized[1], resized[2]], 1);
  const given = widths.slice(1).reduce((sum, n) => sum + n, 0);
  const fused = layers.convolution(all, 'fuse_all.0', { in: given, out: width, kernel: 1 });
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
export const rowsOf = (layers: Layers, map: Value, channels: number): Value =>
  layers.reshape(layers.transpose(map, [0, 2, 3, 1]), [-1, channels]);
