import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserFacingError } from '../errors.ts';

/**
 * The content of a `tokenizer.json` for a checkpoint folder: its own, or one made from the slow form (`vocab.json`,
 * `merges.txt`, added tokens), which is all that the published scripts save.
 *
 * @param rows  of the model's embedding table; it may have more of them than there are tokens
 * @throws {UserFacingError} `checkpoint-invalid`, naming the file that is missing or damaged
 */
export async function tokenizerOf(folder: string, rows = Number.POSITIVE_INFINITY): Promise<object> {
  const tokenizer = (await readJson(folder, 'tokenizer.json', fastForm)) ?? (await fromSlowForm(folder));
  const tokens = [...Object.entries(tokenizer.model.vocab), ...tokenizer.added_tokens.map((t) => [t.content, t.id])];
  const beyond = tokens.find(([, id]) => (id as number) >= rows);
  if (!beyond) return tokenizer;
  throw new UserFacingError(
    'checkpoint-invalid',
    `The tokenizer does not belong to this checkpoint: its token ${JSON.stringify(beyond[0])} is number ${beyond[1]}, and the model has ${rows} (vocab_size).`,
  );
}

const id = z.int().nonnegative();

const fastForm = z.looseObject({
  model: z.looseObject({ type: z.literal('BPE'), vocab: z.record(z.string(), id) }),
  added_tokens: z.array(z.looseObject({ id, content: z.string() })),
});

async function fromSlowForm(folder: string): Promise<z.infer<typeof fastForm>> {
  const vocabulary = await readJson(folder, 'vocab.json', z.record(z.string(), id));
  const merges = await readFile(join(folder, 'merges.txt'), 'utf8').catch(() => null);
  if (!vocabulary || merges === null) {
    throw new UserFacingError(
      'checkpoint-invalid',
      'This checkpoint has no tokenizer: put tokenizer.json beside its weights, or vocab.json and merges.txt.',
    );
  }
  return byteLevelBpe(vocabulary, mergeLines(merges), await addedTokens(folder));
}

/** Qwen2's tokenizer in the fast form. */
function byteLevelBpe(
  vocab: Record<string, number>,
  merges: readonly string[],
  added: readonly AddedToken[],
): z.infer<typeof fastForm> {
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added.map((token) => ({ ...token })),
    normalizer: { type: 'NFC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [{ type: 'Split', pattern: { Regex: QWEN2_WORDS }, behavior: 'Isolated', invert: false }, bytes],
    },
    post_processor: bytes,
    decoder: bytes,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges,
    },
  };
}

/** How Qwen2 cuts text before byte pairs are merged; digits stand alone. From its published tokenizer.json. */
export const QWEN2_WORDS =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
}

const flag = z.boolean().default(false);
const decoderEntry = z.object({
  content: z.string(),
  single_word: flag,
  lstrip: flag,
  rstrip: flag,
  normalized: flag,
  special: flag,
});

/** From `tokenizer_config.json` (added_tokens_decoder) where it lists them, else from `added_tokens.json`. */
async function addedTokens(folder: string): Promise<AddedToken[]> {
  const config = await readJson(
    folder,
    'tokenizer_config.json',
    z.looseObject({ added_tokens_decoder: z.record(z.string(), decoderEntry).optional() }),
  );
  const listed = Object.entries(config?.added_tokens_decoder ?? {}).map(([id, token]) => ({
    id: Number(id),
    ...token,
  }));
  if (listed.length > 0) return listed.toSorted((a, b) => a.id - b.id);
  const plain = await readJson(folder, 'added_tokens.json', z.record(z.string(), id));
  return Object.entries(plain ?? {})
    .map(([content, id]) => ({ id, content, ...PLAIN_SPECIAL }))
    .toSorted((a, b) => a.id - b.id);
}

const PLAIN_SPECIAL = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };

const mergeLines = (text: string): string[] =>
  text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'));

/**
 * A JSON file of a checkpoint; null when there is no such file.
 *
 * @throws {UserFacingError} `checkpoint-invalid` when it does not fit the schema
 */
export async function readJson<T>(folder: string, name: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UserFacingError('checkpoint-invalid', `The checkpoint's ${name} is damaged.`, { cause });
  }
}
