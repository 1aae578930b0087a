/** TIFF field types that we write (TIFF 6.0, section 2; LONG8 is BigTIFF's). */
const FIELD_TYPES = {
  ascii: { code: 2, bytes: 1 },
  short: { code: 3, bytes: 2 },
  long: { code: 4, bytes: 4 },
  double: { code: 12, bytes: 8 },
  long8: { code: 16, bytes: 8 },
} as const;

/** One entry of an image file directory. */
export type TiffTag =
  | { readonly id: number; readonly type: 'ascii'; readonly values: string }
  | { readonly id: number; readonly type: 'short' | 'long' | 'double' | 'long8'; readonly values: readonly number[] };

/**
 * Bytes of one image file directory, with the values that do not fit into its entries behind it. Little-endian.
 *
 * @param offset  where in the file these bytes will stand; even
 * @param big     BigTIFF layout: 64-bit counts and offsets
 */
export function encodeDirectory(tags: readonly TiffTag[], offset: number, big: boolean): Uint8Array {
  const sorted = tags.toSorted((a, b) => a.id - b.id); // the standard demands ascending ids
  const inlineBytes = big ? 8 : 4;
  const entryBytes = big ? 20 : 12;
  const countBytes = big ? 8 : 2;
  const encoded = sorted.map(encodeValues);
  const head = countBytes + sorted.length * entryBytes + inlineBytes;
  const outside = encoded.reduce((sum, value) => sum + (value.length > inlineBytes ? even(value.length) : 0), 0);
  const bytes = new Uint8Array(even(head) + outside);
  const view = new DataView(bytes.buffer);
  const putOffset = (at: number, value: number) =>
    big ? view.setBigUint64(at, BigInt(value), true) : view.setUint32(at, value, true);

  if (big) view.setBigUint64(0, BigInt(sorted.length), true);
  else view.setUint16(0, sorted.length, true);
  let free = even(head);
  sorted.forEach((tag, i) => {
    const value = encoded[i]!;
    const at = countBytes + i * entryBytes;
    const { code, bytes: unit } = FIELD_TYPES[tag.type];
    view.setUint16(at, tag.id, true);
    view.setUint16(at + 2, code, true);
    putOffset(at + 4, value.length / unit);
    const valueAt = at + 4 + inlineBytes;
    if (value.length <= inlineBytes) {
      bytes.set(value, valueAt);
    } else {
      putOffset(valueAt, offset + free);
      bytes.set(value, free);
      free += even(value.length);
    }
  });
  return bytes; // the last offset stays 0: no further directory
}

function encodeValues(tag: TiffTag): Uint8Array {
  if (tag.type === 'ascii') return new TextEncoder().encode(`${tag.values}\0`);
  const { bytes: unit } = FIELD_TYPES[tag.type];
  const bytes = new Uint8Array(tag.values.length * unit);
  const view = new DataView(bytes.buffer);
  tag.values.forEach((value, i) => {
    if (tag.type === 'short') view.setUint16(i * unit, value, true);
    else if (tag.type === 'long') view.setUint32(i * unit, value, true);
    else if (tag.type === 'double') view.setFloat64(i * unit, value, true);
    else view.setBigUint64(i * unit, BigInt(value), true);
  });
  return bytes;
}

const even = (n: number): number => n + (n % 2);
