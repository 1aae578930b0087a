import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { ProtobufWriter } from './protobuf-writer.ts';

/** Name of a value (an edge) in a graph. */
export type Value = string;
export type Dimension = number | string;
export type ElementType = keyof typeof ELEMENT_TYPES;
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** Numbers that are made when the file is written, so that a large model is never in memory as a whole. */
export interface Initializer {
  readonly name: Value;
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** Little endian, row-major. */
  bytes(): Promise<Uint8Array>;
}

/**
 * An ONNX graph under construction. Values are named after the operator that makes them and a counter, so equal
 * construction gives equal files.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the field numbers
 */
export class OnnxGraph {
  readonly #name: string;
  readonly #nodes: Node[] = [];
  readonly #initializers = new Map<Value, Initializer>();
  readonly #inputs: Port[] = [];
  readonly #outputs: Port[] = [];
  readonly #counters = new Map<string, number>();

  constructor(name: string) {
    this.#name = name;
  }

  input(name: string, type: ElementType, dims: readonly Dimension[]): Value {
    this.#inputs.push({ name, type, dims });
    return name;
  }

  /** Declares `value` as the output `name`; dims null = any. */
  output(name: string, value: Value, type: ElementType, dims: readonly Dimension[] | null): void {
    this.#nodes.push({ operator: 'Identity', domain: '', inputs: [value], outputs: [name], attributes: {} });
    this.#outputs.push({ name, type, dims });
  }

  /** Adds an operator with one output. An absent optional input is ''. `Name@domain` for operators outside ONNX. */
  node(operator: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}): Value {
    return this.nodes(operator, inputs, 1, attributes)[0]!;
  }

  nodes(
    operator: string,
    inputs: readonly Value[],
    count: number,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value[] {
    const [type, domain = ''] = operator.split('@') as [string, string?];
    const outputs = Array.from({ length: count }, () => this.#fresh(type));
    this.#nodes.push({ operator: type, domain, inputs, outputs, attributes });
    return outputs;
  }

  /** Initializers of the same name are the same tensor: the first call wins. */
  initializer(initializer: Initializer): Value {
    if (!this.#initializers.has(initializer.name)) this.#initializers.set(initializer.name, initializer);
    return initializer.name;
  }

  integers(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    const array = BigInt64Array.from(values, BigInt);
    return this.#constant('int64', `i:${dims.join('x')}:${values.join(',')}`, dims, array);
  }

  floats(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    return this.#constant('float32', `f:${dims.join('x')}:${values.join(',')}`, dims, Float32Array.from(values));
  }

  /**
   * Writes `path` and, when the weights need more than `inlineLimit` bytes, `path` + `.data` beside it.
   *
   * @returns the base names of the files written
   */
  async write(path: string, inlineLimit = INLINE_LIMIT): Promise<string[]> {
    const tensors = [...this.#initializers.values()];
    const total = tensors.reduce((sum, tensor) => sum + byteLength(tensor), 0);
    const external = total > inlineLimit ? `${path}.data` : null;
    const model = await this.#encode(tensors, external);
    const file = await open(path, 'w');
    try {
      await file.writeFile(model);
    } finally {
      await file.close();
    }
    return external ? [basename(path), basename(external)] : [basename(path)];
  }

  /** The whole model as bytes, weights inside. For graphs of at most a few megabytes. */
  encode(): Promise<Uint8Array> {
    return this.#encode([...this.#initializers.values()], null);
  }

  async #encode(tensors: readonly Initializer[], external: string | null): Promise<Uint8Array> {
    const graph = new ProtobufWriter();
    for (const node of this.#nodes) graph.message(1, (w) => writeNode(w, node));
    graph.text(2, this.#name);
    const data = external ? await open(external, 'w') : null;
    let offset = 0;
    try {
      for (const tensor of tensors) {
        const bytes = await tensor.bytes();
        if (bytes.length !== byteLength(tensor)) {
          throw new Error(`${tensor.name}: ${bytes.length} bytes for ${tensor.type} [${tensor.dims}]`);
        }
        if (!data || bytes.length < EXTERNAL_FROM) {
          graph.message(5, (w) => writeTensor(w, tensor).bytes(9, bytes));
          continue;
        }
        // Page alignment lets ONNX Runtime map the file instead of reading it.
        const start = Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
        await writeAll(data, bytes, start);
        offset = start + bytes.length;
        graph.message(5, (w) => {
          writeTensor(w, tensor);
          const entries = { location: basename(external!), offset: `${start}`, length: `${bytes.length}` };
          for (const [key, value] of Object.entries(entries)) w.message(13, (e) => e.text(1, key).text(2, value));
          w.integer(14, 1);
        });
      }
    } finally {
      await data?.close();
    }
    for (const port of this.#inputs) graph.message(11, (w) => writePort(w, port));
    for (const port of this.#outputs) graph.message(12, (w) => writePort(w, port));
    const model = new ProtobufWriter().integer(1, IR_VERSION).text(2, 'spex-chat').bytes(7, graph.finish());
    for (const [domain, version] of OPSETS) model.message(8, (w) => w.text(1, domain).integer(2, version));
    return model.finish();
  }

  #constant(type: ElementType, key: string, dims: readonly number[], array: ArrayBufferView): Value {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    return this.initializer({ name: key, type, dims, bytes: () => Promise.resolve(bytes) });
  }

  #fresh(type: string): Value {
    const count = this.#counters.get(type) ?? 0;
    this.#counters.set(type, count + 1);
    return `${type}_${count}`;
  }
}

interface Node {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

interface Port {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly Dimension[] | null;
}

/** ONNX's TensorProto.DataType and bytes per element. */
const ELEMENT_TYPES = {
  float32: { code: 1, size: 4 },
  uint8: { code: 2, size: 1 },
  int8: { code: 3, size: 1 },
  int32: { code: 6, size: 4 },
  int64: { code: 7, size: 8 },
  bool: { code: 9, size: 1 },
  float16: { code: 10, size: 2 },
} as const;

const IR_VERSION = 10;
const OPSETS = [
  ['', 22],
  ['com.microsoft', 1],
] as const;

/** A model file itself may not reach 2 GB (protobuf); far below it one file is handier. */
const INLINE_LIMIT = 256 * 1024 * 1024;
const EXTERNAL_FROM = 4096;
const ALIGNMENT = 65536;

/** One call may write less than it was given: at most 2 GB, and what is left of a full disk. */
async function writeAll(file: FileHandle, bytes: Uint8Array, start: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, start + done);
    done += bytesWritten;
  }
}

const byteLength = ({ type, dims }: Initializer): number =>
  dims.reduce((product, n) => product * n, ELEMENT_TYPES[type].size);

function writeNode(w: ProtobufWriter, { operator, domain, inputs, outputs, attributes }: Node): void {
  for (const name of inputs) w.text(1, name);
  for (const name of outputs) w.text(2, name);
  w.text(3, outputs[0]!).text(4, operator);
  for (const [name, value] of Object.entries(attributes)) w.message(5, (a) => writeAttribute(a.text(1, name), value));
  if (domain) w.text(7, domain);
}

/** Field 20 is the attribute's type: 1 float, 2 int, 3 string, 7 ints. */
function writeAttribute(w: ProtobufWriter, value: Attribute): void {
  if (typeof value === 'number') w.integer(3, value).integer(20, 2);
  else if (typeof value === 'string') w.text(4, value).integer(20, 3);
  else if ('float' in value) w.float(2, value.float).integer(20, 1);
  else {
    for (const each of value) w.integer(8, each);
    w.integer(20, 7);
  }
}

function writeTensor(w: ProtobufWriter, { name, type, dims }: Initializer): ProtobufWriter {
  for (const n of dims) w.integer(1, n);
  return w.integer(2, ELEMENT_TYPES[type].code).text(8, name);
}

function writePort(w: ProtobufWriter, { name, type, dims }: Port): void {
  w.text(1, name).message(2, (t) =>
    t.message(1, (tensor) => {
      tensor.integer(1, ELEMENT_TYPES[type].code);
      if (!dims) return;
      tensor.message(2, (shape) => {
        for (const n of dims) {
          shape.message(1, (d) => (typeof n === 'number' ? d.integer(1, n) : d.text(2, n)));
        }
      });
    }),
  );
}
