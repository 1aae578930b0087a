/**
 * Fits the classifier of wishes: `npx tsx models/train-text/train.ts [--judge]`, about a minute, no Python.
 *
 * Needs `models/understanding/encoder.safetensors.gz` (pack_encoder.py). Multinomial logistic regression on `wishFeatures`, fitted by Adam
 * with weight decay. `--judge` fits nothing for keeps: it prints how right it is about fifths that it has not seen, by language and by how
 * sure it is.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadSentenceEncoder } from '../../src/dialogue/understanding/sentence-encoder.ts';
import { softmax, WISHES, wishScores } from '../../src/dialogue/understanding/wish-classifier.ts';
import { WISH_FEATURES, type WishFeatures, wishFeatures } from '../../src/dialogue/understanding/wish-features.ts';
import { type Example, examples } from './examples.ts';

const EPOCHS = 40;
const BATCH = 32;
const RATE = 2e-3;
const DECAY = 2e-2;
const FOLDS = 5;
/** Times the rate of the weights. */
const BIAS_RATE = 5;

interface Row {
  readonly example: Example;
  readonly features: WishFeatures;
}

interface Model {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

const folder = resolve(import.meta.dirname, '../understanding');
const encode = await loadSentenceEncoder(folder);
const rows = examples().map(
  (example): Row => ({ example, features: wishFeatures(encode, example.text, example.before) }),
);
console.log(`${rows.length} examples`);
if (process.argv.includes('--judge')) judge();
else save(fitted(rows));

function fitted(train: readonly Row[]): Model {
  const random = generator(1);
  const wishes = WISHES.length;
  const size = wishes * WISH_FEATURES;
  const [weights, mean, square, gradient] = Array.from({ length: 4 }, () => new Float32Array(size)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const bias = new Float32Array(wishes);
  const order = train.map((_, i) => i);
  let step = 0;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const rate = RATE * (1 - epoch / EPOCHS);
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.slice(from, from + BATCH).map((i) => train[i]!);
      const touched = new Set<number>();
      for (const { example, features } of batch) {
        const errors = scored({ weights, bias }, features).map(
          (p, wish) => (p - Number(WISHES[wish] === example.wish)) / batch.length,
        );
        for (let wish = 0; wish < wishes; wish++) bias[wish]! -= rate * BIAS_RATE * errors[wish]!;
        for (const [place, value] of features) {
          touched.add(place);
          const at = place * wishes;
          for (let wish = 0; wish < wishes; wish++) gradient[at + wish]! += errors[wish]! * value;
        }
      }
      step++;
      const [first, second] = [1 / (1 - 0.9 ** step), 1 / (1 - 0.99 ** step)];
      for (const place of touched) {
        for (let at = place * wishes; at < (place + 1) * wishes; at++) {
          const g = gradient[at]!;
          gradient[at] = 0;
          mean[at] = 0.9 * mean[at]! + 0.1 * g;
          square[at] = 0.99 * square[at]! + 0.01 * g * g;
          const direction = (mean[at]! * first) / (Math.sqrt(square[at]! * second) + 1e-6);
          weights[at]! -= rate * (direction + DECAY * weights[at]!);
        }
      }
    }
  }
  return { weights, bias };
}

function scored({ weights, bias }: Model, features: WishFeatures): number[] {
  return softmax(wishScores(features, weights, bias));
}

function judge(): void {
  const random = generator(7);
  const folds = rows.map(() => Math.floor(random() * FOLDS));
  const judged = Array.from({ length: FOLDS }, (_, fold) => {
    const model = fitted(rows.filter((_, i) => folds[i] !== fold));
    return rows
      .filter((_, i) => folds[i] === fold)
      .map(({ example, features }) => {
        const p = scored(model, features);
        const best = p.indexOf(Math.max(...p));
        return {
          example,
          guess: WISHES[best]!,
          p: p[best]!,
          all: Object.fromEntries(p.map((v, i) => [WISHES[i]!, v])),
        };
      });
  }).flat();
  if (process.env.DUMP) writeFileSync(process.env.DUMP, JSON.stringify(judged));
  const share = (found: typeof judged) =>
    `${((found.filter(({ example, guess }) => guess === example.wish).length / found.length) * 100).toFixed(1)} % of ${found.length}`;
  console.log(`right about what it has not seen: ${share(judged)}`);
  for (const list of new Set(judged.map(({ example }) => example.list))) {
    console.log(`  ${list}: ${share(judged.filter(({ example }) => example.list === list))}`);
  }
  for (const [from, to] of [
    [0, 0.4],
    [0.4, 0.6],
    [0.6, 0.8],
    [0.8, 0.9],
    [0.9, 1.01],
  ] as const) {
    console.log(`  sure ${from} to ${Math.min(to, 1)}: ${share(judged.filter(({ p }) => p >= from && p < to))}`);
  }
  for (const { example, guess, p } of judged.filter(({ example, guess }) => guess !== example.wish).slice(0, 400)) {
    console.log(`${p.toFixed(2)} ${guess} for ${example.wish}: ${example.before ?? ''} > ${example.text}`);
  }
}

/** Rows in 256 steps, as `tensorsIn` reads them. */
function save({ weights, bias }: Model): void {
  const [q, low, step] = [
    new Uint8Array(weights.length),
    new Float32Array(WISH_FEATURES),
    new Float32Array(WISH_FEATURES),
  ];
  for (let place = 0; place < WISH_FEATURES; place++) {
    const row = weights.subarray(place * WISHES.length, (place + 1) * WISHES.length);
    const [least, most] = [Math.min(...row), Math.max(...row)];
    low[place] = least;
    step[place] = (most - least) / 255;
    for (const [wish, value] of row.entries()) {
      q[place * WISHES.length + wish] = step[place] ? Math.round((value - least) / step[place]!) : 0;
    }
  }
  const tensors = { bias, 'weights.low': low, 'weights.step': step, weights: q };
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, tensor] of Object.entries(tensors)) {
    const shape = name === 'weights' ? [WISH_FEATURES, WISHES.length] : [tensor.length];
    header[name] = {
      dtype: tensor instanceof Uint8Array ? 'U8' : 'F32',
      shape,
      data_offsets: [offset, offset + tensor.byteLength],
    };
    offset += tensor.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const parts = Object.values(tensors).map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  writeFileSync(join(folder, 'wishes.safetensors.gz'), gzipSync(Buffer.concat([length, text, ...parts]), { level: 9 }));
}

/** Mulberry32: the same numbers with every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
