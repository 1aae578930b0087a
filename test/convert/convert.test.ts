import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { convertCheckpoint } from '../../src/convert/convert.ts';
import { OnnxGraph } from '../../src/convert/onnx-graph.ts';
import { loadPack } from '../../src/spex/pack.ts';
import { SpexModel } from '../../src/spex/spex-model.ts';
import { COMPACT_TINY, SPEX_TINY, temporaryFolder, tinyPack } from '../tiny-pack.ts';

describe('a pack', () => {
  it('is the same, byte for byte, every time', async () => {
    const [a, b] = [await tinyPack(SPEX_TINY, 'int4'), await tinyPack(SPEX_TINY, 'int4')];
    const names = await readdir(a);
    expect(names.toSorted()).toEqual([
      'embed.onnx',
      'language.onnx',
      'mask.onnx',
      'pack.json',
      'tokenizer.json',
      'vision.onnx',
    ]);
    for (const name of names) {
      expect(Buffer.compare(await readFile(join(a, name)), await readFile(join(b, name)))).toBe(0);
    }
  });

  it('of a published checkpoint has what the published code hard-codes', async () => {
    const { pack } = await loadPack(await tinyPack());
    expect(pack.input).toEqual({
      chip: 512,
      bands: ['red', 'green', 'blue'],
      values: 'display',
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    });
    expect(pack.eos).toEqual([562, 560]);
    expect(pack.maxNewTokens).toBe(256);
    expect(pack.repetitionPenalty).toBe(1);
    expect(pack.architecture.language.tied).toBe(true);
    expect(pack.architecture.language.context).toBe(8192);
  });

  it('of our own checkpoint has what its config.json says', async () => {
    const { pack } = await loadPack(await tinyPack(COMPACT_TINY));
    expect([pack.name, pack.maxNewTokens, pack.eos, pack.input.values]).toEqual([
      'spex-compact',
      96,
      [1498, 1496],
      'any',
    ]);
    expect(pack.architecture.vision.spectral?.bands).toEqual(['blue', 'green', 'red', 'nir', 'swir16', 'swir22']);
    expect(pack.architecture.sam.fineChannels).toBe(6);
  });

  it('takes the repetition penalty of generation_config.json, as the published code does', async () => {
    const folder = await copyOf(SPEX_TINY);
    const config = JSON.stringify({ eos_token_id: 562, repetition_penalty: 1.1 });
    await writeFile(join(folder, 'generation_config.json'), config);
    const { pack } = await convertCheckpoint({ checkpoint: folder, out: await temporaryFolder(), weights: 'fp32' });
    expect([pack.repetitionPenalty, pack.eos]).toEqual([1.1, [562]]);
  });

  it.each([
    // 8 bits: half of a step of 1/128 of the block's largest number; 4 bits: of 1/8.
    ['int8', 0.003, 0.006],
    ['int4', 0.05, 0.1],
  ] as const)('of %s weights runs, is smaller, and says what the format cost', async (weights, least, most) => {
    const out = await temporaryFolder();
    const { quantisation, bytes } = await convertCheckpoint({ checkpoint: SPEX_TINY, out, weights });
    const plain = await convertCheckpoint({ checkpoint: SPEX_TINY, out: await temporaryFolder(), weights: 'fp32' });
    expect(bytes).toBeLessThan(plain.bytes * 0.65);
    expect(quantisation).toHaveLength(3 * 5 + 1); // qkv, o, gate, up, down of three layers, and the head
    for (const { relativeError } of quantisation) {
      expect(relativeError).toBeGreaterThan(least);
      expect(relativeError).toBeLessThan(most);
    }
    const model = await SpexModel.load(out, { threads: 1 });
    const pixels = new Float32Array(3 * 64 * 64).fill(0.4);
    const features = await model.encode({ size: 64, pixels, bandPresent: Float32Array.of(1, 1, 1) }, 'chip');
    const { ids, maskLogits } = await model.answer(features, '<image>\nWater?', { maxNewTokens: 5 });
    expect(ids.length).toBeGreaterThan(0);
    expect(maskLogits.values.every(Number.isFinite)).toBe(true);
    await model.release();
  });
});

it('has a vision encoder in 8-bit integers where that is asked for: close to the exact one, not equal', async () => {
  const pixels = new Float32Array(3 * 64 * 64).map((_, i) => 0.5 + 0.4 * Math.sin(i * i));
  const tokens = async (vision: 'float' | 'int8'): Promise<Float32Array> => {
    const out = await temporaryFolder();
    const { quantisation } = await convertCheckpoint({ checkpoint: SPEX_TINY, out, weights: 'fp32', vision });
    // In each of five blocks input, output, offsets with weights, and two of the MLP; two in the projector.
    expect(quantisation).toHaveLength(vision === 'int8' ? 5 * 5 + 2 : 0);
    const model = await SpexModel.load(out, { threads: 1 });
    const { imageTokens } = await model.encode({ size: 64, pixels, bandPresent: Float32Array.of(1, 1, 1) }, 'chip');
    await model.release();
    return imageTokens.data as Float32Array;
  };
  const [exact, rounded] = [await tokens('float'), await tokens('int8')];
  const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  const error = norm(exact.map((value, i) => value - rounded[i]!)) / norm(exact);
  expect(error).toBeGreaterThan(1e-4);
  // Random offsets make every error felt elsewhere; a trained model forgives more.
  expect(error).toBeLessThan(0.2);
});

describe('a checkpoint is refused', () => {
  it('with the names of everything missing or misshapen, and nothing written', async () => {
    const folder = await copyOf(SPEX_TINY);
    await renameTensors(folder, {
      'model.norm.weight': 'model.nrom.weight',
      'model.vision_tower.mask_decoder.iou_token.weight': 'model.vision_tower.mask_decoder.iou.weight',
    });
    await changeConfig(folder, (config) => ({ ...config, intermediate_size: 130 }));
    const out = join(await temporaryFolder(), 'pack');
    const refusal = convertCheckpoint({ checkpoint: folder, out, weights: 'fp32' });
    await expect(refusal).rejects.toMatchObject({ code: 'checkpoint-invalid' });
    await expect(refusal).rejects.toThrow(
      /model\.layers\.0\.mlp\.gate_proj\.weight is \[128, 64\] and should be \[130, 64\]/,
    );
    await expect(refusal).rejects.toThrow('model.norm.weight is missing');
    await expect(refusal).rejects.toThrow('model.vision_tower.mask_decoder.iou_token.weight is missing');
    await expect(refusal).rejects.toThrow('(11 tensors)'); // 3 matrices in 3 layers, and the two names
    await expect(readdir(out)).rejects.toThrow('ENOENT');
  });

  it.each<[string, (config: Record<string, unknown>) => object, string]>([
    ['without sizes', ({ hidden_size: _, ...rest }) => rest, 'hidden_size'],
    ['with an odd head size', (config) => ({ ...config, head_dim: 15 }), 'headSize'],
    [
      'with scaled rotary positions, which are not written',
      (c) => ({ ...c, rope_scaling: { type: 'yarn' } }),
      'rope_scaling',
    ],
    ['with another activation', (config) => ({ ...config, hidden_act: 'gelu' }), 'hidden_act'],
    ['with three levels', (config) => ({ ...config, spex: { vision: { depths: [1, 1, 1] } } }), 'vision.depths'],
    ['whose rotary base stands nowhere', (c) => ({ ...c, rope_parameters: { rope_type: 'yarn' } }), 'rope_parameters'],
    [
      'with heads that do not share keys evenly',
      (c) => ({ ...c, num_key_value_heads: 3 }),
      'the attention heads (4) are no multiple of the key-value heads (3)',
    ],
    [
      'with groups that do not divide the channels',
      (c) => ({ ...c, spex: { ...sizesOf(c), vision: { ...sizesOf(c).vision, groups: [2, 4, 8, 7] } } }),
      'the channels of level 3 (128) are no multiple of its groups (7)',
    ],
    [
      'with a neck that the mask decoder cannot read',
      (c) => ({ ...c, spex: { ...sizesOf(c), vision: { ...sizesOf(c).vision, neck_out: 64 } } }),
      'the channels of neck and mask decoder differ: 64 and 32',
    ],
    [
      'without its own head, though it says it has one',
      (c) => ({ ...c, tie_word_embeddings: false }),
      'lm_head.weight is missing',
    ],
    [
      'with a band nobody knows',
      (c) => ({ ...c, spex: { vision: { spectral: { bands: ['purple'], ratios: true } } } }),
      'bands',
    ],
  ])('%s', async (_, change, reason) => {
    const folder = await copyOf(SPEX_TINY);
    await changeConfig(folder, change);
    const refusal = convertCheckpoint({ checkpoint: folder, out: await temporaryFolder(), weights: 'fp32' });
    await expect(refusal).rejects.toThrow(reason);
    await expect(refusal).rejects.toMatchObject({ code: 'checkpoint-invalid' });
  });

  it.each<[string, readonly string[], string]>([
    ['config.json', ['config.json'], 'no config.json'],
    ['weights', ['model.safetensors'], 'neither model.safetensors'],
    ['any tokenizer', ['tokenizer.json', 'merges.txt'], 'no tokenizer'],
  ])('without %s', async (_, files, reason) => {
    const folder = await copyOf(SPEX_TINY);
    for (const file of files) await rm(join(folder, file));
    const refusal = convertCheckpoint({ checkpoint: folder, out: await temporaryFolder(), weights: 'fp32' });
    await expect(refusal).rejects.toThrow(reason);
  });

  it.each(['config.json', 'generation_config.json', 'tokenizer.json'])('with a damaged %s', async (name) => {
    const folder = await copyOf(SPEX_TINY);
    await writeFile(join(folder, name), '{"hidden_size":');
    const refusal = convertCheckpoint({ checkpoint: folder, out: await temporaryFolder(), weights: 'fp32' });
    await expect(refusal).rejects.toThrow(`${name} is damaged`);
  });

  it('with the tokenizer of another', async () => {
    const folder = await copyOf(SPEX_TINY);
    const path = join(folder, 'tokenizer.json');
    const tokenizer = JSON.parse(await readFile(path, 'utf8'));
    tokenizer.added_tokens.push({ ...tokenizer.added_tokens[0], id: 592, content: '<|tool|>' });
    await writeFile(path, JSON.stringify(tokenizer));
    const refusal = convertCheckpoint({ checkpoint: folder, out: await temporaryFolder(), weights: 'fp32' });
    await expect(refusal).rejects.toThrow('its token "<|tool|>" is number 592, and the model has 592 (vocab_size)');
  });

  it('that does not say which token ends an answer', async () => {
    const folder = await copyOf(SPEX_TINY);
    await rm(join(folder, 'generation_config.json'));
    await changeConfig(folder, ({ eos_token_id: _, ...rest }) => rest);
    const refusal = convertCheckpoint({ checkpoint: folder, out: await temporaryFolder(), weights: 'fp32' });
    await expect(refusal).rejects.toThrow('put eos_token_id into its generation_config.json');
  });
});

describe('a conversion that fails half-way leaves the pack that was there', () => {
  it('when a weight is no number, which it names', async () => {
    const folder = await copyOf(SPEX_TINY);
    // In a tensor of the last graph: the others are written by then.
    await spoil(folder, 'model.vision_tower.mask_decoder.upscale_conv2.bias', 1, Number.NaN);
    await leavesPack(
      (out) => convertCheckpoint({ checkpoint: folder, out, weights: 'fp32' }),
      /In this checkpoint model\.vision_tower\.mask_decoder\.upscale_conv2\.bias holds NaN \(number 2 of 4\)/,
    );
  });

  it('when a number is too large for half floats', async () => {
    const folder = await copyOf(SPEX_TINY);
    await spoil(folder, 'model.embed_tokens.weight', 0, 7e4);
    await leavesPack(
      (out) => convertCheckpoint({ checkpoint: folder, out, weights: 'fp16' }),
      /model\.embed_tokens\.weight holds 70000, too large for half floats: use --weights fp32/,
    );
  });

  it('when the disk is full', async () => {
    const full = Object.assign(new Error('no space left on device, write'), { code: 'ENOSPC' });
    await leavesPack((out) => {
      vi.spyOn(OnnxGraph.prototype, 'write').mockRejectedValueOnce(full);
      return convertCheckpoint({ checkpoint: SPEX_TINY, out, weights: 'int4' });
    }, /The disk is full/);
  });
});

it('replaces the files of the pack that was there, and keeps other files', async () => {
  const folder = await temporaryFolder();
  const out = join(folder, 'pack');
  await convertCheckpoint({ checkpoint: SPEX_TINY, out, weights: 'fp32' });
  await writeFile(join(out, 'MODEL_CARD.md'), 'about it');
  const { pack } = await convertCheckpoint({ checkpoint: COMPACT_TINY, out, weights: 'int8' });
  expect((await loadPack(out)).pack).toEqual(pack);
  expect(await readdir(out)).toContain('MODEL_CARD.md');
  expect(await readdir(folder)).toEqual(['pack']); // nothing left beside it
});

it('takes the head from the files where config.json does not say whose it is', async () => {
  const folder = await copyOf(SPEX_TINY);
  await changeConfig(folder, ({ tie_word_embeddings: _, ...rest }) => rest);
  const { pack } = await convertCheckpoint({ checkpoint: folder, out: await temporaryFolder(), weights: 'fp32' });
  expect(pack.architecture.language.tied).toBe(true);
});

it('names tensors it does not know and keeps quiet about those it rightly leaves out', async () => {
  const folder = await copyOf(SPEX_TINY);
  const unused = 'model.vision_tower.sampromptencoder.not_a_point_embed.weight';
  await renameTensors(folder, { [unused]: 'model.extra' });
  const { unknownTensors } = await convertCheckpoint({
    checkpoint: folder,
    out: await temporaryFolder(),
    weights: 'fp32',
  });
  expect(unknownTensors).toEqual(['model.extra']);
});

async function copyOf(checkpoint: string): Promise<string> {
  const folder = await temporaryFolder();
  await cp(checkpoint, folder, { recursive: true });
  return folder;
}

const sizesOf = (config: Record<string, unknown>) => config.spex_tiny as { vision: object };

/** Sets number `at` of a float32 tensor. */
async function spoil(folder: string, name: string, at: number, value: number): Promise<void> {
  const path = join(folder, 'model.safetensors');
  const bytes = await readFile(path);
  const length = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString('utf8'));
  bytes.writeFloatLE(value, 8 + length + header[name].data_offsets[0] + 4 * at);
  await writeFile(path, bytes);
}

async function leavesPack(fail: (out: string) => Promise<unknown>, reason: RegExp): Promise<void> {
  const folder = await temporaryFolder();
  const out = join(folder, 'pack');
  const { pack } = await convertCheckpoint({ checkpoint: COMPACT_TINY, out, weights: 'int8' });
  await expect(fail(out)).rejects.toThrow(reason);
  expect((await loadPack(out)).pack).toEqual(pack);
  expect(await readdir(folder)).toEqual(['pack']);
}

async function changeConfig(folder: string, change: (config: Record<string, unknown>) => object): Promise<void> {
  const path = join(folder, 'config.json');
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))));
}

/** Renames tensors in the header, whose length stays in its first eight bytes. */
async function renameTensors(folder: string, names: Readonly<Record<string, string>>): Promise<void> {
  const path = join(folder, 'model.safetensors');
  const bytes = await readFile(path);
  const length = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString('utf8')) as Record<string, unknown>;
  const renamed = Object.fromEntries(Object.entries(header).map(([name, entry]) => [names[name] ?? name, entry]));
  const json = Buffer.from(JSON.stringify(renamed));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  await writeFile(path, Buffer.concat([size, json, bytes.subarray(8 + length)]));
}
