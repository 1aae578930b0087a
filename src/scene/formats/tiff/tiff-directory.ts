import type { ByteSource } from '../../sources/byte-source.ts';

/** One image file directory: its tags are located, and read when they are asked for. 64-bit integers are exact up to 2^53. */
export interface TiffDirectory {
  has(tag: number): boolean;
  /** Values that the tag claims to have. */
  count(tag: number): number;
  /**
   * The first `most` values of a tag: a stranger's count allocates nothing.
   *
   * @throws {Error} when the tag's type is not numeric
   */
  numbers(tag: number, most: number): Promise<readonly number[] | null>;
  number(tag: number): Promise<number | null>;
  /** Up to `most` bytes of text. */
  text(tag: number, most: number): Promise<string | null>;
}

export interface TiffStructure {
  readonly littleEndian: boolean;
  readonly directories: readonly TiffDirectory[];
}

const MAX_DIRECTORIES = 256;
const MAX_ENTRIES = 2000;

/**
 * The directories of a TIFF or BigTIFF.
 *
 * Reads them itself, because geotiff.js follows a circular chain for ever and allocates whatever a tag's count says.
 *
 * @throws {Error} when the structure is damaged: cut off, circular, or pointing outside the file
 */
export async function readTiffStructure(source: ByteSource): Promise<TiffStructure> {
  const header = viewOf(await source.read(0, 16), 16);
  const littleEndian = header.getUint16(0) === 0x4949;
  const version = header.getUint16(2, littleEndian);
  if (version !== 42 && version !== 43) throw new Error('it is no TIFF');
  const big = version === 43;
  let offset = big ? Number(header.getBigUint64(8, littleEndian)) : header.getUint32(4, littleEndian);
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  while (offset !== 0) {
    if (seen.has(offset)) throw new Error('its directories form a circle');
    if (directories.length >= MAX_DIRECTORIES) throw new Error(`it has more than ${MAX_DIRECTORIES} images`);
    seen.add(offset);
    const { entries, next } = await readEntries(source, offset, littleEndian, big);
    directories.push(directoryOf(source, entries, littleEndian));
    offset = next;
  }
  if (directories.length === 0) throw new Error('it holds no image');
  return { littleEndian, directories };
}

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the values begin in the file. */
  readonly offset: number;
}

/** Bytes of one value by TIFF field type. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

async function readEntries(source: ByteSource, offset: number, littleEndian: boolean, big: boolean) {
  const countBytes = big ? 8 : 2;
  const entryBytes = big ? 20 : 12;
  const head = viewOf(await source.read(offset, countBytes), countBytes);
  const count = big ? Number(head.getBigUint64(0, littleEndian)) : head.getUint16(0, littleEndian);
  if (count === 0 || count > MAX_ENTRIES) throw new Error(`a directory claims ${count} tags`);
  const bytes = count * entryBytes + (big ? 8 : 4);
  const body = viewOf(await source.read(offset + countBytes, bytes), bytes);
  const entries = new Map<number, Entry>();
  for (let i = 0; i < count; i++) {
    const at = i * entryBytes;
    const type = body.getUint16(at + 2, littleEndian);
    const values = big ? Number(body.getBigUint64(at + 4, littleEndian)) : body.getUint32(at + 4, littleEndian);
    const size = (TYPE_BYTES[type] ?? 0) * values;
    if (size === 0) continue; // an unknown type: TIFF 6.0 says to skip it
    const inlineAt = at + (big ? 12 : 8);
    const inline = size <= (big ? 8 : 4);
    const pointed = big ? Number(body.getBigUint64(inlineAt, littleEndian)) : body.getUint32(inlineAt, littleEndian);
    const valueOffset = inline ? offset + countBytes + inlineAt : pointed;
    const tag = body.getUint16(at, littleEndian);
    if (valueOffset + size > source.size) throw new Error(`tag ${tag} points outside the file`);
    if (!entries.has(tag)) entries.set(tag, { type, count: values, offset: valueOffset });
  }
  const nextAt = count * entryBytes;
  return {
    entries,
    next: big ? Number(body.getBigUint64(nextAt, littleEndian)) : body.getUint32(nextAt, littleEndian),
  };
}

function directoryOf(source: ByteSource, entries: ReadonlyMap<number, Entry>, littleEndian: boolean): TiffDirectory {
  const numbers = async (tag: number, most: number): Promise<number[] | null> => {
    const entry = entries.get(tag);
    if (!entry) return null;
    const read = READERS[entry.type];
    if (!read) throw new Error(`tag ${tag} holds text where numbers are due`);
    const size = TYPE_BYTES[entry.type]!;
    const count = Math.min(entry.count, most);
    const view = viewOf(await source.read(entry.offset, size * count), size * count);
    return Array.from({ length: count }, (_, i) => read(view, i * size, littleEndian));
  };
  return {
    has: (tag) => entries.has(tag),
    count: (tag) => entries.get(tag)?.count ?? 0,
    numbers,
    number: async (tag) => (await numbers(tag, 1))?.[0] ?? null,
    text: async (tag, most) => {
      const entry = entries.get(tag);
      if (entry?.type !== ASCII) return null;
      const bytes = new Uint8Array(await source.read(entry.offset, Math.min(entry.count, most)));
      const end = bytes.indexOf(0);
      return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
    },
  };
}

const ASCII = 2;

const READERS: Readonly<Record<number, (view: DataView, at: number, le: boolean) => number>> = {
  1: (v, at) => v.getUint8(at),
  3: (v, at, le) => v.getUint16(at, le),
  4: (v, at, le) => v.getUint32(at, le),
  5: (v, at, le) => v.getUint32(at, le) / v.getUint32(at + 4, le),
  6: (v, at) => v.getInt8(at),
  7: (v, at) => v.getUint8(at),
  8: (v, at, le) => v.getInt16(at, le),
  9: (v, at, le) => v.getInt32(at, le),
  10: (v, at, le) => v.getInt32(at, le) / v.getInt32(at + 4, le),
  11: (v, at, le) => v.getFloat32(at, le),
  12: (v, at, le) => v.getFloat64(at, le),
  13: (v, at, le) => v.getUint32(at, le),
  16: (v, at, le) => Number(v.getBigUint64(at, le)),
  17: (v, at, le) => Number(v.getBigInt64(at, le)),
  18: (v, at, le) => Number(v.getBigUint64(at, le)),
};

function viewOf(bytes: ArrayBuffer, expected: number): DataView {
  if (bytes.byteLength < expected) throw new Error('it is cut off');
  return new DataView(bytes);
}
