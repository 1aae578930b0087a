/** Value of a tag: 32-bit numbers, text, or whatever bytes of whatever type. */
type TagValue = readonly number[] | string | { readonly type: number; readonly count: number; readonly bytes: Buffer };

/**
 * A little-endian TIFF of one image around strips as they are given, with tags as they are given: nothing is checked.
 *
 * @param tags  over those of an image of 64 × 64 bytes in one strip; offsets and lengths of the strips are filled in
 */
export function tiffOfBlocks(blocks: readonly Uint8Array[], tags: Readonly<Record<number, TagValue>> = {}): Buffer {
  const offsets: number[] = [];
  let at = 8;
  for (const block of blocks) {
    offsets.push(at);
    at += block.length;
  }
  const all: Record<number, TagValue> = {
    256: [64],
    257: [64],
    258: [8],
    259: [1],
    262: [1],
    273: offsets,
    277: [1],
    278: [64],
    279: blocks.map((block) => block.length),
    ...tags,
  };
  const entries = Object.entries(all).map(([tag, value]) => ({ tag: Number(tag), ...fieldOf(value) }));
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  const values: Buffer[] = [];
  directory.writeUInt16LE(entries.length);
  for (const [i, { tag, type, count, bytes }] of entries.entries()) {
    const entry = 2 + i * 12;
    directory.writeUInt16LE(tag, entry);
    directory.writeUInt16LE(type, entry + 2);
    directory.writeUInt32LE(count, entry + 4);
    if (bytes.length <= 4) bytes.copy(directory, entry + 8);
    else {
      directory.writeUInt32LE(at, entry + 8);
      values.push(bytes);
      at += bytes.length;
    }
  }
  const header = Buffer.from('49492a0000000000', 'hex');
  header.writeUInt32LE(at, 4);
  return Buffer.concat([header, ...blocks, ...values, directory]);
}

function fieldOf(value: TagValue): { type: number; count: number; bytes: Buffer } {
  if (typeof value === 'string')
    return { type: 2, count: value.length + 1, bytes: Buffer.from(`${value}\0`, 'latin1') };
  if ('bytes' in value) return value;
  const bytes = Buffer.alloc(value.length * 4);
  for (const [i, number] of value.entries()) bytes.writeUInt32LE(number, i * 4);
  return { type: 4, count: value.length, bytes };
}
