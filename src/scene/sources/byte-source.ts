import { type FileHandle, open } from 'node:fs/promises';

/** Random access to the bytes of a file, local or remote. */
export interface ByteSource {
  readonly size: number;
  /** What stands for a digest of bytes that are never read whole: SHA-256, lower-case hex, of address, version and size. */
  readonly identity?: string;
  /**
   * Bytes from `offset`, shorter than `length` only at the end of the file: what is missing is never filled with zeros, so
   * that a truncated file fails instead of looking black.
   */
  read(offset: number, length: number): Promise<ArrayBuffer>;
  close(): Promise<void>;
}

/** Opens what lies behind an https address. */
export type OpenRemote = (address: string) => Promise<ByteSource>;

/** An address instead of a path: a COG of an open-data archive, read by ranges. */
export const isAddress = (path: string): boolean => /^https?:\/\//i.test(path);

export async function openFileSource(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  return { size, read: (offset, length) => readAt(handle, size, offset, length), close: () => handle.close() };
}

async function readAt(handle: FileHandle, size: number, offset: number, length: number): Promise<ArrayBuffer> {
  const wanted = Math.max(0, Math.min(length, size - offset));
  const bytes = new Uint8Array(new ArrayBuffer(wanted));
  let done = 0;
  while (done < wanted) {
    const { bytesRead } = await handle.read(bytes, done, wanted - done, offset + done);
    if (bytesRead === 0) return bytes.buffer.slice(0, done);
    done += bytesRead;
  }
  return bytes.buffer;
}
