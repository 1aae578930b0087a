import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserFacingError } from '../errors.ts';
import { bytesOf } from './bytes-of.ts';
import { toFloat16 } from './float16.ts';

export interface RandomCheckpointOptions {
  /** JSON with `tensors` [{name, shape}] and `llm` sizes: `dims-full.json` of a parity kit. */
  readonly dims: string;
  readonly out: string;
  readonly seed?: number;
  onProgress?(line: string): void;
}

/** A shard holds at least one tensor and, beyond that, at most this many bytes. */
const SHARD_BYTES = 1024 ** 3;

/**
 * Writes a checkpoint of the given names and shapes with seeded random weights as half floats, in shards, with a
 * tokenizer in the slow form: what somebody with the published weights has, as far as sizes go. The weights are scaled
 * by fan-in, so that activations stay near 1; what such a model says means nothing.
 */
export async function writeRandomCheckpoint(options: RandomCheckpointOptions): Promise<void> {
  const { tensors, llm, vocab_size } = await readDims(options.dims);
  await mkdir(options.out, { recursive: true });
  const random = new Random(options.seed ?? 1);
  const shards = shardsOf(tensors);
  const weightMap: Record<string, string> = {};
  for (const [i, shard] of shards.entries()) {
    const name = `model-${numbered(i + 1)}-of-${numbered(shards.length)}.safetensors`;
    options.onProgress?.(`writing ${name}`);
    for (const tensor of shard) weightMap[tensor.name] = name;
    await writeShard(join(options.out, name), shard, random);
  }
  const index = { metadata: { total_size: 2 * tensors.reduce((sum, t) => sum + sizeOf(t), 0) }, weight_map: weightMap };
  await writeJson(options.out, 'model.safetensors.index.json', index);
  await writeTokenizer(options.out, vocab_size);
  const [eos, pad] = [NAMED_SPECIALS.indexOf('<|im_end|>'), 0].map((i) => vocab_size - SPECIALS + i);
  await writeJson(options.out, 'generation_config.json', { eos_token_id: [eos, pad], pad_token_id: pad });
  await writeJson(options.out, 'config.json', {
    architectures: ['LlavaQwenForCausalLM'],
    model_type: 'llava_qwen',
    eos_token_id: eos,
    hidden_act: 'silu',
    hidden_size: llm.hidden_size,
    intermediate_size: llm.intermediate_size,
    max_position_embeddings: 32768,
    mm_projector_type: 'mlp2x_gelu',
    num_attention_heads: llm.heads,
    num_hidden_layers: llm.layers,
    num_key_value_heads: llm.kv_heads,
    rms_norm_eps: llm.rms_norm_eps,
    rope_theta: llm.rope_theta,
    tie_word_embeddings: llm.tie_word_embeddings,
    tokenizer_model_max_length: 8192,
    torch_dtype: 'float16',
    vocab_size,
  });
}

const size = z.int().positive();
const dimsSchema = z.object({
  vocab_size: size,
  llm: z.object({
    hidden_size: size,
    layers: size,
    heads: size,
    kv_heads: size,
    intermediate_size: size,
    rope_theta: z.number(),
    rms_norm_eps: z.number(),
    tie_word_embeddings: z.boolean(),
  }),
  tensors: z.array(z.object({ name: z.string(), shape: z.array(size) })).min(1),
});

type TensorDims = z.infer<typeof dimsSchema>['tensors'][number];

async function readDims(path: string): Promise<z.infer<typeof dimsSchema>> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new UserFacingError('wrong-usage', 'There is no file of tensor names and shapes; give one with --dims.', {
      cause,
    });
  });
  return dimsSchema.parse(JSON.parse(text));
}

function shardsOf(tensors: readonly TensorDims[]): TensorDims[][] {
  const shards: TensorDims[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const tensor of tensors) {
    if (bytes + 2 * sizeOf(tensor) > SHARD_BYTES) {
      shards.push([]);
      bytes = 0;
    }
    shards.at(-1)!.push(tensor);
    bytes += 2 * sizeOf(tensor);
  }
  return shards;
}

async function writeShard(path: string, tensors: readonly TensorDims[], random: Random): Promise<void> {
  const header: Record<string, object> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const { name, shape } of tensors) {
    const end = offset + 2 * sizeOf({ shape });
    header[name] = { dtype: 'F16', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = await open(path, 'w');
  try {
    await file.writeFile(length);
    await file.writeFile(json);
    for (const { name, shape } of tensors) {
      const { centre, spread } = distribution(name, shape);
      await file.writeFile(bytesOf(toFloat16(random.uniform(sizeOf({ shape }), centre, spread))));
    }
  } finally {
    await file.close();
  }
}

/** Centre and standard deviation for a tensor, by what its name and shape say it is. */
function distribution(name: string, shape: readonly number[]): { centre: number; spread: number } {
  if (/norm.*weight$|\.weight[12]$|fuse_all\.1\.weight$/.test(name)) return { centre: 1, spread: 0.05 };
  if (/embed_tokens|iou_token|mask_tokens|newline|no_mask_embed|point_embed|positional_embedding/.test(name))
    return { centre: 0, spread: 1 };
  if (shape.length === 1) return { centre: 0, spread: 0.02 };
  const fanIn = shape.slice(1).reduce((product, n) => product * n, 1);
  return { centre: 0, spread: 1 / Math.sqrt(fanIn) };
}

/** xorshift32 (Marsaglia 2003): seeded, and fast enough for 1.8 billion numbers. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  uniform(count: number, centre: number, spread: number): Float32Array {
    const values = new Float32Array(count);
    // A uniform distribution of width w has the standard deviation w / √12.
    const factor = (spread * Math.sqrt(12)) / 2 ** 32;
    let state = this.#state;
    for (let i = 0; i < count; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      values[i] = centre + state * factor;
    }
    this.#state = state;
    return values;
  }
}

const NAMED_SPECIALS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];

/** Rows at the end of the vocabulary that are special tokens: 151,643 entries are left, as in Qwen2. */
const SPECIALS = 293;

/** Byte-level BPE in the slow form: bytes, then merges of letters, short before long. Digits never merge. */
async function writeTokenizer(folder: string, rows: number): Promise<void> {
  const vocabulary = byteSymbols();
  const merges: string[] = [];
  const target = rows - SPECIALS;
  for (const [left, right] of letterPairs()) {
    if (vocabulary.length === target) break;
    merges.push(`${left} ${right}`);
    vocabulary.push(left + right);
  }
  const specials = Array.from({ length: SPECIALS }, (_, i) => NAMED_SPECIALS[i] ?? `<|extra_${i}|>`);
  const added = specials.map((content, i): [string, number] => [content, target + i]);
  const flags = { lstrip: false, normalized: false, rstrip: false, single_word: false, special: true };
  await writeJson(folder, 'vocab.json', Object.fromEntries(vocabulary.map((token, id) => [token, id])));
  await writeFile(join(folder, 'merges.txt'), `#version: 0.2\n${merges.join('\n')}\n`);
  await writeJson(folder, 'added_tokens.json', Object.fromEntries(added));
  await writeJson(folder, 'tokenizer_config.json', {
    added_tokens_decoder: Object.fromEntries(added.map(([content, id]) => [id, { content, ...flags }])),
    tokenizer_class: 'Qwen2Tokenizer',
  });
}

/** The 256 characters that stand for bytes in byte-level BPE (Radford et al. 2019): printable ones for themselves. */
function byteSymbols(): string[] {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

/** Two letters, a space before two letters, then pairs of pairs: words come out at about three letters a token. */
function* letterPairs(): Generator<[string, string]> {
  const letters = 'etaoinshrdlucmfwygpbvkqxjz';
  const pairs = [...letters].flatMap((a) => [...letters].map((b) => a + b));
  for (const pair of pairs) yield [pair[0]!, pair[1]!];
  for (const pair of pairs) yield ['Ġ', pair];
  for (const first of pairs) for (const second of pairs) yield [first, second];
}

const sizeOf = ({ shape }: Pick<TensorDims, 'shape'>): number => shape.reduce((product, n) => product * n, 1);
const numbered = (n: number): string => `${n}`.padStart(5, '0');

const writeJson = (folder: string, name: string, value: unknown): Promise<void> =>
  writeFile(join(folder, name), `${JSON.stringify(value, null, 1)}\n`);
