import type { Layers } from './layers.ts';
import type { Value } from './onnx-graph.ts';
import { derived, type Weight } from './weight-source.ts';

/**
 * Mask features at full resolution: the trunk's levels summed upwards, then joined with the stem and the pixels.
 *
 * @param layers  with names below `vision_model.fine.`
 * @param sizes   `base`: channels of the first level; `inputGiven`: of `input`, with padding; the rest as in models/README.md
 * @param levels  trunk outputs at strides 4, 8, 16, 32
 * @param stem    first stem convolution, normed and through GELU, stride 2, base / 2 channels
 * @param input   what the stem reads, stride 1
 * @returns       [1, sizes.channels, H, W]
 */
export function fineFeatures(
  layers: Layers,
  sizes: { width: number; half: number; channels: number; base: number; inputChannels: number; inputGiven: number },
  levels: readonly [Value, Value, Value, Value],
  stem: Value,
  input: Value,
): Value {
  const { width, half, channels, base } = sizes;
  const lateral = (l: 0 | 1 | 2 | 3): Value =>
    layers.convolution(levels[l], `lateral${l}`, { in: base * 2 ** l, out: width, kernel: 1 });
  let sum = lateral(3);
  for (const l of [2, 1, 0] as const) sum = layers.add(lateral(l), layers.doubled(sum));
  const merged = layers.gelu(layers.convolution(sum, 'merge', { in: width, out: width, kernel: 3 }));
  const atHalf = layers.gelu(joined(layers, 'half', half, [layers.doubled(merged), width], [stem, base / 2]));
  const pixel = layers.gelu(
    layers.convolution(input, 'pixel', {
      in: sizes.inputChannels,
      given: sizes.inputGiven,
      out: channels,
      kernel: 3,
    }),
  );
  return layers.gelu(joined(layers, 'full', channels, [layers.doubled(atHalf), half], [pixel, channels]));
}

type WithChannels = readonly [Value, channels: number];

/** 3 × 3 convolution of two maps side by side, as the sum of two: no map of all channels has to be put together. */
function joined(layers: Layers, name: string, out: number, [a, inA]: WithChannels, [b, inB]: WithChannels): Value {
  const weight = layers.source.get(`${name}.weight`, [out, inA + inB, 3, 3]);
  const bias = layers.source.get(`${name}.bias`, [out]);
  const part = (from: number, count: number): Weight =>
    derived(`${weight.name}.from${from}`, [out, count, 3, 3], [weight], (values) => {
      const kernel = new Float32Array(out * count * 9);
      for (let o = 0; o < out; o++) {
        const start = (o * (inA + inB) + from) * 9;
        kernel.set(values!.subarray(start, start + count * 9), o * count * 9);
      }
      return kernel;
    });
  return layers.add(layers.convolutionOf(a, part(0, inA), bias), layers.convolutionOf(b, part(inA, inB), null));
}
