import type { ByteSource } from './byte-source.ts';

/** Values of one tag: numbers, or text for ASCII. 64-bit integers are exact up to 2^53. */
type TagValue = readonly number[] | string;

/** One image file directory: its tags are located and bounded, and read when they are asked for. */
export interface TiffDirectory {
  has(tag: number): boolean;
  /** @throws {Error} when the tag's type is not numeric */
  numbers(tag: number): Promise<readonly number[] | null>;
  number(tag: number): Promise<number | null>;
  text(tag: number): Promise<string | null>;
}

export interface TiffStructure {
  readonly littleEndian: boolean;
  readonly directories: readonly TiffDirectory[];
}

const MAX_DIRECTORIES = 256;
const MAX_ENTRIES = 2000;
/** More than this for one tag is no tag of an image that we could read. */
const MAX_TAG_BYTES = 256 * 2 ** 20;

/**
 * The directories of a TIFF or BigTIFF.
 *
 * Reads them itself, because geotiff.js follows a circular chain for ever and allocates whatever a tag's count says.
 *
 * @throws {Error} when the structure is damaged: cut off, circular, or pointing outside the file
 */
export async function readTiffStructure(source: ByteSource): Promise<TiffStructure> {
  const header = new DataView(await source.read(0, 16));
  const littleEndian = header.getUint16(0) === 0x4949;
  const big = header.getUint16(2, littleEndian) === 43;
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
    if (size > MAX_TAG_BYTES || valueOffset + size > source.size) throw new Error(`tag ${tag} points outside the file`);
    if (!entries.has(tag)) entries.set(tag, { type, count: values, offset: valueOffset });
  }
  const nextAt = count * entryBytes;
  return {
    entries,
    next: big ? Number(body.getBigUint64(nextAt, littleEndian)) : body.getUint32(nextAt, littleEndian),
  };
}

function directoryOf(source: ByteSource, entries: ReadonlyMap<number, Entry>, littleEndian: boolean): TiffDirectory {
  const values = new Map<number, Promise<TagValue | null>>();
  const load = (tag: number): Promise<TagValue | null> => {
    const known = values.get(tag);
    if (known) return known;
    const value = readValue(source, entries.get(tag), littleEndian);
    values.set(tag, value);
    return value;
  };
  const numbers = async (tag: number) => {
    const value = await load(tag);
    if (typeof value === 'string') throw new Error(`tag ${tag} holds text where numbers are due`);
    return value;
  };
  return {
    has: (tag) => entries.has(tag),
    numbers,
    number: async (tag) => (await numbers(tag))?.[0] ?? null,
    text: async (tag) => {
      const value = await load(tag);
      return typeof value === 'string' ? value : null;
    },
  };
}

async function readValue(source: ByteSource, entry: Entry | undefined, le: boolean): Promise<TagValue | null> {
  if (!entry) return null;
  const size = TYPE_BYTES[entry.type]!;
  const bytes = await source.read(entry.offset, size * entry.count);
  const view = viewOf(bytes, size * entry.count);
  if (entry.type === 2) return new TextDecoder().decode(bytes).split('\0')[0]!;
  const read = READERS[entry.type]!;
  return Array.from({ length: entry.count }, (_, i) => read(view, i * size, le));
}

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
