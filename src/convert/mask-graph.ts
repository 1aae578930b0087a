import type { Architecture, SamSizes } from '../spex/architecture.ts';
import type { Layers } from './layers.ts';
import type { Value } from './onnx-graph.ts';
import { channelNorm } from './vision-graph.ts';

export interface MaskValues {
  /** Prompt tokens made from the answer, [tokens, width]. */
  readonly sparse: Value;
  /** Positional embedding of the feature map, [h · w, width]. */
  readonly imagePe: Value;
  /** [1, 1, 4h, 4w], or [1, 1, H, W] with fine features. */
  readonly maskLogits: Value;
  /** [1], 0–1; null unless the architecture has it. */
  readonly foretoldIou: Value | null;
}

/**
 * Token context condensation and SAM's mask decoder with its first mask only.
 *
 * In the two-way layers the attention from tokens to the image takes a *second* softmax over its probabilities: the
 * published code triggers transformers' similarity branch by passing `False` where only `None` turns it off, and the
 * weights were trained that way.
 *
 * @param layers  with names below `model.vision_tower.`
 * @param hidden  hidden states of the generated tokens, [1, n, language width], n ≥ 1
 * @param features  [1, width, h, h]; a square map, as the published positional embedding uses its width for both axes
 * @param fine    [1, F, H, W] or null
 */
export function maskGraph(
  layers: Layers,
  { language, condensation, sam }: Pick<Architecture, 'condensation' | 'sam'> & { language: { width: number } },
  hidden: Value,
  features: Value,
  fine: Value | null,
): MaskValues {
  const { graph, source } = layers;
  const { width } = sam;
  const sparse = condense(layers.under('lan_neck.text_mlp.'), condensation, language.width, hidden);
  const imagePe = positionalEmbedding(layers, features, width);
  const noMask = layers.constant(source.get('sampromptencoder.no_mask_embed.weight', [1, width]));
  const decoder = layers.under('mask_decoder.');
  const learnt = [
    layers.constant(decoder.source.get('iou_token.weight', [1, width])),
    layers.constant(decoder.source.get('mask_tokens.weight', [sam.masks, width])),
  ];
  const tokens = layers.concat([...learnt, sparse], 0);
  const image = layers.add(rows(layers, features, width), noMask);
  const { queries, keys } = twoWay(decoder.under('transformer.'), sam, tokens, image, imagePe);
  const maskToken = graph.node('Slice', [queries, graph.integers([1]), graph.integers([2]), graph.integers([0])]);
  const upscaled = upscale(decoder, keys, layers.mapSize(features), width);
  const lowChannels = width / 8;
  const foretoldIou = sam.iouHead === undefined ? null : foretold(decoder, sam, queries);
  const weights = threeLayers(decoder, 'output_hypernetworks_mlps.0', maskToken, [width, width, lowChannels]);
  const low = weighted(layers, weights, upscaled, lowChannels);
  if (!fine || !sam.fineChannels) return { sparse, imagePe, maskLogits: low, foretoldIou };
  const fineWeights = threeLayers(decoder, 'fine_hypernetwork', maskToken, [width, width, sam.fineChannels]);
  const detail = weighted(layers, fineWeights, fine, sam.fineChannels);
  return { sparse, imagePe, maskLogits: layers.add(layers.resize(low, layers.mapSize(fine)), detail), foretoldIou };
}

/** Adaptive average pooling over the tokens, then a shared MLP: bin i is the mean of rows ⌊i·n/B⌋ … ⌈(i+1)·n/B⌉ − 1. */
function condense(layers: Layers, sizes: Architecture['condensation'], width: number, hidden: Value): Value {
  const { graph } = layers;
  const { tokens: bins, widths } = sizes;
  const n = graph.node('Shape', [hidden], { start: 1, end: 2 });
  const bin = Array.from({ length: bins }, (_, i) => i);
  const times = (factors: readonly number[]): Value => graph.node('Mul', [n, graph.integers(factors, [bins, 1])]);
  const over = (x: Value): Value => graph.node('Div', [x, graph.integers([bins])]);
  const start = over(times(bin));
  const end = over(layers.add(times(bin.map((i) => i + 1)), graph.integers([bins - 1])));
  const scalar = layers.reshape(n, []);
  const row = graph.node('Range', [graph.integers([0], []), scalar, graph.integers([1], [])]);
  const inside = graph.node('And', [graph.node('GreaterOrEqual', [row, start]), graph.node('Less', [row, end])]);
  const count = graph.node('Cast', [graph.node('Sub', [end, start])], { to: 1 });
  const share = graph.node('Div', [graph.node('Cast', [inside], { to: 1 }), count]);
  const pooled = graph.node('MatMul', [share, layers.reshape(hidden, [-1, width])]);
  const first = layers.relu(layers.linear(pooled, '0', width, widths[0]));
  const second = layers.relu(layers.linear(first, '2', widths[0], widths[1]));
  return layers.linear(second, '4', widths[1], widths[2]);
}

/** Random Fourier features of pixel centres, [h · w, width]: sines, then cosines. */
function positionalEmbedding(layers: Layers, features: Value, width: number): Value {
  const { graph, source } = layers;
  const name = 'sampromptencoder.shared_embedding.positional_embedding';
  const gaussian = layers.exact(source.get(name, [2, width / 2]));
  const { side, middles } = layers.cellMiddles(features);
  const unit = graph.node('Sub', [graph.node('Mul', [middles, graph.floats([2])]), graph.floats([1])]);
  const square = layers.concat([layers.reshape(side, [1]), layers.reshape(side, [1])], 0);
  const x = graph.node('Expand', [layers.reshape(unit, [1, -1]), square]);
  const y = graph.node('Expand', [layers.reshape(unit, [-1, 1]), square]);
  const points = layers.concat([layers.reshape(x, [-1, 1]), layers.reshape(y, [-1, 1])], 1);
  const phase = graph.node('Mul', [graph.node('MatMul', [points, gaussian]), graph.floats([2 * Math.PI])]);
  return layers.concat([graph.node('Sin', [phase]), graph.node('Cos', [phase])], 1);
}

function twoWay(
  layers: Layers,
  sam: SamSizes,
  tokens: Value,
  image: Value,
  imagePe: Value,
): { queries: Value; keys: Value } {
  const { width, heads } = sam;
  const inner = width / sam.downsample;
  const cross = { width, inner, heads };
  let queries = tokens;
  let keys = image;
  for (let l = 0; l < sam.layers; l++) {
    const layer = layers.under(`layers.${l}.`);
    const norm = (i: number, x: Value): Value => layer.layerNorm(x, `layer_norm${i}`, width, 1e-6);
    const self = layer.under('self_attn.');
    if (l === 0) {
      // The first layer has no positions to add yet, and no residual either.
      queries = attention(self, { width, inner: width, heads }, queries, queries, queries);
    } else {
      const q = layers.add(queries, tokens);
      queries = layers.add(queries, attention(self, { width, inner: width, heads }, q, q, queries));
    }
    queries = norm(1, queries);
    const toImage = layer.under('cross_attn_token_to_image.');
    const q = layers.add(queries, tokens);
    const k = layers.add(keys, imagePe);
    queries = norm(2, layers.add(queries, attention(toImage, { ...cross, secondSoftmax: true }, q, k, keys)));
    const hidden = layers.relu(layer.linear(queries, 'mlp.lin1', width, sam.mlp));
    queries = norm(3, layers.add(queries, layer.linear(hidden, 'mlp.lin2', sam.mlp, width)));
    const toTokens = layer.under('cross_attn_image_to_token.');
    keys = norm(4, layers.add(keys, attention(toTokens, cross, k, layers.add(queries, tokens), queries)));
  }
  const final = layers.under('final_attn_token_to_image.');
  const attended = attention(final, cross, layers.add(queries, tokens), layers.add(keys, imagePe), keys);
  queries = layers.layerNorm(layers.add(queries, attended), 'layer_norm_final_attn', width, 1e-5);
  return { queries, keys };
}

/** Multi-head attention over rows: q [n, width], k and v [m, width]. */
function attention(
  layers: Layers,
  sizes: { width: number; inner: number; heads: number; secondSoftmax?: boolean },
  q: Value,
  k: Value,
  v: Value,
): Value {
  const { graph } = layers;
  const { width, inner, heads } = sizes;
  const split = (x: Value, name: string, order: readonly number[]): Value =>
    layers.transpose(layers.reshape(layers.linear(x, name, width, inner), [-1, heads, inner / heads]), order);
  const scores = graph.node('MatMul', [split(q, 'q_proj', [1, 0, 2]), split(k, 'k_proj', [1, 2, 0])]);
  const scaled = graph.node('Mul', [scores, graph.floats([1 / Math.sqrt(inner / heads)])]);
  let weights = graph.node('Softmax', [scaled], { axis: -1 });
  if (sizes.secondSoftmax) weights = graph.node('Softmax', [weights], { axis: -1 });
  const mixed = graph.node('MatMul', [weights, split(v, 'v_proj', [1, 0, 2])]);
  return layers.linear(layers.reshape(layers.transpose(mixed, [1, 0, 2]), [-1, inner]), 'out_proj', inner, width);
}

/** Rows [h · w, width] to a map [1, width / 8, 4h, 4w]. */
function upscale(layers: Layers, keys: Value, size: Value, width: number): Value {
  const { graph, source } = layers;
  const shape = layers.concat([graph.integers([1, width]), size], 0);
  const map = graph.node('Reshape', [layers.transpose(keys, [1, 0]), shape]);
  const double = (x: Value, name: string, from: number, to: number): Value =>
    graph.node(
      'ConvTranspose',
      [
        x,
        layers.constant(source.get(`${name}.weight`, [from, to, 2, 2])),
        layers.constant(source.get(`${name}.bias`, [to])),
      ],
      { kernel_shape: [2, 2], strides: [2, 2] },
    );
  const middle = channelNorm(
    layers,
    double(map, 'upscale_conv1', width, width / 4),
    'upscale_layer_norm',
    width / 4,
    1e-6,
  );
  return layers.gelu(double(layers.gelu(middle), 'upscale_conv2', width / 4, width / 8));
}

function threeLayers(
  layers: Layers,
  name: string,
  token: Value,
  [given, inner, out]: readonly [number, number, number],
): Value {
  const first = layers.relu(layers.linear(token, `${name}.proj_in`, given, inner));
  const second = layers.relu(layers.linear(first, `${name}.layers.0`, inner, inner));
  return layers.linear(second, `${name}.proj_out`, inner, out);
}

/** The IoU that the first mask will have, read off the IoU token by SAM's head for all masks. */
function foretold(decoder: Layers, { width, iouHead, masks }: SamSizes, queries: Value): Value {
  const { graph } = decoder;
  const token = graph.node('Slice', [queries, graph.integers([0]), graph.integers([1]), graph.integers([0])]);
  const all = decoder.reshape(threeLayers(decoder, 'iou_prediction_head', token, [width, iouHead!, masks]), [masks]);
  return graph.node('Sigmoid', [graph.node('Gather', [all, graph.integers([0])])]);
}

/** Sum over channels of weight [1, c] times map [1, c, h, w]: [1, 1, h, w]. */
function weighted(layers: Layers, weights: Value, map: Value, channels: number): Value {
  const { graph } = layers;
  const flat = graph.node('MatMul', [weights, layers.reshape(map, [channels, -1])]);
  const shape = layers.concat([graph.integers([1, 1]), layers.mapSize(map)], 0);
  return graph.node('Reshape', [flat, shape]);
}

const rows = (layers: Layers, map: Value, channels: number): Value =>
  layers.reshape(layers.transpose(map, [0, 2, 3, 1]), [-1, channels]);
