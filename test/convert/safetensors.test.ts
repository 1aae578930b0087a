import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Safetensors } from '../../src/convert/safetensors.ts';
import { temporaryFolder } from '../tiny-pack.ts';

/** The bytes of a safetensors file with this header, or this text instead of one. */
function fileOf(header: object | string, payload: Uint8Array): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, payload]);
}

async function written(bytes: Uint8Array, name = 'model.safetensors'): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, bytes);
  return path;
}

const two = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };

describe('reading', () => {
  it('finds a tensor by its offsets, whatever its type', async () => {
    const payload = Buffer.from('0000803f00000040' + '003c' + '803f' + '0700000000000000' + '000000000000f83f', 'hex');
    const path = await written(
      fileOf(
        {
          __metadata__: { format: 'pt' },
          a: two,
          h: { dtype: 'F16', shape: [1], data_offsets: [8, 10] },
          b: { dtype: 'BF16', shape: [1, 1], data_offsets: [10, 12] },
          n: { dtype: 'I64', shape: [], data_offsets: [12, 20] },
          d: { dtype: 'F64', shape: [1], data_offsets: [20, 28] },
        },
        payload,
      ),
    );
    const tensors = await Safetensors.open(path);
    expect([...(await tensors.read('a'))]).toEqual([1, 2]);
    expect([...(await tensors.read('h'))]).toEqual([1]);
    expect([...(await tensors.read('b'))]).toEqual([1]);
    expect([...(await tensors.read('d'))]).toEqual([1.5]);
    expect(await tensors.readIntegers('n')).toEqual([7]);
    expect(tensors.metadata).toEqual({ format: 'pt' });
    await expect(tensors.read('n')).rejects.toThrow('n holds I64');
    await expect(tensors.read('x')).rejects.toThrow('no tensor x');
    await tensors.close();
  });

  it('reads shards through their index', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'one.safetensors'), fileOf({ a: two }, Buffer.from('0000803f00000040', 'hex')));
    await writeFile(join(folder, 'two.safetensors'), fileOf({ b: two }, Buffer.from('0000404000008040', 'hex')));
    const index = { weight_map: { a: 'one.safetensors', b: 'two.safetensors' } };
    await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
    const tensors = await Safetensors.openFolder(folder);
    expect([...(await tensors.read('a')), ...(await tensors.read('b'))]).toEqual([1, 2, 3, 4]);
    await tensors.close();
  });
});

describe('refusing', () => {
  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'no safetensors file'],
    ['a text', Buffer.from('<!DOCTYPE html><html>not found</html>'), 'no safetensors file'],
    ['a header longer than the file', fileOf({ a: two }, new Uint8Array(0)).subarray(0, 30), 'no safetensors file'],
    [
      'a header said to be longer than a file can be',
      Buffer.from('ffffffffffffffff7b7d', 'hex'),
      'no safetensors file',
    ],
    ['a header that is no JSON', fileOf('{"a": ', new Uint8Array(8)), 'header'],
    ['a header that is a list', fileOf('[1, 2]', new Uint8Array(8)), 'header'],
    ['a file that is cut off', fileOf({ a: two }, new Uint8Array(7)), 'cut off: a ends'],
    ['a size that is not that of the shape', fileOf({ a: { ...two, shape: [3] } }, new Uint8Array(8)), 'a has 8 bytes'],
    [
      'offsets the wrong way round',
      fileOf({ a: { ...two, data_offsets: [8, 0] } }, new Uint8Array(8)),
      'a has -8 bytes',
    ],
    ['a negative offset', fileOf({ a: { ...two, data_offsets: [-8, 0] } }, new Uint8Array(8)), 'header'],
    ['an element type nobody knows', fileOf({ a: { ...two, dtype: 'F4' } }, new Uint8Array(8)), 'F4'],
  ])('%s', async (_, bytes, reason) => {
    await expect(Safetensors.open(await written(bytes))).rejects.toThrow(reason);
  });

  it.each([
    ['a folder without weights', 'notes.txt', 'neither model.safetensors nor'],
    ['a pickle, with the way out', 'pytorch_model.bin', 'safetensors.torch'],
    ['a pickle in shards', 'pytorch_model.bin.index.json', 'Turn it into safetensors'],
  ])('%s', async (_, file, reason) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, file), '{}');
    await expect(Safetensors.openFolder(folder)).rejects.toThrow(reason);
  });

  it('shards that are missing, by name', async () => {
    const folder = await temporaryFolder();
    const index = { weight_map: { a: 'one.safetensors', b: 'two.safetensors' } };
    await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
    await writeFile(join(folder, 'one.safetensors'), fileOf({ a: two }, new Uint8Array(8)));
    await expect(Safetensors.openFolder(folder)).rejects.toThrow('missing: two.safetensors.');
  });

  it('an index that is no JSON', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'model.safetensors.index.json'), '{"weight_map": ');
    await expect(Safetensors.openFolder(folder)).rejects.toThrow('model.safetensors.index.json is damaged');
  });

  it.each(['../secret.safetensors', '..'])('an index that points out of its folder, to %s', async (shard) => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'inner'));
    await writeFile(join(folder, 'secret.safetensors'), fileOf({ a: two }, new Uint8Array(8)));
    const index = { weight_map: { a: shard } };
    await writeFile(join(folder, 'inner', 'model.safetensors.index.json'), JSON.stringify(index));
    await expect(Safetensors.openFolder(join(folder, 'inner'))).rejects.toThrow('weight_map');
  });
});
