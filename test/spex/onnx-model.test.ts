import { expect, it } from 'vitest';
import { OnnxGraph } from '../../src/convert/onnx-graph.ts';
import { type Contract, OnnxModel } from '../../src/spex/onnx-model.ts';

const contract: Contract = { inputs: { x: ['float32', 1, 'n'] }, outputs: { y: ['float32', 1, 'n'] } };

async function negation(dims: readonly (number | string)[]): Promise<Uint8Array> {
  const graph = new OnnxGraph('negation');
  graph.output('y', graph.node('Neg', [graph.input('x', 'float32', dims)]), 'float32', dims);
  return graph.encode();
}

it('loads a file that keeps its contract', async () => {
  const model = await OnnxModel.load(await negation([1, 'n']), contract, { threads: 1 });
  await model.release();
});

it('refuses one that does not, and says how', async () => {
  const load = OnnxModel.load(await negation([2, 'n']), contract, { threads: 1 });
  await expect(load).rejects.toThrow(
    'the graph is x:float32[2,n] -> y:float32[2,n], expected x:float32[1,n] -> y:float32[1,n]',
  );
});
