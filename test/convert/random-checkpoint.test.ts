import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeRandomCheckpoint } from '../../src/convert/random-checkpoint.ts';
import { Safetensors } from '../../src/convert/safetensors.ts';
import { tokenizerOf } from '../../src/convert/tokenizer-files.ts';
import { Tokenizer } from '../../src/spex/tokenizer.ts';
import { temporaryFolder } from '../tiny-pack.ts';

const ROWS = 2000;

async function written(seed: number): Promise<string> {
  const out = await temporaryFolder();
  const dims = join(out, 'dims.json');
  const llm = {
    hidden_size: 8,
    layers: 1,
    heads: 1,
    kv_heads: 1,
    intermediate_size: 8,
    rope_theta: 1e6,
    rms_norm_eps: 1e-6,
    tie_word_embeddings: true,
  };
  const tensors = [
    { name: 'model.embed_tokens.weight', shape: [ROWS, 8] },
    { name: 'model.norm.weight', shape: [8] },
    { name: 'model.layers.0.mlp.up_proj.weight', shape: [400, 100] },
  ];
  await writeFile(dims, JSON.stringify({ vocab_size: ROWS, llm, tensors }));
  await writeRandomCheckpoint({ dims, out, seed });
  return out;
}

it('has the names and shapes asked for, at a scale that keeps activations near 1', async () => {
  const tensors = await Safetensors.openFolder(await written(1));
  expect([...tensors.entries].map(([name, { shape, dtype }]) => [name, shape, dtype])).toEqual([
    ['model.embed_tokens.weight', [ROWS, 8], 'F16'],
    ['model.norm.weight', [8], 'F16'],
    ['model.layers.0.mlp.up_proj.weight', [400, 100], 'F16'],
  ]);
  const up = await tensors.read('model.layers.0.mlp.up_proj.weight');
  const deviation = Math.sqrt(up.reduce((sum, v) => sum + v * v, 0) / up.length);
  expect(deviation).toBeCloseTo(0.1, 2); // 1 / √100
  const norm = await tensors.read('model.norm.weight');
  expect(Math.min(...norm)).toBeGreaterThan(0.85);
  await tensors.close();
});

it('depends on the seed alone', async () => {
  const name = 'model-00001-of-00001.safetensors';
  const [a, b, c] = await Promise.all([1, 1, 3].map(async (seed) => readFile(join(await written(seed), name))));
  expect(Buffer.compare(a!, b!)).toBe(0);
  expect(Buffer.compare(a!, c!)).not.toBe(0);
});

it('has a tokenizer that fills the vocabulary, splits digits singly and gives every text back', async () => {
  const tokenizer = new Tokenizer(await tokenizerOf(await written(1)));
  const text = 'The river 2024, größer: 水.';
  const ids = tokenizer.encode(text);
  expect(tokenizer.decode(ids)).toBe(text);
  expect(ids.length).toBeLessThan(text.length + 8);
  expect(tokenizer.encode('2024')).toHaveLength(4);
  expect(tokenizer.encode('<|im_start|>')).toEqual([ROWS - 293 + 1]);
  expect(tokenizer.encode('<|extra_292|>')).toEqual([ROWS - 1]);
});
