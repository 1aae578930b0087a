import type { LanguageSizes } from '../spex/architecture.ts';
import { bytesOf } from './bytes-of.ts';
import type { Layers } from './layers.ts';
import type { Value } from './onnx-graph.ts';
import { derived, type Weight } from './weight-source.ts';

export interface LanguageValues {
  /** [rows, vocabulary]: for the positions asked for. */
  readonly tokenLogits: Value;
  /** [batch, n, width], after the final norm. */
  readonly hidden: Value;
  /** Keys and values of the n new positions in each layer, [batch, kvHeads, n, paddedHeadSize]. */
  readonly added: readonly { readonly key: Value; readonly value: Value }[];
}

/**
 * Qwen2 in one graph for prefill and decode steps.
 *
 * @param layers      with names below `model.`
 * @param head        where `lm_head.weight` is, when the head is not tied to the embedding
 * @param embeddings  [batch, n, width]; several texts only in steps of one position each (n = 1)
 * @param length      int32 [batch]: positions filled after this call, those of the cache and the n new ones
 * @param rows        int64 [r]: the positions, of the batch · n, whose token logits are wanted
 * @param past        the cache, [batch, kvHeads, capacity, paddedHeadSize]
 */
export function languageGraph(
  layers: Layers,
  head: Layers,
  sizes: LanguageSizes,
  embeddings: Value,
  length: Value,
  rows: Value,
  past: readonly { readonly key: Value; readonly value: Value }[],
): LanguageValues {
  const { graph } = layers;
  const { width, normEpsilon } = sizes;
  const heads = headLayout(sizes);
  const norm = { epsilon: { float: normEpsilon }, axis: -1 };
  const seqlens = graph.node('Sub', [length, graph.initializer(int32('one', 1))]);
  const total = graph.node('ReduceMax', [length], { keepdims: 0 });
  const texts = graph.node('Shape', [embeddings], { start: 0, end: 2 });
  const perText = (x: Value, columns: number): Value =>
    graph.node('Reshape', [x, layers.concat([texts, graph.integers([columns])], 0)]);
  const rotary = rotaryTables(layers, sizes);
  const gain = (name: string): Value => layers.constant(layers.source.get(`${name}.weight`, [width]));
  const places = newPositions(layers, sizes, embeddings, length);
  const added: { key: Value; value: Value }[] = [];

  let residual = layers.reshape(embeddings, [-1, width]);
  let normal = graph.node('SimplifiedLayerNormalization', [residual, gain('layers.0.input_layernorm')], norm);
  for (let l = 0; l < sizes.layers; l++) {
    const layer = layers.under(`layers.${l}.`);
    const qkv = layer.linearOf(normal, ...heads.qkv(layer));
    const packed = perText(qkv, heads.packedWidth);
    const { key, value } = past[l]!;
    const [mixed, keys, values] = graph.nodes(
      'GroupQueryAttention@com.microsoft',
      [packed, '', '', key, value, seqlens, total, rotary.cosine, rotary.sine],
      3,
      {
        num_heads: sizes.heads,
        kv_num_heads: sizes.kvHeads,
        do_rotary: 1,
        rotary_interleaved: 0,
        scale: { float: 1 / Math.sqrt(sizes.headSize) },
      },
    ) as [Value, Value, Value];
    const only = (all: Value): Value => graph.node('GatherElements', [all, places], { axis: 2 });
    added.push({ key: only(keys), value: only(values) });
    const attended = layer.linearOf(layers.reshape(mixed, [-1, heads.mixedWidth]), heads.output(layer), null);
    [normal, residual] = addAndNorm(layers, attended, residual, gain(`layers.${l}.post_attention_layernorm`), norm);
    const gate = layer.linear(normal, 'mlp.gate_proj', width, sizes.mlp, { bias: false });
    const up = layer.linear(normal, 'mlp.up_proj', width, sizes.mlp, { bias: false });
    // QuickGelu with alpha 1 is SiLU.
    const silu = graph.node('QuickGelu@com.microsoft', [gate], { alpha: { float: 1 } });
    const down = layer.linear(graph.node('Mul', [silu, up]), 'mlp.down_proj', sizes.mlp, width, { bias: false });
    const next = l + 1 < sizes.layers ? `layers.${l + 1}.input_layernorm` : 'norm';
    [normal, residual] = addAndNorm(layers, down, residual, gain(next), norm);
  }
  const chosen = graph.node('Gather', [normal, rows], { axis: 0 });
  const matrix = sizes.tied
    ? layers.source.get('embed_tokens.weight', [sizes.vocabulary, width])
    : head.source.get('lm_head.weight', [sizes.vocabulary, width]);
  return {
    tokenLogits: head.linearOf(chosen, matrix, null),
    hidden: perText(normal, width),
    added,
  };
}

/** Head size in the graph: GroupQueryAttention with rotary embedding wants a multiple of 16. */
export const paddedHeadSize = (headSize: number): number => Math.ceil(headSize / 16) * 16;

/** Where in the cache the new positions stand, int64 [batch, kvHeads, n, paddedHeadSize]: `length` − n and on. */
function newPositions(layers: Layers, { kvHeads, headSize }: LanguageSizes, embeddings: Value, length: Value): Value {
  const { graph } = layers;
  const batch = graph.node('Shape', [embeddings], { start: 0, end: 1 });
  const count = graph.node('Shape', [embeddings], { start: 1, end: 2 });
  const first = graph.node('Sub', [graph.node('Cast', [length], { to: 7 }), count]);
  const scalar = (x: Value): Value => layers.reshape(x, []);
  const each = graph.node('Range', [graph.integers([0], []), scalar(count), graph.integers([1], [])]);
  const places = layers.add(layers.reshape(first, [-1, 1, 1, 1]), layers.reshape(each, [1, 1, -1, 1]));
  const size = layers.concat([batch, graph.integers([kvHeads]), count, graph.integers([paddedHeadSize(headSize)])], 0);
  return graph.node('Expand', [places, size]);
}

/** [norm(x + residual), x + residual] */
function addAndNorm(
  layers: Layers,
  x: Value,
  residual: Value,
  gain: Value,
  attributes: Readonly<Record<'epsilon', { float: number }>>,
): [Value, Value] {
  const { epsilon } = attributes;
  const [normal, , , sum] = layers.graph.nodes(
    'SkipSimplifiedLayerNormalization@com.microsoft',
    [x, residual, gain],
    4,
    { epsilon },
  );
  return [normal!, sum!];
}

/** Query, key and value projections as one matrix, each head padded: its two rotary halves apart, each with zeros behind. */
function headLayout({ width, heads, kvHeads, headSize }: LanguageSizes) {
  const padded = paddedHeadSize(headSize);
  const packedHeads = heads + 2 * kvHeads;
  /** Rows of one projection [count · headSize, columns] to [count · padded, columns]. */
  const pad = (values: Float32Array, count: number, columns: number): Float32Array => {
    if (padded === headSize) return values;
    const half = headSize / 2;
    const result = new Float32Array(count * padded * columns);
    for (let h = 0; h < count; h++) {
      for (const side of [0, 1]) {
        const from = (h * headSize + side * half) * columns;
        const to = (h * padded + (side * padded) / 2) * columns;
        result.set(values.subarray(from, from + half * columns), to);
      }
    }
    return result;
  };
  const join = (columns: number) => (q: Float32Array, k: Float32Array, v: Float32Array) => {
    const joined = new Float32Array(packedHeads * padded * columns);
    joined.set(pad(q, heads, columns));
    joined.set(pad(k, kvHeads, columns), heads * padded * columns);
    joined.set(pad(v, kvHeads, columns), (heads + kvHeads) * padded * columns);
    return joined;
  };
  return {
    packedWidth: packedHeads * padded,
    mixedWidth: heads * padded,
    qkv({ source }: Layers): [Weight, Weight] {
      const parts = (suffix: string, rest: readonly number[]): Weight[] =>
        (['q', 'k', 'v'] as const).map((part) =>
          source.get(`self_attn.${part}_proj.${suffix}`, [(part === 'q' ? heads : kvHeads) * headSize, ...rest]),
        );
      const weights = parts('weight', [width]);
      const biases = parts('bias', []);
      const name = weights[0]!.name.replace('q_proj', 'qkv_proj');
      const rows = packedHeads * padded;
      return [
        derived(name, [rows, width], weights, (q, k, v) => join(width)(q!, k!, v!)),
        derived(name.replace('weight', 'bias'), [rows], biases, (q, k, v) => join(1)(q!, k!, v!)),
      ];
    },
    /** The output projection reads padded heads: zero columns where the padding is. */
    output({ source }: Layers): Weight {
      const weight = source.get('self_attn.o_proj.weight', [width, heads * headSize]);
      if (padded === headSize) return weight;
      return derived(`${weight.name}.padded`, [width, heads * padded], [weight], (values) => {
        const rows = new Float32Array(width * heads * padded);
        const stride = heads * headSize;
        for (let row = 0; row < width; row++) {
          rows.set(pad(values!.subarray(row * stride, (row + 1) * stride), heads, 1), row * heads * padded);
        }
        return rows;
      });
    },
  };
}

/** cos and sin of position · θ^(−2i/d), [context, paddedHeadSize / 2]; 1 and 0 in the padding, which turns nothing. */
function rotaryTables(
  { graph }: Layers,
  { context, headSize, ropeTheta }: LanguageSizes,
): { cosine: Value; sine: Value } {
  const columns = paddedHeadSize(headSize) / 2;
  const table = (name: string, of: (angle: number) => number): Value =>
    graph.initializer({
      name,
      type: 'float32',
      dims: [context, columns],
      bytes: () => {
        const values = new Float32Array(context * columns);
        for (let position = 0; position < context; position++) {
          for (let i = 0; i < columns; i++) {
            // float32 as in the original, so that far positions agree
            const frequency = i < headSize / 2 ? Math.fround(1 / ropeTheta ** ((2 * i) / headSize)) : 0;
            values[position * columns + i] = of(Math.fround(position * frequency));
          }
        }
        return Promise.resolve(bytesOf(values));
      },
    });
  return { cosine: table('rotary.cosine', Math.cos), sine: table('rotary.sine', Math.sin) };
}

const int32 = (name: string, value: number) => ({
  name,
  type: 'int32' as const,
  dims: [1],
  bytes: () => Promise.resolve(bytesOf(Int32Array.of(value))),
});
