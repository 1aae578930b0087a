import { UserFacingError } from '../errors.ts';
import { type ChatPrompt, chatPrompt } from './chat-prompt.ts';
import { FeatureCache } from './feature-cache.ts';
import { type Generated, generate } from './generate.ts';
import type { KvBatch } from './kv-batch.ts';
import { type KvCache, type KvPrefix, kvBytes } from './kv-cache.ts';
import { kvSizes, LanguageModel } from './language-model.ts';
import { type DecodedMask, MaskDecoder } from './mask-decoder.ts';
import { checkMemory } from './memory.ts';
import type { SessionOptions } from './onnx-model.ts';
import { loadPack, type Pack } from './pack.ts';
import { Tokenizer } from './tokenizer.ts';
import { type Chip, VisionEncoder, type VisionFeatures } from './vision-encoder.ts';

export interface SpexOptions {
  readonly threads: number;
  /** Most memory this process may take, MiB; without it, what the machine has free. */
  readonly memoryMb?: number;
  /** ONNX Runtime's names, `cpu` by default. */
  readonly executionProviders?: readonly string[];
  /** Folder for ONNX Runtime's profiles, one file a session, complete after `release`; none are written without it. */
  readonly profile?: string;
}

/** A chip as the model sees it. Opaque to callers; kept and shared by `SpexModel.encode`. */
export interface ChipFeatures extends VisionFeatures {
  readonly size: number;
  readonly seconds: number;
  /** Keys and values of system line, user header and image tokens, filled by the first answer. */
  prefix: { readonly ids: readonly number[]; readonly kv: KvPrefix } | null;
}

export interface AnswerOptions {
  readonly signal?: AbortSignal;
  /** The text so far, after each token that made it longer. */
  onToken?(textSoFar: string): void;
  readonly maxNewTokens?: number;
  /** For ablation: the mask is prompted by the mean of all hidden states instead of four means of stretches. */
  readonly singleCondensationToken?: boolean;
}

/** One of several answers that are asked for together. */
export interface AnswerRequest {
  readonly features: ChipFeatures;
  readonly prompt: string;
  /** As in `AnswerOptions`. */
  onToken?(textSoFar: string): void;
}

export interface Answer extends DecodedMask {
  readonly text: string;
  /** Generated ids, the one that ended the answer included. */
  readonly ids: readonly number[];
  readonly promptTokens: number;
  /** Hidden states that prompted the mask, [n, width]. */
  readonly hidden: Float32Array;
  /** True when the model ended at once, so that the state of the prompt's last position prompted the mask. */
  readonly empty: boolean;
  readonly seconds: {
    /** Image prefix; 0 when it was cached. */
    readonly prefix: number;
    readonly prefill: number;
    /** Of all answers that were asked for together. */
    readonly decode: number;
    readonly mask: number;
  };
}

/** An answer before its mask is decoded. */
interface Written extends Pick<Answer, 'ids' | 'hidden' | 'promptTokens'>, Pick<Generated, 'fromPrompt'> {
  readonly seconds: Omit<Answer['seconds'], 'mask'>;
}

/**
 * SPEX: a chip and a prompt in, a text and mask logits out. Runs in the model process, one request at a time.
 *
 * Vision features are kept per chip, and with them the KV cache of everything up to the last image token, which every
 * target and question on that chip shares.
 */
export class SpexModel {
  readonly pack: Pack;
  readonly #tokenizer: Tokenizer;
  readonly #vision: VisionEncoder;
  readonly #language: LanguageModel;
  readonly #mask: MaskDecoder;
  readonly #features: FeatureCache<ChipFeatures>;
  #batch: KvBatch | null = null;

  private constructor(
    pack: Pack,
    parts: { tokenizer: Tokenizer; vision: VisionEncoder; language: LanguageModel; mask: MaskDecoder },
  ) {
    this.pack = pack;
    this.#tokenizer = parts.tokenizer;
    this.#vision = parts.vision;
    this.#language = parts.language;
    this.#mask = parts.mask;
    this.#features = new FeatureCache(FEATURE_CACHE_BYTES);
  }

  /**
   * @throws {UserFacingError} `model-unavailable` (no pack, not enough memory, unknown execution provider) or
   *         `pack-corrupt`; nothing is loaded then
   */
  static async load(folder: string, options: SpexOptions): Promise<SpexModel> {
    const loaded = await loadPack(folder);
    checkMemory(loaded, options.memoryMb);
    const { pack } = loaded;
    const session: SessionOptions = {
      threads: options.threads,
      ...(options.executionProviders ? { executionProviders: options.executionProviders } : {}),
      ...(options.profile ? { profile: options.profile } : {}),
    };
    return new SpexModel(pack, {
      tokenizer: await Tokenizer.load(`${folder}/tokenizer.json`),
      vision: await VisionEncoder.load(folder, pack, session),
      language: await LanguageModel.load(folder, pack.architecture.language, session),
      mask: await MaskDecoder.load(folder, pack.architecture, session),
    });
  }

  /**
   * Vision features of a chip. `key` stands for the chip's pixels: the same key gives the features kept under it.
   *
   * @throws {RangeError} when the chip does not fit the pack
   */
  async encode(chip: Chip, key: string): Promise<ChipFeatures> {
    const kept = this.encoded(key);
    if (kept) return kept;
    const started = performance.now();
    const vision = await this.#vision.encode(chip);
    const features = { ...vision, size: chip.size, seconds: secondsSince(started), prefix: null };
    this.#features.set(key, features, this.#bytesOf(features));
    return features;
  }

  /** The features kept under this key; they go when those of other chips need the room. */
  encoded(key: string): ChipFeatures | undefined {
    return this.#features.get(key);
  }

  /**
   * The model's answer to `prompt`, a person's or a SPIE text with `<image>` once in it, about a chip.
   *
   * @throws {UserFacingError} `wrong-usage` when the prompt is longer than the model's context
   * @throws the signal's reason, between two tokens
   */
  async answer(features: ChipFeatures, prompt: string, options: AnswerOptions = {}): Promise<Answer> {
    const { onToken, ...rest } = options;
    const [answer] = await this.answerTogether([{ features, prompt, ...(onToken ? { onToken } : {}) }], rest);
    return answer!;
  }

  /** The text of an answer alone: no mask is decoded. Otherwise like `answer`. */
  async explain(
    features: ChipFeatures,
    prompt: string,
    options: Pick<AnswerOptions, 'signal' | 'onToken'> = {},
  ): Promise<string> {
    const { onToken, ...rest } = options;
    const [written] = await this.#write([{ features, prompt, ...(onToken ? { onToken } : {}) }], rest);
    return this.#tokenizer.decode(written!.ids);
  }

  /** How many answers to ask for together at most: what their keys and values may take is limited. */
  get answersTogether(): number {
    const each = kvBytes(kvSizes(this.pack.architecture.language), USUAL_POSITIONS);
    return Math.min(Math.max(Math.floor(BATCH_BYTES / each), 1), MOST_TOGETHER);
  }

  /**
   * Answers about several chips or targets, decoded together: a step for several texts takes hardly longer than for one.
   * They are what `answer` gives one by one, except that the text with the least room in the context limits all.
   */
  async answerTogether(
    requests: readonly AnswerRequest[],
    options: Omit<AnswerOptions, 'onToken'> = {},
  ): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const [i, { seconds, fromPrompt, ...written }] of (await this.#write(requests, options)).entries()) {
      const started = performance.now();
      const mask = await this.maskFrom(requests[i]!.features, written.hidden, options);
      const text = this.#tokenizer.decode(written.ids);
      answers.push({
        text,
        ...written,
        empty: fromPrompt,
        ...mask,
        seconds: { ...seconds, mask: secondsSince(started) },
      });
    }
    return answers;
  }

  /** What the model writes, with the hidden states of it. */
  async #write(
    requests: readonly AnswerRequest[],
    { signal, ...options }: Pick<AnswerOptions, 'signal' | 'maxNewTokens'>,
  ): Promise<Written[]> {
    signal?.throwIfAborted();
    const prompts = requests.map(({ features, prompt }) => this.#promptFor(features, prompt));
    const longest = Math.max(...prompts.map(({ tokens }) => tokens));
    const { context } = this.pack.architecture.language;
    const maxNewTokens = Math.min(options.maxNewTokens ?? this.pack.maxNewTokens, context - longest);
    const batch = this.#batchFor(requests.length, longest + maxNewTokens);
    const prefixSeconds: number[] = [];
    for (const [i, { features }] of requests.entries()) {
      prefixSeconds.push(await this.#fillPrefix(batch.texts[i]!, features, prompts[i]!.before, signal));
    }
    const rests: Float32Array[] = [];
    for (const { after } of prompts) rests.push(await this.#language.embed(after));
    const shown = requests.map(() => 0);
    const generated = await generate(this.#language, batch, rests, {
      eos: this.pack.eos,
      repetitionPenalty: this.pack.repetitionPenalty,
      maxNewTokens,
      ...(signal ? { signal } : {}),
      onToken: (i, ids) => {
        const { onToken } = requests[i]!;
        if (!onToken) return;
        // A character of several bytes may still be incomplete at the end.
        const text = this.#tokenizer.decode(ids).replace(/\uFFFD+$/, '');
        if (text.length > shown[i]!) onToken(text);
        shown[i] = text.length;
      },
    });
    return generated.map(({ ids, hidden, fromPrompt, prefillSeconds, decodeSeconds }, i) => ({
      ids,
      hidden,
      fromPrompt,
      promptTokens: prompts[i]!.tokens,
      seconds: { prefix: prefixSeconds[i]!, prefill: prefillSeconds, decode: decodeSeconds },
    }));
  }

  /** The mask that these hidden states prompt on this chip; `answer` uses its own, an evaluation may swap them. */
  maskFrom(
    features: ChipFeatures,
    hidden: Float32Array,
    options: Pick<AnswerOptions, 'singleCondensationToken'> = {},
  ): Promise<DecodedMask> {
    // Every pool over one row is that row, so the four prompt tokens become one, four times.
    const states = options.singleCondensationToken ? meanRow(hidden, this.#language.sizes.width) : hidden;
    return this.#mask.decode(states, features);
  }

  /** Frees everything ONNX Runtime holds. */
  async release(): Promise<void> {
    await this.#vision.release();
    await this.#language.release();
    await this.#mask.release();
  }

  /** @throws {UserFacingError} `wrong-usage` when nothing of the context would be left for an answer */
  #promptFor(features: ChipFeatures, text: string): ChatPrompt & { readonly tokens: number } {
    const prompt = chatPrompt(this.#tokenizer, this.pack.prompt.chatTemplate, text);
    const tokens = prompt.before.length + features.imageTokens.dims[1]! + prompt.after.length;
    const { context } = this.pack.architecture.language;
    if (tokens < context) return { ...prompt, tokens };
    throw new UserFacingError(
      'wrong-usage',
      `This prompt is too long for the model: ${tokens} tokens with the image, and its context holds ${context}. Ask with fewer words.`,
    );
  }

  /** Brings the cache to the end of the image tokens; returns the seconds that took beyond copying. */
  async #fillPrefix(
    cache: KvCache,
    features: ChipFeatures,
    ids: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<number> {
    if (features.prefix && sameIds(features.prefix.ids, ids)) {
      cache.restore(features.prefix.kv);
      return 0;
    }
    const started = performance.now();
    const text = await this.#language.embed(ids);
    const image = features.imageTokens.data as Float32Array;
    const embeddings = new Float32Array(text.length + image.length);
    embeddings.set(text);
    embeddings.set(image, text.length);
    cache.length = 0;
    await this.#language.forward(embeddings, cache, signal ? { signal } : {});
    features.prefix = { ids, kv: cache.take(cache.length) };
    return secondsSince(started);
  }

  /** The memory of the last answers, made anew only for longer texts or another number of them. */
  #batchFor(count: number, positions: number): KvBatch {
    if (!this.#batch || this.#batch.capacity < positions || this.#batch.texts.length !== count) {
      this.#batch = null; // so that the old one can go before the new one comes
      const rounded = Math.ceil(positions / CAPACITY_STEP) * CAPACITY_STEP;
      this.#batch = this.#language.newBatch(Math.min(rounded, this.pack.architecture.language.context), count);
    }
    return this.#batch;
  }

  /** Counts the prefix as if it were there already: it comes with the first answer. */
  #bytesOf({ imageTokens, maskFeatures, fineFeatures }: VisionFeatures): number {
    const tensors = [imageTokens, maskFeatures, ...(fineFeatures ? [fineFeatures] : [])];
    const values = tensors.reduce((sum, tensor) => sum + tensor.size, 0);
    const header = 32;
    return values * 4 + kvBytes(kvSizes(this.pack.architecture.language), imageTokens.dims[1]! + header);
  }
}

/** Chips whose features are kept take at most this much, whatever the pack: four of the published model, forty compact ones. */
const FEATURE_CACHE_BYTES = 512 * 1024 * 1024;

/** Capacity grows in these steps, so that prompts of nearly equal length share the memory. */
const CAPACITY_STEP = 256;

/** Keys and values of answers decoded together: two texts of the published model, eight of the compact one. */
const BATCH_BYTES = 256 * 1024 * 1024;
const USUAL_POSITIONS = 2048;

/** More would save little: by then the sums, not the reading of weights, take the time. */
const MOST_TOGETHER = 8;

const secondsSince = (started: number): number => (performance.now() - started) / 1000;

const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);

function meanRow(rows: Float32Array, width: number): Float32Array {
  const mean = new Float32Array(width);
  const count = rows.length / width;
  for (let i = 0; i < rows.length; i++) mean[i % width]! += rows[i]! / count;
  return mean;
}
