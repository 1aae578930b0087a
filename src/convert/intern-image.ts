import type { InternImageSizes } from '../spex/architecture.ts';
import { deformableConvolution } from './deformable-convolution.ts';
import type { Layers } from './layers.ts';
import type { Value } from './onnx-graph.ts';
import { channelNorm, rowsOf, type TrunkValues } from './vision-graph.ts';

/**
 * The published trunk, InternImage (arXiv 2211.05778).
 *
 * Two layouts take turns: convolutions and sampling want channels first, norms and matrices rows of channels. Each block
 * crosses over four times, which costs about a tenth of its time.
 *
 * @param layers  with names below `vision_model.`
 * @param input   [1, given, H, W], of which the stem reads the first `channels`
 */
export function internImage(
  layers: Layers,
  sizes: InternImageSizes,
  input: Value,
  { channels, given }: { channels: number; given: number },
): TrunkValues {
  const stem = layers.under('patch_embed.');
  const half = sizes.channels / 2;
  const conv1 = stem.convolution(input, 'conv1', { in: channels, given, out: half, kernel: 3, stride: 2 });
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
  const widths = [half, ...levels.map((_, l) => sizes.channels * 2 ** l)];
  return { half: skip, levels: levels as [Value, Value, Value, Value], widths };
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

/** [h · w, c] to [1, c, h, w]. */
const mapOf = (layers: Layers, rows: Value, channels: number, size: Value): Value =>
  layers.graph.node('Reshape', [
    layers.transpose(rows, [1, 0]),
    layers.concat([layers.graph.integers([1, channels]), size], 0),
  ]);
