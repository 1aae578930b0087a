import type { Layers } from './layers.ts';
import type { Value } from './onnx-graph.ts';
import { derived, type Weight } from './weight-source.ts';

/** Points of a 3 × 3 kernel. */
const POINTS = 9;

/**
 * DCNv3 as ONNX's `DeformConv`, whose kernel of ones only sums up what was sampled and weighted.
 *
 * @param rows   layer input, channels last [h · w, C]
 * @param x      the same, channels first [1, C, h, w]
 * @param width  C; `groups` sampling groups of C / groups channels each
 * @param scale  offset_scale: multiplies the kernel grid as well as the learnt offsets
 * @returns      `core` [1, C, h, w], sampled and summed; `output` [h · w, C], channels last, after the output projection
 * @see ../../models/README.md, and MiliLab/SPEX, ops_dcnv3
 */
export function deformableConvolution(
  layers: Layers,
  rows: Value,
  x: Value,
  { width, groups, scale }: { width: number; groups: number; scale: number },
): { core: Value; output: Value } {
  const { graph } = layers;
  const size = layers.mapSize(x);
  const asMap = (values: Value, channels: number): Value =>
    graph.node('Reshape', [
      layers.transpose(layers.reshape(values, [-1, channels]), [1, 0]),
      layers.concat([graph.integers([1, channels]), size], 0),
    ]);
  const sampled = asMap(layers.linear(rows, 'input_proj', width, width), width);
  const local = layers.convolution(x, 'dw_conv.0', { in: width, out: width, kernel: 3, group: width });
  const query = layers.gelu(
    layers.layerNorm(layers.reshape(layers.transpose(local, [0, 2, 3, 1]), [-1, width]), 'dw_conv.1.1', width, 1e-6),
  );
  const points = groups * POINTS;
  const placed = layers.linearOf(
    query,
    ...stacked(offsetRows(layers, width, groups, scale), weightRows(layers, width, groups)),
  );
  const [offsets, weights] = graph.nodes('Split', [placed, graph.integers([2 * points, points])], 2, { axis: 1 });
  const softmax = graph.node('Softmax', [layers.reshape(weights!, [-1, POINTS])], { axis: -1 });
  const ones = graph.floats([1], [1]);
  const kernel = graph.node('Expand', [ones, graph.integers([width, 1, 3, 3])]);
  const core = graph.node('DeformConv', [sampled, kernel, asMap(offsets!, 2 * points), '', asMap(softmax, points)], {
    kernel_shape: [3, 3],
    pads: [1, 1, 1, 1],
    group: width,
    offset_group: groups,
  });
  const summed = layers.reshape(layers.transpose(core, [0, 2, 3, 1]), [-1, width]);
  return { core, output: layers.linear(summed, 'output_proj', width, width) };
}

/** Two matrices with biases as one, rows below rows. */
function stacked(upper: readonly [Weight, Weight], lower: readonly [Weight, Weight]): [Weight, Weight] {
  const both = (a: Weight, b: Weight): Weight =>
    derived(`${a.name}+${b.name}`, [a.dims[0]! + b.dims[0]!, ...a.dims.slice(1)], [a, b], (above, below) => {
      const values = new Float32Array(above!.length + below!.length);
      values.set(above!);
      values.set(below!, above!.length);
      return values;
    });
  return [both(upper[0], lower[0]), both(upper[1], lower[1])];
}

/**
 * DCNv3 counts its points p = 3i + j with the column i slow and gives (dx, dy); `DeformConv` counts q = 3j + i and wants
 * (dy, dx). Its grid step is 1, ours is `scale`, so the rest, (i − 1)(scale − 1), goes into the bias.
 */
function offsetRows({ source }: Layers, width: number, groups: number, scale: number): [Weight, Weight] {
  const count = 2 * POINTS * groups;
  const weight = source.get('offset.weight', [count, width]);
  const bias = source.get('offset.bias', [count]);
  const reorder = (values: Float32Array, columns: number, shift: boolean): Float32Array => {
    const rows = new Float32Array(values.length);
    for (let group = 0; group < groups; group++) {
      for (let q = 0; q < POINTS; q++) {
        const [i, j] = [q % 3, Math.floor(q / 3)];
        for (const [axis, step] of [j, i].entries()) {
          const to = (group * POINTS + q) * 2 + axis;
          const from = (group * POINTS + 3 * i + j) * 2 + (1 - axis);
          for (let c = 0; c < columns; c++) {
            rows[to * columns + c] = scale * values[from * columns + c]! + (shift ? (step - 1) * (scale - 1) : 0);
          }
        }
      }
    }
    return rows;
  };
  return [
    derived(`${weight.name}.rows`, weight.dims, [weight], (values) => reorder(values, width, false)),
    derived(`${bias.name}.rows`, bias.dims, [bias], (values) => reorder(values, 1, true)),
  ];
}

function weightRows({ source }: Layers, width: number, groups: number): [Weight, Weight] {
  const count = POINTS * groups;
  const weight = source.get('mask.weight', [count, width]);
  const bias = source.get('mask.bias', [count]);
  const reorder = (values: Float32Array, columns: number): Float32Array => {
    const rows = new Float32Array(values.length);
    for (let to = 0; to < count; to++) {
      const q = to % POINTS;
      const from = to - q + 3 * (q % 3) + Math.floor(q / 3);
      rows.set(values.subarray(from * columns, (from + 1) * columns), to * columns);
    }
    return rows;
  };
  return [
    derived(`${weight.name}.rows`, weight.dims, [weight], (values) => reorder(values, width)),
    derived(`${bias.name}.rows`, bias.dims, [bias], (values) => reorder(values, 1)),
  ];
}
