import { bytesOf } from './bytes-of.ts';
import type { OnnxGraph, Value } from './onnx-graph.ts';
import { quantise, quantiseRows } from './quantise.ts';
import type { Weight } from './weight-source.ts';

export interface QuantisationError {
  readonly tensor: string;
  readonly relativeError: number;
}

/** Where a quantised matrix goes, and who is told what it cost. */
interface Target {
  readonly graph: OnnxGraph;
  readonly errors: QuantisationError[];
}

/**
 * x · Wᵀ with 4 or 8 bits a weight and a scale for each block of columns: small, and fast for few rows of x. For the
 * language model, whose decode steps do little else than read weights.
 *
 * @param x       [n, columns]
 * @param weight  [rows, columns]
 */
export function blockQuantisedLinear({ graph, errors }: Target, x: Value, weight: Weight, bits: 4 | 8): Value {
  const [rows, columns] = weight.dims as [number, number];
  const block = blockFor(columns);
  const blocks = Math.ceil(columns / block);
  const quantised = computedOnce(async () => {
    const result = quantise(await weight.read(), columns, bits, block);
    errors.push({ tensor: weight.name, relativeError: result.relativeError });
    return [result.packed, bytesOf(result.scales)] as const;
  });
  const name = `${weight.name}.q${bits}`;
  const matrix = { name, type: 'uint8' as const, dims: [rows, blocks, (block * bits) / 8], bytes: quantised.first };
  const scales = { name: `${name}.scales`, type: 'float32' as const, dims: [rows * blocks], bytes: quantised.second };
  return graph.node('MatMulNBits@com.microsoft', [x, graph.initializer(matrix), graph.initializer(scales)], {
    K: columns,
    N: rows,
    bits,
    block_size: block,
    // Products of 8-bit integers: activations are rounded block by block, too.
    accuracy_level: 4,
  });
}

/**
 * x · Wᵀ + bias in 8-bit integers, with one scale for x, found while running, and one for each row of W. Nearly twice as fast
 * as float32 for many rows of x: for the vision encoder.
 */
export function dynamicQuantisedLinear({ graph, errors }: Target, x: Value, weight: Weight, bias: Value | null): Value {
  const [rows, columns] = weight.dims as [number, number];
  const quantised = computedOnce(async () => {
    const result = quantiseRows(await weight.read(), columns);
    errors.push({ tensor: weight.name, relativeError: result.relativeError });
    return [bytesOf(result.transposed), bytesOf(result.scales)] as const;
  });
  const name = `${weight.name}.q7`;
  const matrix = { name, type: 'int8' as const, dims: [columns, rows], bytes: quantised.first };
  const scales = { name: `${name}.scales`, type: 'float32' as const, dims: [rows], bytes: quantised.second };
  const inputs = [x, graph.initializer(matrix), graph.initializer(scales), ...(bias ? ['', bias] : [])];
  return graph.node('DynamicQuantizeMatMul@com.microsoft', inputs);
}

/** Two byte strings from one computation, asked for one after the other; nothing is kept afterwards. */
function computedOnce(compute: () => Promise<readonly [Uint8Array, Uint8Array]>) {
  let pending: Promise<readonly [Uint8Array, Uint8Array]> | null = null;
  return {
    first: async (): Promise<Uint8Array> => {
      pending = compute();
      return (await pending)[0];
    },
    second: async (): Promise<Uint8Array> => {
      const [, second] = await (pending ?? compute());
      pending = null;
      return second;
    },
  };
}

/** Numbers per scale. Shorter rows take shorter blocks, so that little is padding. */
const blockFor = (columns: number): number => (columns >= 1024 ? 128 : columns >= 64 ? 32 : 16);
