import { UserFacingError } from '../errors.ts';
import { bytesOf } from './bytes-of.ts';
import { toFloat16 } from './float16.ts';
import type { OnnxGraph, Value } from './onnx-graph.ts';
import { blockQuantisedLinear, dynamicQuantisedLinear, type QuantisationError } from './quantised-linear.ts';
import type { WeightFormat } from './weight-format.ts';
import { derived, type Weight, type WeightSource } from './weight-source.ts';

/** Of the matrices in one graph. `int8-dynamic` also rounds activations, see `dynamicQuantisedLinear`. */
export type MatrixFormat = WeightFormat | 'int8-dynamic';

/** Writes the usual layers into a graph, with weights from a source. Names are PyTorch's. */
export class Layers {
  readonly graph: OnnxGraph;
  readonly source: WeightSource;
  readonly #format: MatrixFormat;
  readonly #errors: QuantisationError[];

  /**
   * @param format  of the matrices of `linear`; everything else is at least fp16
   * @param errors  takes what quantisation costs, tensor by tensor, while the graph is written
   */
  constructor(graph: OnnxGraph, source: WeightSource, format: MatrixFormat, errors: QuantisationError[] = []) {
    this.graph = graph;
    this.source = source;
    this.#format = format;
    this.#errors = errors;
  }

  /** The same layers with names below `prefix`. */
  under(prefix: string): Layers {
    return new Layers(this.graph, this.source.under(prefix), this.#format, this.#errors);
  }

  /** A weight as float32; a matrix or kernel is stored as half floats unless the format is fp32. */
  constant(weight: Weight): Value {
    if (this.#format === 'fp32' || weight.dims.length < 2) return this.exact(weight);
    return this.graph.node('Cast', [this.#half(weight)], { to: 1 });
  }

  /** A weight as float32, stored so whatever the format. */
  exact(weight: Weight): Value {
    return this.graph.initializer({
      name: weight.name,
      type: 'float32',
      dims: weight.dims,
      bytes: async () => bytesOf(await weight.read()),
    });
  }

  /** Rows of a table, as float32; only the rows asked for are expanded. */
  lookUp(table: Weight, ids: Value): Value {
    if (this.#format === 'fp32') return this.graph.node('Gather', [this.exact(table), ids]);
    return this.graph.node('Cast', [this.graph.node('Gather', [this.#half(table), ids])], { to: 1 });
  }

  /** y = x · Wᵀ + b for x [n, columns]; W is `name`.weight [rows, columns]. */
  linear(x: Value, name: string, columns: number, rows: number, options: { bias?: boolean } = {}): Value {
    const bias = options.bias === false ? null : this.source.get(`${name}.bias`, [rows]);
    return this.linearOf(x, this.source.get(`${name}.weight`, [rows, columns]), bias);
  }

  linearOf(x: Value, weight: Weight, bias: Weight | null): Value {
    if (this.#format === 'fp32' || this.#format === 'fp16') {
      const inputs = [x, this.constant(weight), ...(bias ? [this.constant(bias)] : [])];
      return this.graph.node('Gemm', inputs, { transB: 1 });
    }
    const target = { graph: this.graph, errors: this.#errors };
    const added = bias && this.constant(bias);
    if (this.#format === 'int8-dynamic') return dynamicQuantisedLinear(target, x, weight, added);
    const product = blockQuantisedLinear(target, x, weight, this.#format === 'int8' ? 8 : 4);
    return added ? this.add(product, added) : product;
  }

  #half(weight: Weight): Value {
    return this.graph.initializer({
      name: weight.name,
      type: 'float16',
      dims: weight.dims,
      bytes: async () => {
        const values = await weight.read();
        for (const value of values) if (Math.abs(value) >= FLOAT16_OVERFLOW) throw tooLarge(weight.name, value);
        return bytesOf(toFloat16(values));
      },
    });
  }

  /** Over the last axis. `gain` is a further factor per channel (layer scale), folded into weight and bias. */
  layerNorm(x: Value, name: string, channels: number, epsilon: number, gain?: Weight): Value {
    const scale = this.source.get(`${name}.weight`, [channels]);
    const bias = this.source.get(`${name}.bias`, [channels]);
    const inputs = gain ? [product(scale, gain), product(bias, gain)] : [scale, bias];
    return this.graph.node('LayerNormalization', [x, ...inputs.map((weight) => this.constant(weight))], {
      axis: -1,
      epsilon: { float: epsilon },
    });
  }

  /** Square kernel, padded by half of it, x [1, in, h, w]. `given`: channels of x, those beyond `in` to be ignored. */
  convolution(
    x: Value,
    name: string,
    size: { in: number; out: number; kernel: number; stride?: number; group?: number; bias?: boolean; given?: number },
  ): Value {
    const { kernel, stride = 1, group = 1 } = size;
    const stored = this.source.get(`${name}.weight`, [size.out, size.in / group, kernel, kernel]);
    const weight = size.given === undefined ? stored : widened(stored, size.given);
    const bias = size.bias === false ? null : this.source.get(`${name}.bias`, [size.out]);
    return this.convolutionOf(x, weight, bias, { stride, group });
  }

  convolutionOf(
    x: Value,
    weight: Weight,
    bias: Weight | null,
    options: { stride?: number; group?: number; same?: boolean } = {},
  ): Value {
    const { stride = 1, group = 1, same = false } = options;
    const kernel = weight.dims[2]!;
    // TensorFlow's SAME, for sizes that the stride divides, pads no more than it has to, and rather behind than before.
    const missing = same ? kernel - stride : kernel - 1;
    const [before, after] = [Math.floor(missing / 2), Math.ceil(missing / 2)];
    return this.graph.node('Conv', [x, this.constant(weight), ...(bias ? [this.constant(bias)] : [])], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [before, before, after, after],
      group,
    });
  }

  /** Exact (erf) GELU. */
  gelu(x: Value): Value {
    return this.graph.node('Gelu', [x]);
  }

  clip(x: Value, low: number, high: number): Value {
    return this.graph.node('Clip', [x, this.graph.floats([low], []), this.graph.floats([high], [])]);
  }

  relu(x: Value): Value {
    return this.graph.node('Relu', [x]);
  }

  add(a: Value, b: Value): Value {
    return this.graph.node('Add', [a, b]);
  }

  /** 0 keeps a dimension, −1 is what is left. */
  reshape(x: Value, dims: readonly number[]): Value {
    return this.graph.node('Reshape', [x, this.graph.integers(dims)]);
  }

  transpose(x: Value, order: readonly number[]): Value {
    return this.graph.node('Transpose', [x], { perm: order });
  }

  concat(values: readonly Value[], axis: number): Value {
    return this.graph.node('Concat', values, { axis });
  }

  /** [h, w] of a value [1, c, h, w], times `factor`. */
  mapSize(x: Value, factor = 1): Value {
    const size = this.graph.node('Shape', [x], { start: 2, end: 4 });
    return factor === 1 ? size : this.graph.node('Mul', [size, this.graph.integers([factor, factor])]);
  }

  /** Of a square map [1, c, h, h]: h, a scalar, and the middles of its cells along an axis, (i + ½) / h, [h]. */
  cellMiddles(map: Value): { side: Value; middles: Value } {
    const { graph } = this;
    const side = this.reshape(graph.node('Shape', [map], { start: 3, end: 4 }), []);
    const index = graph.node('Range', [graph.integers([0], []), side, graph.integers([1], [])]);
    const float = (x: Value): Value => graph.node('Cast', [x], { to: 1 });
    return { side, middles: graph.node('Div', [this.add(float(index), graph.floats([0.5])), float(side)]) };
  }

  /** Twice as large, bilinear, half-pixel centres. With a fixed factor ONNX Runtime stays in its fast layout. */
  doubled(x: Value): Value {
    return this.graph.node('Resize', [x, '', this.graph.floats([1, 1, 2, 2])], {
      mode: 'linear',
      coordinate_transformation_mode: 'half_pixel',
    });
  }

  /** Bilinear to `size` [h, w]. `aligned`: PyTorch's align_corners = True; else half-pixel centres. */
  resize(x: Value, size: Value, aligned = false): Value {
    const channels = this.graph.node('Shape', [x], { start: 0, end: 2 });
    return this.graph.node('Resize', [x, '', '', this.concat([channels, size], 0)], {
      mode: 'linear',
      coordinate_transformation_mode: aligned ? 'align_corners' : 'half_pixel',
    });
  }
}

/** From here on half floats round to infinity. */
const FLOAT16_OVERFLOW = 65520;

const tooLarge = (name: string, value: number): UserFacingError =>
  new UserFacingError(
    'checkpoint-invalid',
    `In this checkpoint ${name} holds ${value}, too large for half floats: use --weights fp32.`,
  );

function product(weight: Weight, gain: Weight): Weight {
  return {
    name: `${weight.name}*${gain.name}`,
    dims: weight.dims,
    read: async () => {
      const [values, factors] = await Promise.all([weight.read(), gain.read()]);
      return values.map((value, i) => value * factors[i]!);
    },
  };
}

/** A kernel with more input channels, zeros for the new ones. */
export function widened(weight: Weight, channels: number): Weight {
  const [out, before, height, width] = weight.dims as [number, number, number, number];
  const area = height * width;
  return derived(`${weight.name}.widened`, [out, channels, height, width], [weight], (values) => {
    const wide = new Float32Array(out * channels * area);
    for (let o = 0; o < out; o++) {
      wide.set(values!.subarray(o * before * area, (o + 1) * before * area), o * channels * area);
    }
    return wide;
  });
}
