import { basename, join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { UserFacingError } from '../errors.ts';

/** What we promise about one tensor: `['float32', 1, 3, 512, 512]`, `['int64', 1, 'tokens']`. */
export type TensorSpec = readonly [dtype: ort.Tensor.Type, ...dims: (number | string)[]];
export interface Contract {
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly outputs: Readonly<Record<string, TensorSpec>>;
}

export type Tensors = Readonly<Record<string, ort.Tensor>>;

export interface SessionOptions {
  /** Threads inside an operator. */
  readonly threads: number;
  /** ONNX Runtime's names; only `cpu` comes with the package for every machine. */
  readonly executionProviders?: readonly string[];
  /** Folder for a profile named after the model's file; none is written without it. */
  readonly profile?: string;
}

/** One ONNX file that is known to keep its contract. */
export class OnnxModel {
  readonly #session: ort.InferenceSession;

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  /**
   * @param model  path, or the bytes of a file without external data
   * @throws {Error} when the file's inputs or outputs differ from the contract, so that a foreign model fails here,
   *         in words, and not as noise in a mask
   * @throws {UserFacingError} `model-unavailable` for an execution provider that is not installed
   */
  static async load(model: string | Uint8Array, contract: Contract, options: SessionOptions): Promise<OnnxModel> {
    const session = await createSession(model, options);
    const want = [describe(contract.inputs), describe(contract.outputs)].join(' -> ');
    const got = [found(session.inputMetadata), found(session.outputMetadata)].join(' -> ');
    if (got !== want) {
      await session.release();
      throw new Error(`${typeof model === 'string' ? model : 'the graph'} is ${got}, expected ${want}`);
    }
    return new OnnxModel(session);
  }

  /** Blocks this thread until the model is done: call it in the model process only. */
  async run(feeds: Tensors): Promise<Record<string, ort.Tensor>> {
    return (await this.#session.run(feeds)) as Record<string, ort.Tensor>;
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/** @throws {UserFacingError} `model-unavailable`, naming what is not there and what to install */
function createSession(model: string | Uint8Array, options: SessionOptions): Promise<ort.InferenceSession> {
  const providers = options.executionProviders ?? ['cpu'];
  const known = new Set(ort.listSupportedBackends().map(({ name }) => name));
  const unknown = providers.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new UserFacingError(
      'model-unavailable',
      `The execution provider ${unknown.join(', ')} is not in the installed onnxruntime-node (it has ${[...known].join(', ')}). ` +
        'Use cpu, or install an onnxruntime-node build with that provider and its drivers.',
    );
  }
  const settings: ort.InferenceSession.SessionOptions = {
    executionProviders: [...providers],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    ...(options.profile && typeof model === 'string'
      ? { enableProfiling: true, profileFilePrefix: join(options.profile, basename(model, '.onnx')) }
      : {}),
  };
  return typeof model === 'string'
    ? ort.InferenceSession.create(model, settings)
    : ort.InferenceSession.create(model, settings);
}

const describe = (specs: Readonly<Record<string, TensorSpec>>): string =>
  Object.entries(specs)
    .map(([name, [dtype, ...dims]]) => `${name}:${dtype}[${dims}]`)
    .toSorted()
    .join(' ');

const found = (metadata: readonly ort.InferenceSession.ValueMetadata[]): string =>
  metadata
    .map((m) => (m.isTensor ? `${m.name}:${m.type}[${m.shape}]` : `${m.name}:not-a-tensor`))
    .toSorted()
    .join(' ');
