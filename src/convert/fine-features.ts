import type { Layers } from './layers.ts';
import type { Value } from './onnx-graph.ts';
import { derived, type Weight } from './weight-source.ts';

/**
 * Mask features at full resolution: the trunk's levels summed upwards, then joined with its half resolution and the pixels.
 *
 * @param layers  with names below `vision_model.fine.`
 * @param sizes   `widths`: channels of `half` and of the levels; `inputGiven`: of `input`, with padding; `smooth`: a separable
 *                convolution after every sum instead of one after the last; the rest as in models/README.md
 * @param levels  trunk outputs at strides 4, 8, 16, 32
 * @param half    trunk output at stride 2
 * @param input   the channels beside the picture, or what the stem reads, stride 1
 * @returns       [1, sizes.channels, H, W]
 */
export function fineFeatures(
  layers: Layers,
  sizes: {
    width: number;
    half: number;
    channels: number;
    widths: readonly number[];
    inputChannels: number;
    inputGiven: number;
    smooth: boolean;
  },
  levels: readonly [Value, Value, Value, Value],
  half: Value,
  input: Value,
): Value {
  const { width, channels, widths } = sizes;
  let sum: Value | null = null;
  for (const l of [3, 2, 1, 0] as const) {
    const lateral = layers.convolution(levels[l], `lateral${l}`, { in: widths[l + 1]!, out: width, kernel: 1 });
    const summed: Value = sum === null ? lateral : layers.add(lateral, layers.doubled(sum));
    sum = sizes.smooth ? separable(layers.under(`smooth${l}.`), summed, width) : summed;
  }
  const merged = sizes.smooth
    ? sum!
    : layers.gelu(layers.convolution(sum!, 'merge', { in: width, out: width, kernel: 3 }));
  const atHalf = layers.gelu(joined(layers, 'half', sizes.half, [layers.doubled(merged), width], [half, widths[0]!]));
  const pixel = layers.gelu(
    layers.convolution(input, 'pixel', {
      in: sizes.inputChannels,
      given: sizes.inputGiven,
      out: channels,
      kernel: 3,
    }),
  );
  return layers.gelu(joined(layers, 'full', channels, [layers.doubled(atHalf), sizes.half], [pixel, channels]));
}

/** 3 × 3 for each channel, then 1 × 1 over them. */
function separable(layers: Layers, x: Value, width: number): Value {
  const filtered = layers.convolution(x, '0', { in: width, out: width, kernel: 3, group: width });
  return layers.gelu(layers.convolution(filtered, '1', { in: width, out: width, kernel: 1 }));
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
