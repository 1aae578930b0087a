import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import load from '@cornerstonejs/codec-openjpeg/decodewasmjs';
import { foreign } from '../../scene-errors.ts';

type Samples = Uint8Array | Int8Array | Uint16Array | Int16Array;

export interface Components {
  readonly total: number;
  readonly bits: number;
  readonly signed: boolean;
}

type OpenJpeg = Awaited<ReturnType<typeof load>>;

let loaded: Promise<OpenJpeg> | null = null;

/**
 * Decodes a codestream of one tile at 1 / 2^`reduce` of its size.
 *
 * @param stream    a whole codestream, not a JP2 file
 * @param declared  components of the stream
 * @param wanted    components to return
 * @param size      that the result must have
 * @returns one array per component, row-major, length `size.width * size.height`
 * @throws {Error} when it cannot be decoded, or to something else
 */
export async function decodeJpeg2000(
  stream: Uint8Array,
  declared: Components,
  wanted: readonly number[],
  reduce: number,
  size: { readonly width: number; readonly height: number },
): Promise<readonly Samples[]> {
  loaded ??= loadCodec();
  const codec = await loaded;
  const { total } = declared;
  const pixels = size.width * size.height;
  if (total === 1 || total === 3) {
    const all = await foreign('a JPEG 2000 tile', () => decode(codec, stream, total, reduce, pixels));
    return wanted.map((component) => all[component]!);
  }
  // The codec gives out 1 or 3 components: a colour map of "direct use" picks one after another.
  const picked: Samples[] = [];
  for (const component of wanted) {
    const one = wrapped(stream, declared, component);
    picked.push((await foreign('a JPEG 2000 tile', () => decode(codec, one, 1, reduce, pixels)))[0]!);
  }
  return picked;
}

async function loadCodec(): Promise<OpenJpeg> {
  const binary = createRequire(import.meta.url).resolve('@cornerstonejs/codec-openjpeg/decodewasm');
  return load({ wasmBinary: await readFile(binary), print: () => undefined, printErr: () => undefined });
}

function decode(codec: OpenJpeg, bytes: Uint8Array, components: number, reduce: number, pixels: number): Samples[] {
  const decoder = new codec.J2KDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decodeSubResolution(reduce, 0);
    const { bitsPerSample, componentCount, isSigned } = decoder.getFrameInfo();
    const buffer = decoder.getDecodedBuffer();
    const size = bitsPerSample > 8 ? 2 : 1;
    if (componentCount !== components || buffer.length !== pixels * components * size) {
      throw new Error('it decodes to something else than it declares');
    }
    const Typed = size === 2 ? (isSigned ? Int16Array : Uint16Array) : isSigned ? Int8Array : Uint8Array;
    // A copy, because the decoder's memory is about to go.
    const mixed = new Typed(buffer.slice().buffer);
    if (components === 1) return [mixed];
    return Array.from({ length: components }, (_, c) => {
      const one = new Typed(pixels);
      for (let i = 0; i < pixels; i++) one[i] = mixed[i * components + c]!;
      return one;
    });
  } finally {
    decoder.delete();
  }
}

/** A JP2 file around a stream whose colour map selects one component (ISO/IEC 15444-1, I.5.3). */
function wrapped(stream: Uint8Array, { total, bits, signed }: Components, component: number): Uint8Array {
  const size = new DataView(stream.buffer, stream.byteOffset + 4); // SIZ follows SOC
  const width = size.getUint32(4) - size.getUint32(12);
  const height = size.getUint32(8) - size.getUint32(16);
  const depth = (bits - 1) | (signed ? 0x80 : 0);
  return Buffer.concat([
    box('jP  ', Buffer.from([0x0d, 0x0a, 0x87, 0x0a])),
    box('ftyp', Buffer.from('jp2 \0\0\0\0jp2 ', 'latin1')),
    box(
      'jp2h',
      Buffer.concat([
        box('ihdr', Buffer.concat([u32(height), u32(width), u16(total), Buffer.from([depth, 7, 0, 0])])),
        box('colr', Buffer.from([1, 0, 0, 0, 0, 0, 17])),
        // One entry, one column; the column's depth becomes the component's.
        box('pclr', Buffer.concat([u16(1), Buffer.from([1, depth]), Buffer.alloc((depth & 0x7f) < 8 ? 1 : 2)])),
        box('cmap', Buffer.concat([u16(component), Buffer.from([0, 0])])),
      ]),
    ),
    box('jp2c', stream),
  ]);
}

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const box = (type: string, body: Uint8Array): Buffer =>
  Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
