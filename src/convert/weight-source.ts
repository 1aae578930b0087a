import { UserFacingError } from '../errors.ts';
import { isFloating, type Safetensors } from './safetensors.ts';

/** Numbers of a checkpoint (or made from them), read when a graph is written. Row-major. */
export interface Weight {
  /** Unique: two weights of one name are the same. */
  readonly name: string;
  readonly dims: readonly number[];
  read(): Promise<Float32Array>;
}

/**
 * The weights a graph asks for, by name and shape. What is missing or misshapen is collected, so that one message can
 * name all of it, before anything is written.
 */
export class WeightSource {
  readonly #tensors: Safetensors;
  readonly #prefix: string;
  readonly #asked: Set<string>;
  readonly #problems: string[];

  constructor(tensors: Safetensors, prefix = '', shared?: { asked: Set<string>; problems: string[] }) {
    this.#tensors = tensors;
    this.#prefix = prefix;
    this.#asked = shared?.asked ?? new Set();
    this.#problems = shared?.problems ?? [];
  }

  /** The same source with names below `prefix`. */
  under(prefix: string): WeightSource {
    const shared = { asked: this.#asked, problems: this.#problems };
    return new WeightSource(this.#tensors, `${this.#prefix}${prefix}`, shared);
  }

  has(name: string): boolean {
    return this.#tensors.entries.has(this.#prefix + name);
  }

  /** Shape as stored; undefined when there is no such tensor. */
  shape(name: string): readonly number[] | undefined {
    return this.#tensors.entries.get(this.#prefix + name)?.shape;
  }

  get(name: string, dims: readonly number[]): Weight {
    const full = this.#prefix + name;
    const entry = this.#tensors.entries.get(full);
    if (!this.#asked.has(full)) {
      if (!entry) this.#problems.push(`${full} is missing`);
      else if (!sameShape(entry.shape, dims)) {
        this.#problems.push(`${full} is [${entry.shape.join(', ')}] and should be [${dims.join(', ')}]`);
      } else if (!isFloating(entry.dtype)) this.#problems.push(`${full} holds ${entry.dtype}`);
    }
    this.#asked.add(full);
    return { name: full, dims, read: () => this.#readFinite(full) };
  }

  /** @throws {UserFacingError} `checkpoint-invalid`: one NaN spreads to the whole answer */
  async #readFinite(name: string): Promise<Float32Array> {
    const values = await this.#tensors.read(name);
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      throw new UserFacingError(
        'checkpoint-invalid',
        `In this checkpoint ${name} holds ${values[i]} (number ${i + 1} of ${values.length}): the file is damaged, or its training went wrong.`,
      );
    }
    return values;
  }

  /** Says that these names, if present, are known and rightly unused. */
  ignore(pattern: RegExp): void {
    for (const name of this.#tensors.entries.keys()) if (pattern.test(name)) this.#asked.add(name);
  }

  /** Names in the files that nothing asked for. */
  unused(): string[] {
    return [...this.#tensors.entries.keys()].filter((name) => !this.#asked.has(name));
  }

  /** @throws {UserFacingError} `checkpoint-invalid`, naming what is missing or misshapen */
  refuseProblems(): void {
    const problems = this.#problems;
    if (problems.length === 0) return;
    const more = problems.length > SHOWN ? `, and ${problems.length - SHOWN} more` : '';
    throw new UserFacingError(
      'checkpoint-invalid',
      `This checkpoint does not fit its config.json (${problems.length} tensors): ${problems.slice(0, SHOWN).join('; ')}${more}.`,
    );
  }
}

/** A weight made from others when it is read. */
export function derived(
  name: string,
  dims: readonly number[],
  from: readonly Weight[],
  make: (...values: Float32Array[]) => Float32Array,
): Weight {
  return { name, dims, read: async () => make(...(await Promise.all(from.map((weight) => weight.read())))) };
}

const SHOWN = 20;

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);
