import { expect, it } from 'vitest';
import { ProtobufWriter } from '../../src/convert/protobuf-writer.ts';

const hex = (write: (writer: ProtobufWriter) => void): string => {
  const writer = new ProtobufWriter();
  write(writer);
  return Buffer.from(writer.finish()).toString('hex');
};

it.each<[string, (writer: ProtobufWriter) => void, string]>([
  // The examples of https://protobuf.dev/programming-guides/encoding/
  ['150 in field 1', (w) => w.integer(1, 150), '089601'],
  ['"testing" in field 2', (w) => w.text(2, 'testing'), '120774657374696e67'],
  ['a message in field 3', (w) => w.message(3, (inner) => inner.integer(1, 150)), '1a03089601'],
  ['zero, which is written', (w) => w.integer(4, 0), '2000'],
  ['a negative number, ten bytes', (w) => w.integer(1, -2), '08feffffffffffffffff01'],
  ['a field number beyond 15', (w) => w.integer(20, 7), 'a00107'],
  ['a float', (w) => w.float(2, 1), '150000803f'],
  ['bytes of 300, with a length of two bytes', (w) => w.bytes(1, new Uint8Array(300)), `0aac02${'00'.repeat(300)}`],
  ['an integer beyond 2^32', (w) => w.integer(1, 2 ** 40), '08808080808020'],
])('writes %s', (_, write, expected) => {
  expect(hex(write)).toBe(expected);
});
