import type { EfficientNetSizes } from '../spex/architecture.ts';
import { type Layers, widened } from './layers.ts';
import type { Value } from './onnx-graph.ts';
import { paddedWidth, spectralWidth } from './spectral-channels.ts';
import { derived, type Weight } from './weight-source.ts';

/**
 * EfficientNet-Lite (Tan and Le 2019, arXiv 1905.11946; without squeeze-and-excitation, with ReLU6), batch norms folded.
 *
 * @param layers   with names below `vision_model.`
 * @param picture  [1, 3, H, W], see `trunkPicture`
 * @param beside   the spectral channels, [1, n, H, W], zeros up to `paddedWidth`: they enter before the stem's norm
 * @returns        maps at strides 2, 4, 8, 16, 32, with `efficientNetWidths` channels
 */
export function efficientNet(layers: Layers, sizes: EfficientNetSizes, picture: Value, beside: Value): Value[] {
  const relu6 = (x: Value): Value => layers.clip(x, 0, 6);
  const stem = layers.under('trunk.stem.');
  const besideWeight = layers.source.get('beside.weight', [STEM, spectralWidth(sizes.spectral), 3, 3]);
  const spectralKernel = widened(folded(stem, besideWeight, STEM).weight, paddedWidth(spectralWidth(sizes.spectral)));
  const spectralStem = layers.convolutionOf(beside, spectralKernel, null, STRIDED);
  let x = relu6(layers.add(normed(stem, picture, { in: 3, out: STEM, kernel: 3, stride: 2 }), spectralStem));
  const maps: Value[] = [];
  let number = 0;
  let width = STEM;
  for (const [s, { repeats, kernel, stride, expansion, out }] of stagesOf(sizes).entries()) {
    for (let r = 0; r < repeats; r++, number++) {
      const block = layers.under(`trunk.blocks.${number}.`);
      const inner = width * expansion;
      const expand = { in: width, out: inner, kernel: 1 };
      const expanded = expansion > 1 ? relu6(normed(block.under('expand.'), x, expand)) : x;
      const depth = { in: inner, out: inner, kernel, stride: r === 0 ? stride : 1, group: inner };
      const filtered = relu6(normed(block.under('depth.'), expanded, depth));
      const projected = normed(block.under('project.'), filtered, { in: inner, out, kernel: 1 });
      x = depth.stride === 1 && width === out ? layers.add(x, projected) : projected;
      width = out;
    }
    if (READ.includes(s)) maps.push(x);
  }
  return maps;
}

/** Channels at strides 2, 4, 8, 16, 32. */
export const efficientNetWidths = (sizes: EfficientNetSizes): number[] =>
  READ.map((stage) => stagesOf(sizes)[stage]!.out);

const STEM = 32;

const STRIDED = { stride: 2, same: true };

/** The stages whose last block is read. */
const READ = [0, 1, 2, 4, 6];

/** Of lite0: repeats, kernel, stride, expansion, channels. */
const LITE0 = [
  [1, 3, 1, 1, 16],
  [2, 3, 2, 6, 24],
  [2, 5, 2, 6, 40],
  [3, 3, 2, 6, 80],
  [3, 5, 1, 6, 112],
  [4, 5, 2, 6, 192],
  [1, 3, 1, 6, 320],
] as const;

/** Factors of channels and of repeats. */
const SCALES: Readonly<Record<EfficientNetSizes['trunk'], readonly [width: number, depth: number]>> = {
  'efficientnet-lite0': [1, 1],
  'efficientnet-lite1': [1, 1.1],
  'efficientnet-lite2': [1.1, 1.2],
};

function stagesOf({ trunk, trunkWidth = 1 }: EfficientNetSizes) {
  const [wider, deeper] = SCALES[trunk];
  return LITE0.map(([repeats, kernel, stride, expansion, channels], stage) => ({
    // First and last stage stay as they are.
    repeats: stage === 0 || stage === LITE0.length - 1 ? repeats : Math.ceil(repeats * deeper),
    kernel,
    stride,
    expansion,
    out: multipleOf8(channels * wider * trunkWidth),
  }));
}

/** The nearest multiple of 8 that is no more than a tenth less. */
function multipleOf8(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

/** Convolution `conv` and batch norm `norm` as one convolution, padded as TensorFlow's SAME does. */
function normed(
  layers: Layers,
  x: Value,
  size: { in: number; out: number; kernel: number; stride?: number; group?: number },
): Value {
  const { kernel, stride = 1, group = 1 } = size;
  const stored = layers.source.get('conv.weight', [size.out, size.in / group, kernel, kernel]);
  const { weight, bias } = folded(layers, stored, size.out);
  return layers.convolutionOf(x, weight, bias, { stride, group, same: true });
}

const NORM_EPSILON = 1e-3;

/** Batch norm at inference is a factor and a shift for each channel that a kernel gives. */
function folded(layers: Layers, kernel: Weight, out: number): { weight: Weight; bias: Weight } {
  const part = (name: string): Weight => layers.source.get(`norm.${name}`, [out]);
  const [gain, shift, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(part) as [
    Weight,
    Weight,
    Weight,
    Weight,
  ];
  const factor = (gains: Float32Array, variances: Float32Array, channel: number): number =>
    gains[channel]! / Math.sqrt(variances[channel]! + NORM_EPSILON);
  const area = kernel.dims.slice(1).reduce((product, n) => product * n, 1);
  return {
    weight: derived(`${kernel.name}.folded`, kernel.dims, [kernel, gain, variance], (values, gains, variances) =>
      values!.map((value, i) => value * factor(gains!, variances!, Math.floor(i / area))),
    ),
    bias: derived(`${kernel.name}.bias`, [out], [gain, shift, mean, variance], (gains, shifts, means, variances) =>
      shifts!.map((value, channel) => value - means![channel]! * factor(gains!, variances!, channel)),
    ),
  };
}
