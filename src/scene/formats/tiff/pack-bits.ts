/**
 * TIFF's PackBits (TIFF 6.0, section 9): runs of bytes as they are, or of one byte.
 *
 * @param most  bytes that the result may have
 * @returns     fewer when the stream ends early
 * @throws {Error} when it would go on
 */
export function decodePackBits(input: Uint8Array, most: number): Uint8Array {
  const out = new Uint8Array(most);
  let at = 0;
  let i = 0;
  while (i < input.length && (at < most || input.length - i > MOST_PADDING)) {
    const header = input[i++]!;
    if (header === 128) continue; // no operation
    const length = header > 128 ? 257 - header : header + 1;
    if (at + length > most) throw new Error('its PackBits data are longer than a block');
    if (header > 128) {
      if (i === input.length) break;
      out.fill(input[i++]!, at, at + length);
      at += length;
    } else {
      const run = input.subarray(i, i + length);
      out.set(run, at);
      at += run.length;
      i += length;
    }
  }
  return out.subarray(0, at);
}

/** Bytes that a writer may append to get to an even address. */
const MOST_PADDING = 8;
