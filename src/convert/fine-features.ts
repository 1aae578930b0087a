import type { Layers } from './layers.ts';
import type { Value } from './onnx-graph.ts';

/**
 * Mask features at full resolution: the trunk's levels summed upwards, then joined with the stem and the pixels.
 *
 * @param layers  with names below `vision_model.fine.`
 * @param sizes   `base`: channels of the first level; the rest as in models/README.md
 * @param levels  trunk outputs at strides 4, 8, 16, 32
 * @param stem    first stem convolution, normed and through GELU, stride 2, base / 2 channels
 * @param input   what the stem reads, stride 1
 * @returns       [1, sizes.channels, H, W]
 */
export function fineFeatures(
  layers: Layers,
  sizes: { width: number; half: number; channels: number; base: number; inputChannels: number },
  levels: readonly [Value, Value, Value, Value],
  stem: Value,
  input: Value,
): Value {
  const { width, half, channels, base } = sizes;
  const lateral = (l: 0 | 1 | 2 | 3): Value =>
    layers.convolution(levels[l], `lateral${l}`, { in: base * 2 ** l, out: width, kernel: 1 });
  const onto = (target: Value, x: Value): Value => layers.resize(x, layers.mapSize(target));
  let sum = lateral(3);
  for (const l of [2, 1, 0] as const) sum = layers.add(lateral(l), onto(levels[l], sum));
  const merged = layers.gelu(layers.convolution(sum, 'merge', { in: width, out: width, kernel: 3 }));
  const withStem = layers.concat([onto(stem, merged), stem], 1);
  const atHalf = layers.gelu(layers.convolution(withStem, 'half', { in: width + base / 2, out: half, kernel: 3 }));
  const pixel = layers.gelu(layers.convolution(input, 'pixel', { in: sizes.inputChannels, out: channels, kernel: 3 }));
  const withPixels = layers.concat([onto(input, atHalf), pixel], 1);
  return layers.gelu(layers.convolution(withPixels, 'full', { in: half + channels, out: channels, kernel: 3 }));
}
