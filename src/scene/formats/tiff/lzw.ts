const CLEAR = 256;
const END = 257;
const MAX_CODES = 4096;
const MOST_PADDING = 8;

/**
 * TIFF's LZW (TIFF 6.0, section 13: codes of 9 to 12 bits, most significant bit first, width changed one code early).
 *
 * Each code is kept as where its text already stands in the output, so nothing is copied twice and the output has a bound.
 *
 * @param most  bytes that the result may have
 * @returns     fewer when the stream ends early
 * @throws {Error} for a code that cannot be, or when it would go on
 */
export function decodeLzw(input: Uint8Array, most: number): Uint8Array {
  const out = new Uint8Array(most);
  // Of code c ≥ 258: its text is out[start[c] .. start[c] + length[c]).
  const start = new Int32Array(MAX_CODES);
  const length = new Int32Array(MAX_CODES);
  let next = END + 1;
  let width = 9;
  let at = 0;
  let previous = -1;
  let previousLength = 0;
  let buffer = 0;
  let bits = 0;
  let i = 0;
  for (;;) {
    while (bits < width && i < input.length) {
      buffer = ((buffer << 8) | input[i++]!) & 0xffffff;
      bits += 8;
    }
    if (bits < width) break;
    bits -= width;
    const code = (buffer >> bits) & ((1 << width) - 1);
    if (code === END) break;
    if (at === most) {
      // A clear code may stand before the end, and writers append bytes to get to an even address.
      if (input.length - i > MOST_PADDING) throw new Error('its LZW data are longer than a block');
      break;
    }
    if (code === CLEAR) {
      next = END + 1;
      width = 9;
      previous = -1;
      continue;
    }
    if (code > next || (code === next && previous < 0)) throw new Error('its LZW data are damaged');
    const from = at;
    if (code < CLEAR) {
      out[at++] = code;
    } else {
      // The code just being made is the previous text and its first byte again, which stands right behind it.
      const source = code < next ? start[code]! : previous;
      const count = code < next ? length[code]! : previousLength + 1;
      const end = Math.min(most, at + count);
      for (let k = source; at < end; ) out[at++] = out[k++]!;
    }
    if (previous >= 0 && next < MAX_CODES) {
      start[next] = previous;
      length[next] = previousLength + 1;
      next++;
      if (next === 511 || next === 1023 || next === 2047) width++;
    }
    previous = from;
    previousLength = at - from;
  }
  return out.subarray(0, at);
}
