/** How a JPEG 2000 tile is coded. */
export interface Coding {
  /** Times that the size can be halved. */
  readonly decompositions: number;
  readonly lossy: boolean;
}

const COD = 0xff52;
const COC = 0xff53;
const SOD = 0xff93;
/** A decoder keeps a list for each quality layer in every block. */
const MAX_LAYERS = 256;
/** Precincts and code-blocks of all components of a tile: a decoder keeps about 400 bytes of each. A tile of 10980² in blocks of 32² has 120,000 for each component. */
const MAX_BLOCKS = 2 ** 19;

/**
 * What a COD or COC segment says; null for any other.
 *
 * @param segment     with its marker
 * @param components  of the stream
 * @param tile        pixels of the largest tile
 * @throws {Error} when it is damaged, or asks for more blocks or layers than any writer makes
 * @see ISO/IEC 15444-1, Annex A.6.1 and A.6.2
 */
export function readCoding(
  segment: Uint8Array,
  components: number,
  tile: { readonly width: number; readonly height: number },
): Coding | null {
  const code = segment[0]! * 256 + segment[1]!;
  if (code !== COD && code !== COC) return null;
  const at = code === COD ? 9 : components < 257 ? 6 : 7;
  const [decompositions, xcb, ycb, , wavelet] = segment.subarray(at) as unknown as number[];
  const layers = code === COD ? segment[6]! * 256 + segment[7]! : 1;
  const [width, height] = [2 ** ((xcb ?? 99) + 2), 2 ** ((ycb ?? 99) + 2)];
  if (wavelet === undefined || decompositions! > 32 || layers > MAX_LAYERS || width * height > 4096) {
    throw new Error('its header is damaged');
  }
  const stated = (segment[code === COD ? 4 : at - 1]! & 1) === 1;
  let blocks = 0;
  for (let halved = 0; halved <= decompositions!; halved++) {
    const precinct = stated ? segment[at + 5 + decompositions! - halved] : 0xff;
    if (precinct === undefined) throw new Error('its header is damaged');
    const across = tile.width / 2 ** halved;
    const down = tile.height / 2 ** halved;
    // A precinct of 2^15 is one that ends nowhere. Blocks lie in three halved bands, except at the coarsest.
    const [w, h] = [2 ** (precinct & 15), 2 ** (precinct >> 4)];
    const precincts = (Math.ceil(across / w) + 1) * (Math.ceil(down / h) + 1);
    blocks += precincts + (across / Math.min(width, w)) * (down / Math.min(height, h));
  }
  if (blocks * components > MAX_BLOCKS) throw new Error('it is cut into too many blocks');
  return { decompositions: decompositions!, lossy: wavelet === 0 };
}

/** The segments before the data of a tile part, which may say anew how it is coded. @param at  behind its SOT segment */
export function* tilePartSegments(part: Uint8Array, at: number): Generator<Uint8Array> {
  const view = new DataView(part.buffer, part.byteOffset, part.length);
  while (at + 4 <= part.length && view.getUint16(at) !== SOD) {
    const end = at + 2 + view.getUint16(at + 2);
    if (view.getUint16(at) < 0xff00 || end < at + 4 || end > part.length) throw new Error('its tiles are damaged');
    yield part.subarray(at, end);
    at = end;
  }
}
