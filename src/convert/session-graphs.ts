import type { Architecture } from '../spex/architecture.ts';
import { kvNames } from '../spex/kv-cache.ts';
import { embedContract, languageContract } from '../spex/language-model.ts';
import { maskContract } from '../spex/mask-decoder.ts';
import type { Contract, TensorSpec } from '../spex/onnx-model.ts';
import { visionContract } from '../spex/vision-encoder.ts';
import { languageGraph } from './language-graph.ts';
import { Layers, type MatrixFormat } from './layers.ts';
import { maskGraph } from './mask-graph.ts';
import { type ElementType, OnnxGraph, type Value } from './onnx-graph.ts';
import type { QuantisationError } from './quantised-linear.ts';
import { tokenPositions } from './token-positions.ts';
import { visionGraph } from './vision-graph.ts';
import type { VisionFormat, WeightFormat } from './weight-format.ts';
import type { WeightSource } from './weight-source.ts';

/** A session of a pack, ready to be written. */
export interface SessionGraph {
  readonly file: string;
  readonly graph: OnnxGraph;
}

/**
 * The four graphs of a pack. Nothing is read yet: ask `source` for problems before writing.
 *
 * @param formats  `weights`: of the language model's matrices; the embedding table and the mask decoder, and the vision
 *                 encoder unless it has a format of its own, are stored as half floats unless it is fp32
 */
export function sessionGraphs(
  source: WeightSource,
  sizes: Architecture,
  { weights: format, vision }: { weights: WeightFormat; vision: VisionFormat },
  errors: QuantisationError[],
): SessionGraph[] {
  const rest = format === 'fp32' ? 'fp32' : 'fp16';
  const visionFormat = vision === 'int8' ? 'int8-dynamic' : rest;
  return [
    { file: 'vision.onnx', graph: visionSession(source, sizes, visionFormat, errors) },
    { file: 'embed.onnx', graph: embedSession(source, sizes, rest) },
    { file: 'language.onnx', graph: languageSession(source, sizes, format, errors) },
    { file: 'mask.onnx', graph: maskSession(source, sizes, rest) },
  ];
}

function visionSession(
  source: WeightSource,
  sizes: Architecture,
  format: MatrixFormat,
  errors: QuantisationError[],
): OnnxGraph {
  const graph = new OnnxGraph('vision');
  const inputs = declareInputs(graph, visionContract(sizes));
  const layers = new Layers(graph, source, format, errors);
  const model = layers.under('model.vision_tower.vision_tower.vision_model.');
  const values = visionGraph(model, sizes.vision, inputs.pixels!, inputs.band_present ?? null);
  const projector = layers.under('model.mm_projector.');
  const { width } = sizes.language;
  const hidden = layers.gelu(projector.linear(values.tokens, '0', sizes.vision.aggregator.width, width));
  const projected = projector.linear(hidden, '2', width, width);
  const tokens = layers.reshape(placed(layers, sizes, projected, values.maskFeatures), [1, -1, width]);
  declareOutputs(graph, visionContract(sizes), {
    image_tokens: tokens,
    mask_features: values.maskFeatures,
    ...(values.fineFeatures ? { fine_features: values.fineFeatures } : {}),
  });
  return graph;
}

/** Image tokens [T, width] that carry where they stand, if the architecture has it so; `map` is of their size. */
function placed(layers: Layers, { vision, language }: Architecture, tokens: Value, map: Value): Value {
  const { positionFrequencies } = vision;
  if (!positionFrequencies) return tokens;
  const positions = tokenPositions(layers, positionFrequencies, map);
  const weight = layers.source.get('model.mm_position.weight', [language.width, 4 * positionFrequencies]);
  return layers.add(tokens, layers.linearOf(positions, weight, null));
}

/** This and the next also for the language models of the parity kits, which are these parts alone. */
export function embedSession(
  source: WeightSource,
  sizes: Pick<Architecture, 'language'>,
  format: WeightFormat,
): OnnxGraph {
  const { width, vocabulary } = sizes.language;
  const graph = new OnnxGraph('embed');
  const { ids } = declareInputs(graph, embedContract(sizes.language));
  const layers = new Layers(graph, source, format);
  const table = source.get('model.embed_tokens.weight', [vocabulary, width]);
  declareOutputs(graph, embedContract(sizes.language), { embeddings: layers.lookUp(table, ids!) });
  return graph;
}

export function languageSession(
  source: WeightSource,
  sizes: Pick<Architecture, 'language'>,
  format: WeightFormat,
  errors: QuantisationError[],
): OnnxGraph {
  const contract = languageContract(sizes.language);
  const graph = new OnnxGraph('language');
  const inputs = declareInputs(graph, contract);
  const layers = new Layers(graph, source, format, errors);
  const past = Array.from({ length: sizes.language.layers }, (_, i) => ({
    key: inputs[`past_key_${i}`]!,
    value: inputs[`past_value_${i}`]!,
  }));
  const { embeddings, length, rows } = inputs;
  const model = layers.under('model.');
  const values = languageGraph(model, layers, sizes.language, embeddings!, length!, rows!, past);
  const added = values.added.flatMap(({ key, value }) => [key, value]);
  declareOutputs(graph, contract, {
    token_logits: values.tokenLogits,
    hidden: values.hidden,
    ...Object.fromEntries(kvNames(sizes.language.layers).map((name, i) => [name, added[i]!])),
  });
  return graph;
}

function maskSession(source: WeightSource, sizes: Architecture, format: WeightFormat): OnnxGraph {
  const graph = new OnnxGraph('mask');
  const inputs = declareInputs(graph, maskContract(sizes));
  const layers = new Layers(graph, source.under('model.vision_tower.'), format);
  const fine = inputs.fine_features ?? null;
  const { maskLogits, foretoldIou } = maskGraph(layers, sizes, inputs.hidden!, inputs.mask_features!, fine);
  declareOutputs(graph, maskContract(sizes), {
    mask_logits: maskLogits,
    ...(foretoldIou ? { foretold_iou: foretoldIou } : {}),
  });
  return graph;
}

function declareInputs(graph: OnnxGraph, { inputs }: Contract): Partial<Record<string, Value>> {
  const declare = ([name, [type, ...dims]]: [string, TensorSpec]): [string, Value] => [
    name,
    graph.input(name, type as ElementType, dims),
  ];
  return Object.fromEntries(Object.entries(inputs).map(declare));
}

function declareOutputs(graph: OnnxGraph, { outputs }: Contract, values: Readonly<Record<string, Value>>): void {
  for (const [name, [type, ...dims]] of Object.entries(outputs)) {
    graph.output(name, values[name]!, type as ElementType, dims);
  }
}
