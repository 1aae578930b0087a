import * as zlib from 'node:zlib';
import { ZSTDDecoder } from 'zstddec';

/**
 * Zstandard data (RFC 8878), frame by frame.
 *
 * What the frames declare is added up before any is decoded: decoders allocate by it, and WebAssembly's hands out its whole
 * memory where that fails.
 *
 * @param most  bytes that the result may have
 * @throws {Error} when the data are damaged, or more
 */
export async function decodeZstd(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  const frames = zstdFrames(bytes);
  const declared = frames.reduce((sum, frame) => sum + frame.declared, 0);
  if (declared > most) throw new Error(`Zstandard data declare ${declared} bytes, not ${most}`);
  const decode = await decoder();
  const parts: Uint8Array[] = [];
  let left = most;
  for (const { start, end } of frames) {
    const part = decode(bytes.subarray(start, end), left);
    if (part.length > left) throw new Error('Zstandard data unpack to too much');
    parts.push(part);
    left -= part.length;
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

interface Frame {
  readonly start: number;
  readonly end: number;
  /** Bytes that it says it has; where it does not say, those of its blocks that do. */
  readonly declared: number;
}

const MAGIC = 0xfd2fb528;
/** Frames of a user's own data: 0x184d2a50 to 0x184d2a5f. */
const SKIPPABLE = 0x184d2a50;

function zstdFrames(bytes: Uint8Array): Frame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const frames: Frame[] = [];
  const need = (end: number): number => {
    if (end > bytes.length) throw new Error('Zstandard data are cut off');
    return end;
  };
  let at = 0;
  while (at < bytes.length) {
    need(at + 8);
    const magic = view.getUint32(at, true);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      at = need(at + 8 + view.getUint32(at + 4, true));
      continue;
    }
    if (magic !== MAGIC) throw new Error('its data are not Zstandard');
    const start = at;
    const descriptor = bytes[at + 4]!;
    const single = (descriptor & 0x20) !== 0;
    const sizeAt = at + 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
    const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
    at = need(sizeAt + sizeBytes);
    const stated = sizeBytes === 0 ? null : contentSize(view, sizeAt, sizeBytes);
    let blocks = 0;
    for (let last = false; !last; ) {
      need(at + 3);
      const header = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
      last = (header & 1) === 1;
      const [kind, size] = [(header >> 1) & 3, header >> 3];
      if (kind === 3) throw new Error('a block of its Zstandard data is of no kind');
      if (kind < 2) blocks += size; // as it is, or one byte repeated; the third kind is compressed
      at = need(at + 3 + (kind === 1 ? 1 : size));
    }
    at = need(at + (descriptor & 4 ? 4 : 0)); // checksum
    frames.push({ start, end: at, declared: Math.max(stated ?? 0, blocks) });
  }
  return frames;
}

function contentSize(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}

type Decode = (frame: Uint8Array, most: number) => Uint8Array;

/** Node's own since 22.15 (absent from the types of the oldest Node that we support); before, libzstd in WebAssembly. */
async function decoder(): Promise<Decode> {
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Uint8Array, options: object) => Buffer };
  if (zstdDecompressSync) {
    return (frame, most) => zstdDecompressSync(frame, { maxOutputLength: Math.max(1, most), chunkSize: most + 64 });
  }
  const wasm = new ZSTDDecoder();
  await wasm.init(); // once for all
  // A stated size keeps it from decoding until the end, which it does not find in damaged data. On errors it returns nothing.
  return (frame, most) => wasm.decode(frame, Math.max(1, most));
}
