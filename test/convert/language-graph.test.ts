import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { largestDifference } from '../../src/convert/parity/difference.ts';
import { Safetensors } from '../../src/convert/safetensors.ts';
import { embedSession, languageSession } from '../../src/convert/session-graphs.ts';
import { WeightSource } from '../../src/convert/weight-source.ts';
import type { LanguageSizes } from '../../src/spex/architecture.ts';
import { embedContract, LanguageModel, languageContract } from '../../src/spex/language-model.ts';
import { OnnxModel } from '../../src/spex/onnx-model.ts';
import { temporaryFolder } from '../tiny-pack.ts';
import { qwen2Reference } from './qwen2-reference.ts';

const VOCABULARY = 11;

describe.each([
  { headSize: 2, heads: 3, kvHeads: 1 },
  { headSize: 6, heads: 4, kvHeads: 2 },
  { headSize: 16, heads: 2, kvHeads: 2 },
  { headSize: 20, heads: 4, kvHeads: 1 },
  { headSize: 24, heads: 2, kvHeads: 1 },
  { headSize: 48, heads: 2, kvHeads: 2 },
])('a language model with $heads heads of $headSize, $kvHeads for keys', ({ headSize, heads, kvHeads }) => {
  const sizes: LanguageSizes = {
    width: 12,
    layers: 2,
    heads,
    kvHeads,
    headSize,
    mlp: 20,
    vocabulary: VOCABULARY,
    ropeTheta: 1e4,
    normEpsilon: 1e-6,
    context: 64,
    tied: true,
  };

  it('agrees with plain loops, at once and position by position', async () => {
    const weights = randomWeights(sizes);
    const model = await modelOf(weights, sizes);
    const prompt = Array.from({ length: 9 }, (_, n) => Array.from({ length: 12 }, (_, i) => Math.sin(3 * n + i * i)));
    const expected = qwen2Reference(weights, sizes, prompt).flat();

    const atOnce = await model.forward(Float32Array.from(prompt.flat()), model.newCache(16), { logits: 'all' });
    expect(largestDifference(expected, atOnce.hidden)).toBeLessThan(2e-5);
    const table = weights.get('model.embed_tokens.weight')!;
    const logit = expected.slice(-12).reduce((sum, value, i) => sum + value * table[3 * 12 + i]!, 0);
    expect(atOnce.tokenLogits[8 * VOCABULARY + 3]).toBeCloseTo(logit, 4);

    const cache = model.newCache(9);
    const pieces: number[] = [];
    for (const [from, to] of [
      [0, 4],
      [4, 7],
      [7, 8],
      [8, 9],
    ] as const) {
      const { hidden } = await model.forward(Float32Array.from(prompt.slice(from, to).flat()), cache);
      pieces.push(...hidden);
    }
    expect(largestDifference(expected, pieces)).toBeLessThan(2e-5);
    expect(cache.length).toBe(9);
    await expect(model.forward(new Float32Array(12), cache)).rejects.toThrow('9 + 1 positions in a cache for 9');
    await model.release();
  });
});

function randomWeights({ width, layers, heads, kvHeads, headSize, mlp }: LanguageSizes): Map<string, Float32Array> {
  let state = 7;
  const random = (count: number, centre: number, spread: number): Float32Array =>
    Float32Array.from({ length: count }, () => {
      state = (state * 48271) % 2147483647; // Lehmer's generator: the same weights every time
      return centre + spread * (state / 1073741823.5 - 1);
    });
  const weights = new Map([
    ['model.embed_tokens.weight', random(VOCABULARY * width, 0, 1)],
    ['model.norm.weight', random(width, 1, 0.3)],
  ]);
  for (let l = 0; l < layers; l++) {
    const set = (name: string, count: number, centre: number, spread: number): void => {
      weights.set(`model.layers.${l}.${name}`, random(count, centre, spread));
    };
    set('input_layernorm.weight', width, 1, 0.3);
    set('post_attention_layernorm.weight', width, 1, 0.3);
    for (const [part, count] of [
      ['q', heads],
      ['k', kvHeads],
      ['v', kvHeads],
    ] as const) {
      set(`self_attn.${part}_proj.weight`, count * headSize * width, 0, 0.6);
      set(`self_attn.${part}_proj.bias`, count * headSize, 0, 0.5);
    }
    set('self_attn.o_proj.weight', width * heads * headSize, 0, 0.4);
    for (const part of ['gate', 'up']) set(`mlp.${part}_proj.weight`, mlp * width, 0, 0.5);
    set('mlp.down_proj.weight', width * mlp, 0, 0.5);
  }
  return weights;
}

async function modelOf(weights: ReadonlyMap<string, Float32Array>, language: LanguageSizes): Promise<LanguageModel> {
  const path = join(await temporaryFolder(), 'model.safetensors');
  await writeFile(path, safetensorsOf(weights, language));
  const tensors = await Safetensors.open(path);
  const source = new WeightSource(tensors);
  const embed = embedSession(source, { language }, 'fp32');
  const graph = languageSession(source, { language }, 'fp32', []);
  source.refuseProblems();
  const model = new LanguageModel(
    await OnnxModel.load(await embed.encode(), embedContract(language), { threads: 1 }),
    await OnnxModel.load(await graph.encode(), languageContract(language), { threads: 1 }),
    language,
  );
  await tensors.close();
  return model;
}

/** Shapes from the lengths: matrices of `width` columns, but for the two projections back to `width` rows. */
function safetensorsOf(weights: ReadonlyMap<string, Float32Array>, { width }: LanguageSizes): Uint8Array {
  const header: Record<string, object> = {};
  let offset = 0;
  for (const [name, { length, byteLength }] of weights) {
    const back = /o_proj|down_proj/.test(name);
    const shape = /norm|bias/.test(name) ? [length] : back ? [width, length / width] : [length / width, width];
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + byteLength] };
    offset += byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([size, json, ...[...weights.values()].map(({ buffer }) => Buffer.from(buffer))]);
}
