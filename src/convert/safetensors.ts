import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserFacingError } from '../errors.ts';
import { fromBfloat16, fromFloat16 } from './float16.ts';

/** Where one tensor lies. */
export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Absolute path, and bytes [start, end) in that file. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The tensors of a safetensors file, or of several with an index. Only headers are in memory; a tensor is read when it
 * is asked for.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export class Safetensors {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** Text beside the tensors (`__metadata__`), of the first file. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly #files = new Map<string, FileHandle>();

  private constructor(entries: ReadonlyMap<string, TensorEntry>, metadata: Readonly<Record<string, string>>) {
    this.entries = entries;
    this.metadata = metadata;
  }

  /** @throws {UserFacingError} `checkpoint-invalid` when the file is not safetensors, or is cut off */
  static async open(...paths: string[]): Promise<Safetensors> {
    const headers = await Promise.all(paths.map(readHeader));
    const entries = new Map(headers.flatMap(({ entries }) => entries));
    return new Safetensors(entries, headers[0]?.metadata ?? {});
  }

  /** The folder's `model.safetensors`, or the shards named in `model.safetensors.index.json`. */
  static async openFolder(folder: string): Promise<Safetensors> {
    if (await exists(join(folder, 'model.safetensors'))) return Safetensors.open(join(folder, 'model.safetensors'));
    const indexPath = join(folder, 'model.safetensors.index.json');
    if (await exists(indexPath)) {
      const index = shardIndex.safeParse(
        parseJson(await readFile(indexPath, 'utf8'), 'Its model.safetensors.index.json'),
      );
      if (!index.success) throw invalid('Its model.safetensors.index.json has no proper weight_map.');
      const shards = [...new Set(Object.values(index.data.weight_map))].sort();
      const missing = await missingOf(folder, shards);
      if (missing.length > 0) throw invalid(`Of its shards these are missing: ${missing.join(', ')}.`);
      return Safetensors.open(...shards.map((name) => join(folder, name)));
    }
    if (await exists(join(folder, 'pytorch_model.bin'))) throw invalid(PICKLE_HINT);
    if (await exists(join(folder, 'pytorch_model.bin.index.json'))) throw invalid(PICKLE_HINT);
    throw invalid('It has neither model.safetensors nor model.safetensors.index.json.');
  }

  /**
   * A tensor as float32, whatever floating type it is stored in.
   *
   * @throws {Error} when there is no such tensor, or it holds integers
   */
  async read(name: string): Promise<Float32Array> {
    const entry = this.#entry(name);
    const decode = FLOATS[entry.dtype];
    if (!decode) throw new Error(`${name} holds ${entry.dtype}, not floating point numbers`);
    return decode(await this.#bytes(entry));
  }

  /** An I64 or I32 tensor. */
  async readIntegers(name: string): Promise<number[]> {
    const entry = this.#entry(name);
    const { buffer } = await this.#bytes(entry);
    if (entry.dtype === 'I64') return Array.from(new BigInt64Array(buffer), Number);
    if (entry.dtype === 'I32') return Array.from(new Int32Array(buffer));
    throw new Error(`${name} holds ${entry.dtype}, not integers`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.close()));
    this.#files.clear();
  }

  #entry(name: string): TensorEntry {
    const entry = this.entries.get(name);
    if (!entry) throw new Error(`no tensor ${name}`);
    return entry;
  }

  /** A buffer of its own for each tensor, so that typed views are aligned and nothing larger stays alive. */
  async #bytes({ file, start, end }: TensorEntry): Promise<Uint8Array<ArrayBuffer>> {
    let handle = this.#files.get(file);
    if (!handle) {
      handle = await open(file, 'r');
      this.#files.set(file, handle);
    }
    const bytes = new Uint8Array(end - start);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, done, Math.min(bytes.length - done, 1 << 30), start + done);
      if (bytesRead === 0) throw new Error(`${file} ended early`);
      done += bytesRead;
    }
    return bytes;
  }
}

/** Whether a safetensors element type holds floating point numbers we can read. */
export const isFloating = (dtype: string): boolean => dtype in FLOATS;

const FLOATS: Readonly<Record<string, (bytes: Uint8Array<ArrayBuffer>) => Float32Array>> = {
  F64: ({ buffer }) => Float32Array.from(new Float64Array(buffer)),
  F32: ({ buffer }) => new Float32Array(buffer),
  F16: ({ buffer }) => fromFloat16(new Uint16Array(buffer)),
  BF16: ({ buffer }) => fromBfloat16(new Uint16Array(buffer)),
};

const BYTES: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** Larger headers are refused; the full published model's is 0.2 MB. */
const MAX_HEADER = 64 * 1024 * 1024;

const shardIndex = z.object({ weight_map: z.record(z.string(), z.string().regex(/^\w[\w.-]*$/)) });

const header = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(z.int().nonnegative()),
    data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
  }),
);

const PICKLE_HINT =
  'Its weights are a pytorch_model.bin, which is a Python pickle and can run code when it is opened. ' +
  'Turn it into safetensors once, where PyTorch is installed: ' +
  `python -c "import torch, safetensors.torch as s; w = torch.load('pytorch_model.bin', map_location='cpu', weights_only=True); ` +
  `s.save_file({k: v.contiguous().clone() for k, v in w.items()}, 'model.safetensors')"`;

async function readHeader(path: string) {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Buffer.alloc(8);
    await file.read(length, 0, 8, 0);
    const headerSize = Number(length.readBigUInt64LE());
    if (size < 8 || headerSize > Math.min(size - 8, MAX_HEADER)) throw invalid(`${path} is no safetensors file.`);
    const text = Buffer.alloc(headerSize);
    await file.read(text, 0, headerSize, 8);
    const { __metadata__, ...rest } = parseJson(text.toString('utf8'), `The header of ${path}`);
    const parsed = header.safeParse(rest);
    if (!parsed.success) throw invalid(`The header of ${path} is damaged.`);
    const entries = Object.entries(parsed.data).map(([name, { dtype, shape, data_offsets }]): [string, TensorEntry] => {
      const [start, end] = data_offsets.map((offset) => offset + 8 + headerSize) as [number, number];
      const count = shape.reduce((product, n) => product * n, 1);
      if (end > size) throw invalid(`${path} is cut off: ${name} ends at byte ${end} of ${size}.`);
      if (end - start !== count * (BYTES[dtype] ?? Number.NaN)) {
        throw invalid(`In ${path} the tensor ${name} has ${end - start} bytes for ${dtype} [${shape}].`);
      }
      return [name, { dtype, shape, file: path, start, end }];
    });
    return { entries, metadata: z.record(z.string(), z.string()).catch({}).parse(__metadata__) };
  } finally {
    await file.close();
  }
}

function parseJson(text: string, what: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw invalid(`${what} is damaged.`, cause);
  }
}

const invalid = (reason: string, cause?: unknown): UserFacingError =>
  new UserFacingError('checkpoint-invalid', `I can't convert this checkpoint. ${reason}`, { cause });

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function missingOf(folder: string, names: readonly string[]): Promise<string[]> {
  const present = await Promise.all(names.map((name) => exists(join(folder, name))));
  return names.filter((_, i) => !present[i]);
}
