import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const inflated = promisify(gunzip);

export const inflateFile = async (path: string): Promise<Buffer> => inflated(await readFile(path));

interface Entry {
  readonly dtype: 'U8' | 'F32';
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The tensors of a safetensors file in memory. @see https://github.com/huggingface/safetensors#format */
export function tensorsIn(file: Buffer) {
  const begin = 8 + Number(file.readBigUInt64LE(0));
  const entries = JSON.parse(file.toString('utf8', 8, begin)) as Readonly<Record<string, Entry>>;
  const bytes = (name: string): Uint8Array => {
    const [from, to] = entries[name]!.data_offsets;
    return file.subarray(begin + from, begin + to);
  };
  const floats = (name: string): Float32Array => {
    const { buffer, byteOffset, byteLength } = bytes(name);
    return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  };
  /** Its rows are stored in steps: value = low + step q. */
  const matrix = (name: string): Float32Array => {
    const columns = entries[name]!.shape[1]!;
    const [low, step] = [floats(`${name}.low`), floats(`${name}.step`)];
    return Float32Array.from(bytes(name), (q, at) => {
      const row = Math.floor(at / columns);
      return low[row]! + step[row]! * q;
    });
  };
  return { bytes, floats, matrix };
}
