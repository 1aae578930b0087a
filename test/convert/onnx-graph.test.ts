import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { OnnxGraph } from '../../src/convert/onnx-graph.ts';
import { temporaryFolder } from '../tiny-pack.ts';

/** y = x + w, with w of 2048 numbers: 8 KiB. */
function addition(): OnnxGraph {
  const graph = new OnnxGraph('addition');
  const x = graph.input('x', 'float32', ['n', 2048]);
  const numbers = Float32Array.from({ length: 2048 }, (_, i) => i);
  const w = graph.initializer({
    name: 'w',
    type: 'float32',
    dims: [2048],
    bytes: () => Promise.resolve(new Uint8Array(numbers.buffer)),
  });
  graph.output('y', graph.node('Add', [x, w]), 'float32', ['n', 2048]);
  return graph;
}

async function lastOfSum(model: string | Uint8Array): Promise<number> {
  const session = await (typeof model === 'string'
    ? ort.InferenceSession.create(model)
    : ort.InferenceSession.create(model));
  const { y } = await session.run({ x: new ort.Tensor('float32', new Float32Array(2048).fill(0.5), [1, 2048]) });
  await session.release();
  return (y!.data as Float32Array)[2047]!;
}

it('writes one file that ONNX Runtime runs', async () => {
  const path = join(await temporaryFolder(), 'addition.onnx');
  expect(await addition().write(path)).toEqual(['addition.onnx']);
  expect(await lastOfSum(path)).toBe(2047.5);
});

it('keeps large weights in a file of their own beyond a limit', async () => {
  const path = join(await temporaryFolder(), 'addition.onnx');
  expect(await addition().write(path, 8000)).toEqual(['addition.onnx', 'addition.onnx.data']);
  expect((await stat(path)).size).toBeLessThan(1000);
  expect((await stat(`${path}.data`)).size).toBe(8192);
  expect(await lastOfSum(path)).toBe(2047.5);
});

it('gives equal bytes for equal graphs', async () => {
  const folder = await temporaryFolder();
  await addition().write(join(folder, 'a.onnx'));
  expect(Buffer.compare(await readFile(join(folder, 'a.onnx')), await addition().encode())).toBe(0);
});

it('refuses weights that do not fill their dims', async () => {
  const graph = new OnnxGraph('short');
  graph.initializer({ name: 'w', type: 'int64', dims: [3], bytes: () => Promise.resolve(new Uint8Array(16)) });
  await expect(graph.encode()).rejects.toThrow('w: 16 bytes for int64 [3]');
});
