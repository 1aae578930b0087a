import { describe, expect, it } from 'vitest';
import { decodeZstd } from '../../../src/scene/formats/tiff/zstd.ts';

/** A frame (RFC 8878) of one raw block; it states its size in four bytes, or not at all. */
function frame(bytes: Uint8Array, stated: number | null = bytes.length): Buffer {
  const head = Buffer.from(stated === null ? '28b52ffd0058' : '28b52ffda000000000', 'hex');
  if (stated !== null) head.writeUInt32LE(stated, 5);
  const block = Buffer.alloc(3);
  block.writeUIntLE(bytes.length * 8 + 1, 0, 3);
  return Buffer.concat([head, block, bytes]);
}

/** A frame of one block that repeats a byte. */
function repeated(length: number, stated: number | null = length): Buffer {
  const bytes = Buffer.concat([frame(Buffer.alloc(0), stated), Buffer.of(9)]);
  bytes.writeUIntLE(length * 8 + 3, bytes.length - 4, 3);
  return bytes;
}

const skippable = Buffer.from('502a4d1803000000aabbcc', 'hex');
const TEXT = Buffer.from('spectral');

describe('Zstandard', () => {
  it.each([
    ['a frame that states its size', frame(TEXT), 'spectral'],
    ['a frame that does not', frame(TEXT, null), 'spectral'],
    ['two frames', Buffer.concat([frame(TEXT), frame(TEXT, null)]), 'spectralspectral'],
    ['a frame between frames of a user', Buffer.concat([skippable, frame(TEXT), skippable]), 'spectral'],
    ['a byte repeated', repeated(4), '\t\t\t\t'],
    ['nothing', Buffer.alloc(0), ''],
  ])('%s', async (_name, bytes, expected) => {
    expect(Buffer.from(await decodeZstd(bytes, 100)).toString()).toBe(expected);
  });

  it('a compressed block with a checksum, as the zstd tool writes it', async () => {
    const bytes = Buffer.from('28b52ffd6478688d000048737065637472616c2001006c29f77204b1626ba2', 'hex');
    expect(Buffer.from(await decodeZstd(bytes, 27_000)).equals(Buffer.from('spectral '.repeat(3000)))).toBe(true);
    bytes[12]! ^= 1; // a letter
    await expect(decodeZstd(bytes, 27_000).then(({ length }) => expect(length).toBe(27_000))).rejects.toThrow();
  });

  it.each([
    [
      'a second frame of 3.9 GB',
      Buffer.concat([frame(TEXT), repeated(131_072, 3_932_160_000)]),
      /declare 3932160008 bytes, not 100/,
    ],
    ['blocks of more than the block', repeated(101, null), /declare 101 bytes/],
    ['more in blocks than it states', repeated(131_072, 50), /declare 131072 bytes/],
    ['a frame that is cut off', frame(TEXT).subarray(0, 14), /cut off/],
    [
      'a checksum that is cut off',
      Buffer.concat([Buffer.from('28b52ffda4', 'hex'), frame(TEXT).subarray(5)]),
      /cut off/,
    ],
    ['a block of no kind', Buffer.concat([frame(TEXT).subarray(0, 9), Buffer.of(0x47, 0, 0), TEXT]), /of no kind/],
    ['no magic number', Buffer.alloc(20), /not Zstandard/],
    ['text behind the frame', Buffer.concat([frame(TEXT), TEXT]), /not Zstandard/],
    ['a skippable frame that is cut off', skippable.subarray(0, 9), /cut off/],
  ])('refuses %s before it is decoded', async (_name, bytes, reason) => {
    await expect(decodeZstd(bytes, 100)).rejects.toThrow(reason);
  });

  it('gives back less, never more, where a frame has less than it states', async () => {
    const decoded = await decodeZstd(frame(TEXT, 50), 100).catch(() => Buffer.alloc(0));
    expect(decoded.length).toBeLessThanOrEqual(8);
  });
});
