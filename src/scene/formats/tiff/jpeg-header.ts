/** What a JPEG stream declares before its pixels. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Passes over the picture: more than one, and a decoder holds all coefficients at once. */
  readonly scans: number;
}

/** No writer makes more; each costs a decoder a walk over all pixels, however few bytes it has. */
const MAX_SCANS = 100;

/**
 * Walks the segments of a JPEG stream up to its end; compressed data are jumped over.
 *
 * @throws {Error} when it declares no picture that we decode, or one with more passes than any writer makes
 * @see ITU-T T.81, Annex B
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let frame: Omit<JpegHeader, 'scans'> | null = null;
  let scans = 0;
  let at = 2;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    while (at >= 0 && bytes[at + 1] === 0xff) at++; // fill bytes
    if (at < 0 || at + 4 > bytes.length) break;
    const code = bytes[at + 1]!;
    if (code === END) break;
    // Inside compressed data: an 0xff of the data themselves, or a restart marker.
    if (code === 0 || (code >= 0xd0 && code <= 0xd8) || code === 1) {
      at += 2;
      continue;
    }
    const length = view.getUint16(at + 2);
    if (code >= 0xc0 && code <= 0xcf && !TABLES.has(code)) {
      if (frame) throw new Error('it holds a second JPEG picture');
      if (!FRAMES.has(code) || length < 11 || at + 10 > bytes.length || bytes[at + 4] !== 8) {
        throw new Error('it is a kind of JPEG that I do not know');
      }
      frame = { width: view.getUint16(at + 7), height: view.getUint16(at + 5), components: bytes[at + 9]! };
    }
    if (code === SCAN && ++scans > MAX_SCANS) throw new Error('it has more passes than any JPEG');
    at += 2 + length;
  }
  if (!frame || frame.width === 0 || frame.height === 0 || scans === 0) throw new Error('it holds no JPEG picture');
  return { ...frame, scans };
}

const END = 0xd9;
const SCAN = 0xda;
/** Baseline, extended and progressive, Huffman-coded. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
/** DHT, JPG and DAC lie between the frame markers. */
const TABLES = new Set([0xc4, 0xc8, 0xcc]);
