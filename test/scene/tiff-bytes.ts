import { deflateSync } from 'node:zlib';

type Type = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

export interface TiffSpec {
  readonly width: number;
  readonly height: number;
  readonly type: Type;
  /** Per band, row-major. */
  readonly bands: readonly (readonly number[])[];
  readonly bigEndian?: boolean;
  readonly bigTiff?: boolean;
  readonly planar?: boolean;
  /** Absent = one strip. */
  readonly tile?: number;
  readonly rowsPerStrip?: number;
  readonly compression?: 'none' | 'deflate' | 'lzw' | 'packbits';
  readonly predictor?: 2 | 3;
  /** Indices of strips or tiles that are left out. */
  readonly sparse?: readonly number[];
  /** More tags: number -> values; text is ASCII, fractions are doubles, the rest 16 or 32 bits. */
  readonly tags?: Readonly<Record<number, readonly number[] | string>>;
  /** Further images after this one. */
  readonly next?: TiffSpec;
}

/** UTM zone 33N, 10 m pixels, top left corner at (500000, 5000000): 15° E. */
export const UTM33: TiffSpec['tags'] = {
  33550: [10, 10, 0],
  33922: [0, 0, 0, 500000, 5000000, 0],
  34735: [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32633],
};

const SIZES: Record<Type, number> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
};

/** A TIFF written the slow and obvious way, to test the reader with. */
export function tiffBytes(spec: TiffSpec): Buffer {
  const big = spec.bigTiff ?? false;
  const le = !spec.bigEndian;
  const chunks: Buffer[] = [];
  let length = 0;
  const append = (bytes: Buffer): number => {
    const at = length;
    const padded = Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
    chunks.push(padded);
    length += padded.length;
    return at;
  };
  append(Buffer.alloc(big ? 16 : 8));
  const links: { at: number; chunk: number; offset: number }[] = [];
  const starts: number[] = [];
  for (let image: TiffSpec | undefined = spec; image; image = image.next) {
    const entries = entriesOf(image, le, (bytes) => append(bytes));
    const values = entries.map((entry) => (entry.bytes.length <= (big ? 8 : 4) ? null : append(entry.bytes)));
    const size = big ? 20 : 12;
    const ifd = Buffer.alloc((big ? 8 : 2) + entries.length * size + (big ? 8 : 4));
    const put = writer(ifd, le);
    if (big) put.u64(0, entries.length);
    else put.u16(0, entries.length);
    for (const [i, { tag, type, count, bytes }] of entries.entries()) {
      const at = (big ? 8 : 2) + i * size;
      put.u16(at, tag);
      put.u16(at + 2, type);
      if (big) put.u64(at + 4, count);
      else put.u32(at + 4, count);
      const valueAt = at + (big ? 12 : 8);
      if (values[i] === null) bytes.copy(ifd, valueAt);
      else if (big) put.u64(valueAt, values[i]!);
      else put.u32(valueAt, values[i]!);
    }
    starts.push(append(ifd));
    links.push({ at: starts.at(-1)!, chunk: chunks.length - 1, offset: ifd.length - (big ? 8 : 4) });
  }
  for (const [i, link] of links.entries()) {
    if (i + 1 === starts.length) break;
    const put = writer(chunks[link.chunk]!, le);
    if (big) put.u64(link.offset, starts[i + 1]!);
    else put.u32(link.offset, starts[i + 1]!);
  }
  const header = chunks[0]!;
  header.write(le ? 'II' : 'MM', 0, 'latin1');
  const put = writer(header, le);
  put.u16(2, big ? 43 : 42);
  if (big) {
    put.u16(4, 8);
    put.u64(8, starts[0]!);
  } else put.u32(4, starts[0]!);
  return Buffer.concat(chunks);
}

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly bytes: Buffer;
}

function entriesOf(spec: TiffSpec, le: boolean, append: (bytes: Buffer) => number): Entry[] {
  const { width, height, bands, type } = spec;
  const bits = SIZES[type] * 8;
  const format = type.startsWith('float') ? 3 : type.startsWith('int') ? 2 : 1;
  const blockWidth = spec.tile ?? width;
  const blockHeight = spec.tile ?? spec.rowsPerStrip ?? height;
  const offsets: number[] = [];
  const counts: number[] = [];
  for (const plane of spec.planar ? bands.map((band) => [band]) : [bands]) {
    for (let top = 0; top < height; top += blockHeight) {
      for (let left = 0; left < width; left += blockWidth) {
        const rows = spec.tile ? blockHeight : Math.min(blockHeight, height - top);
        const bytes = blockOf(spec, plane, left, top, blockWidth, rows, le);
        const absent = spec.sparse?.includes(offsets.length);
        offsets.push(absent ? 0 : append(bytes));
        counts.push(absent ? 0 : bytes.length);
      }
    }
  }
  const rgb = bands.length >= 3 && type === 'uint8';
  const tags: Record<number, readonly number[] | string> = {
    256: [width],
    257: [height],
    258: bands.map(() => bits),
    259: [{ none: 1, lzw: 5, deflate: 8, packbits: 32773 }[spec.compression ?? 'none']],
    262: [rgb ? 2 : 1],
    277: [bands.length],
    284: [spec.planar ? 2 : 1],
    339: bands.map(() => format),
    ...(spec.tile
      ? { 322: [blockWidth], 323: [blockHeight], 324: offsets, 325: counts }
      : { 273: offsets, 278: [blockHeight], 279: counts }),
    ...(bands.length > (rgb ? 3 : 1) ? { 338: bands.slice(rgb ? 3 : 1).map(() => 0) } : {}),
    ...(spec.predictor ? { 317: [spec.predictor] } : {}),
    ...spec.tags,
  };
  return Object.entries(tags)
    .map(([tag, values]) => entryOf(Number(tag), values, le))
    .sort((a, b) => a.tag - b.tag);
}

function entryOf(tag: number, values: readonly number[] | string, le: boolean): Entry {
  if (typeof values === 'string') {
    const bytes = Buffer.from(`${values}\0`, 'utf8');
    return { tag, type: 2, count: bytes.length, bytes };
  }
  const double = [33550, 33922, 34264, 34736].includes(tag) || values.some((v) => !Number.isInteger(v));
  const long = values.some((v) => v > 65535);
  const size = double ? 8 : long ? 4 : 2;
  const bytes = Buffer.alloc(values.length * size);
  const put = writer(bytes, le);
  for (const [i, value] of values.entries()) (double ? put.f64 : long ? put.u32 : put.u16)(i * size, value);
  return { tag, type: double ? 12 : long ? 4 : 3, count: values.length, bytes };
}

function blockOf(
  spec: TiffSpec,
  bands: readonly (readonly number[])[],
  left: number,
  top: number,
  width: number,
  height: number,
  le: boolean,
): Buffer {
  const size = SIZES[spec.type];
  const rowBytes = width * bands.length * size;
  const block = Buffer.alloc(rowBytes * height);
  const put = writer(block, spec.predictor === 3 ? false : le);
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      for (const [b, band] of bands.entries()) {
        const inside = left + col < spec.width && top + row < spec.height;
        const value = inside ? band[(top + row) * spec.width + left + col]! : 0;
        put[spec.type](row * rowBytes + (col * bands.length + b) * size, value);
      }
    }
  }
  if (spec.predictor === 2) difference(block, rowBytes, bands.length, spec.type, le);
  if (spec.predictor === 3) splitPlanes(block, rowBytes, bands.length, size);
  return compress(block, spec.compression ?? 'none');
}

/** TIFF 6.0, section 14. */
function difference(block: Buffer, rowBytes: number, samples: number, type: Type, le: boolean): void {
  const size = SIZES[type];
  const put = writer(block, le);
  const unsigned = `uint${size * 8}` as 'uint8' | 'uint16' | 'uint32';
  const get = (at: number): number => (le ? block.readUIntLE(at, size) : block.readUIntBE(at, size));
  for (let row = 0; row < block.length; row += rowBytes) {
    for (let at = row + rowBytes - size; at >= row + samples * size; at -= size) {
      put[unsigned](at, (((get(at) - get(at - samples * size)) % 2 ** (8 * size)) + 2 ** (8 * size)) % 2 ** (8 * size));
    }
  }
}

/** Adobe technical note 3: byte planes of a row, most significant first, then differences of bytes. */
function splitPlanes(block: Buffer, rowBytes: number, samples: number, size: number): void {
  for (let row = 0; row < block.length; row += rowBytes) {
    const line = Buffer.from(block.subarray(row, row + rowBytes));
    const count = rowBytes / size;
    for (let i = 0; i < count; i++) for (let b = 0; b < size; b++) block[row + b * count + i] = line[i * size + b]!;
    for (let at = row + rowBytes - 1; at >= row + samples; at--)
      block[at] = (block[at]! - block[at - samples]! + 256) & 255;
  }
}

function compress(block: Buffer, compression: NonNullable<TiffSpec['compression']>): Buffer {
  if (compression === 'deflate') return deflateSync(block);
  if (compression === 'packbits') {
    // Literal runs of up to 128 bytes.
    const runs: Buffer[] = [];
    for (let at = 0; at < block.length; at += 128) {
      const run = block.subarray(at, at + 128);
      runs.push(Buffer.from([run.length - 1]), run);
    }
    return Buffer.concat(runs);
  }
  if (compression === 'lzw') return lzw(block);
  return block;
}

/** A real LZW encoder: the dictionary grows, widths change one code early, the table is cleared when it is full. */
function lzw(block: Buffer): Buffer {
  let bits = '';
  let width = 9;
  let table = new Map<string, number>();
  const reset = () => {
    table = new Map(Array.from({ length: 256 }, (_, i) => [String.fromCharCode(i), i]));
    width = 9;
  };
  const emit = (code: number) => {
    bits += code.toString(2).padStart(width, '0');
  };
  reset();
  emit(256);
  let omega = '';
  for (const byte of block) {
    const k = String.fromCharCode(byte);
    if (table.has(omega + k)) omega += k;
    else {
      emit(table.get(omega)!);
      table.set(omega + k, table.size + 2); // 256 and 257 are taken
      const next = table.size + 2;
      if (next === 512 || next === 1024 || next === 2048) width++;
      if (next === 4095) {
        emit(256);
        reset();
      }
      omega = k;
    }
  }
  if (omega) emit(table.get(omega)!);
  emit(257);
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
  return Buffer.from(bits.match(/.{8}/g)!.map((octet) => Number.parseInt(octet, 2)));
}

function writer(buffer: Buffer, le: boolean) {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  return {
    u16: (at: number, v: number) => view.setUint16(at, v, le),
    u32: (at: number, v: number) => view.setUint32(at, v, le),
    u64: (at: number, v: number) => view.setBigUint64(at, BigInt(v), le),
    f64: (at: number, v: number) => view.setFloat64(at, v, le),
    uint8: (at: number, v: number) => view.setUint8(at, v),
    int8: (at: number, v: number) => view.setInt8(at, v),
    uint16: (at: number, v: number) => view.setUint16(at, v, le),
    int16: (at: number, v: number) => view.setInt16(at, v, le),
    uint32: (at: number, v: number) => view.setUint32(at, v, le),
    int32: (at: number, v: number) => view.setInt32(at, v, le),
    float32: (at: number, v: number) => view.setFloat32(at, v, le),
    float64: (at: number, v: number) => view.setFloat64(at, v, le),
  };
}
