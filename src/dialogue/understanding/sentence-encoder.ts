import { join } from 'node:path';
import { inflateFile, tensorsIn } from './tensors.ts';
import { createTokenizer } from './tokenizer.ts';

/** Values of an embedding. */
export const EMBEDDING = 512;
const BRANCH = 256;
/** The three branches look at so many tokens, of which so many lie to the left. */
const BRANCHES = [
  { order: 2, left: 0 },
  { order: 3, left: 1 },
  { order: 5, left: 2 },
] as const;
const FEATURES = EMBEDDING + BRANCHES.length * BRANCH;
const EPSILON = 1e-12;
/** What a person writes in one message is understood from its beginning. */
const MAX_TOKENS = 96;

/** A sentence as a point: [512], of length 1; sentences that mean the same lie close to each other, in sixteen languages. */
export type SentenceEncoder = (text: string) => Float32Array;

/**
 * The multilingual Universal Sentence Encoder v3 (Yang et al. 2020, doi:10.18653/v1/2020.acl-demos.12): embeddings of the tokens,
 * convolutions over two, three and five of them, their sum over √n, and a feed-forward network. About ten milliseconds a sentence.
 *
 * @param folder  with `encoder.safetensors.gz` and `pieces.tsv.gz`, as `models/train-text/pack_encoder.py` writes them
 */
export async function loadSentenceEncoder(folder: string): Promise<SentenceEncoder> {
  const [file, pieces] = await Promise.all([
    inflateFile(join(folder, 'encoder.safetensors.gz')),
    inflateFile(join(folder, 'pieces.tsv.gz')),
  ]);
  const tokenize = createTokenizer(pieces.toString());
  const { bytes, floats, matrix } = tensorsIn(file);
  const [table, low, step] = [bytes('table'), floats('table.low'), floats('table.step')];
  const branches = BRANCHES.map(({ order, left }) => ({
    order,
    left,
    projection: layer(matrix(`proj${order}`), floats(`proj_b${order}`)),
    norm: [floats(`ln_g${order}`), floats(`ln_b${order}`)] as const,
    first: layer(matrix(`w1_${order}`), floats(`b1_${order}`)),
    second: layer(matrix(`w2_${order}`), floats(`b2_${order}`)),
  }));
  const norm = [floats('ln_g'), floats('ln_b')] as const;
  const [convolved, bias] = [layer(matrix('cnn_W')), floats('cnn_b')];
  const dense = ['d0', 'd1', 'd2', 'd3', 'p1', 'p3'].map((name) => layer(matrix(name)));
  const [d0, d1, d2, d3, p1, p3] = dense as [Layer, Layer, Layer, Layer, Layer, Layer];

  const embed = (id: number): Float32Array => {
    const row = new Float32Array(EMBEDDING);
    for (let i = 0; i < EMBEDDING / 2; i++) {
      const byte = table[(id * EMBEDDING) / 2 + i]!;
      row[2 * i] = low[id]! + step[id]! * (byte & 15);
      row[2 * i + 1] = low[id]! + step[id]! * (byte >> 4);
    }
    return row;
  };

  return (text) => {
    const tokens = tokenize(text).slice(0, MAX_TOKENS).map(embed);
    const parts = branches.map(({ order, left, projection, norm: [gain, offset], first, second }) => {
      const windows = (rows: readonly Float32Array[], weights: Layer): Float32Array[] =>
        weights(rows.map((_, at) => windowOf(rows, at - left, order))).map((found, at) =>
          added(rectified(found), rows[at]!),
        );
      const projected = projection(tokens).map((token) => normalized(token, gain, offset));
      return windows(windows(projected, first), second);
    });
    const sum = new Float32Array(FEATURES);
    for (const [at, token] of tokens.entries()) {
      const features = new Float32Array(FEATURES);
      features.set(token);
      for (const [place, part] of parts.entries()) features.set(part[at]!, EMBEDDING + place * BRANCH);
      add(sum, normalized(features, ...norm));
    }
    const [mean] = convolved([sum]) as [Float32Array];
    const length = Math.sqrt(tokens.length);
    for (let i = 0; i < EMBEDDING; i++) mean[i] = (mean[i]! + tokens.length * bias[i]!) / length;
    const apply = (weights: Layer, row: Float32Array): Float32Array => weights([row])[0]!;
    const y1 = rectified(added(apply(p1, mean), apply(d1, rectified(apply(d0, mean)))));
    const point = added(apply(p3, y1), apply(d3, rectified(apply(d2, y1)))).map(Math.tanh);
    const norm2 = point.reduce((total, value) => total + value * value, 0);
    return point.map((value) => value / Math.sqrt(Math.max(norm2, EPSILON)));
  };
}

/** Rows times a matrix, plus a bias. */
type Layer = (rows: readonly Float32Array[]) => Float32Array[];

/** @param weights  [in, out], rows one after the other */
function layer(weights: Float32Array, bias: Float32Array | null = null): Layer {
  return (rows) => {
    const inputs = rows[0]!.length;
    const size = weights.length / inputs;
    const results = rows.map(() => (bias ? bias.slice() : new Float32Array(size)));
    // The weights are larger than the caches: each row of them is used for all tokens while it is there.
    for (let i = 0; i < inputs; i++) {
      const at = i * size;
      for (let row = 0; row < rows.length; row++) {
        const value = rows[row]![i]!;
        if (value === 0) continue;
        const result = results[row]!;
        for (let j = 0; j < size; j++) result[j]! += value * weights[at + j]!;
      }
    }
    return results;
  };
}

/** `count` rows from `from` on, one after the other; zeros outside the sentence. */
function windowOf(rows: readonly Float32Array[], from: number, count: number): Float32Array {
  const window = new Float32Array(count * BRANCH);
  for (let i = 0; i < count; i++) {
    const row = rows[from + i];
    if (row) window.set(row, i * BRANCH);
  }
  return window;
}

/** Layer normalisation, in place. */
function normalized(row: Float32Array, gain: Float32Array, offset: Float32Array): Float32Array {
  const mean = row.reduce((total, value) => total + value, 0) / row.length;
  const variance = row.reduce((total, value) => total + (value - mean) ** 2, 0) / row.length;
  const scale = 1 / Math.sqrt(variance + EPSILON);
  for (let i = 0; i < row.length; i++) row[i] = (row[i]! - mean) * scale * gain[i]! + offset[i]!;
  return row;
}

function rectified(row: Float32Array): Float32Array {
  for (let i = 0; i < row.length; i++) if (row[i]! < 0) row[i] = 0;
  return row;
}

function add(sum: Float32Array, row: Float32Array): void {
  for (let i = 0; i < row.length; i++) sum[i]! += row[i]!;
}

function added(row: Float32Array, other: Float32Array): Float32Array {
  add(row, other);
  return row;
}
