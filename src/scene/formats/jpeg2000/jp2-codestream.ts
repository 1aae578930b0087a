import { readCoding, tilePartSegments } from './jp2-coding.ts';

/** A JPEG 2000 codestream (ISO/IEC 15444-1, Annex A), as far as its tiles must be found. */
export interface Codestream {
  readonly width: number;
  readonly height: number;
  /** Origin of the image on the reference grid. */
  readonly originX: number;
  readonly originY: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly tileOriginX: number;
  readonly tileOriginY: number;
  readonly tilesAcross: number;
  readonly tilesDown: number;
  readonly components: readonly { readonly bits: number; readonly signed: boolean }[];
  /** Times that the size can be halved. */
  readonly decompositions: number;
  readonly lossy: boolean;
  /** Main header segments from SIZ on, without SIZ itself and without indexes that hold positions. */
  readonly header: readonly Uint8Array[];
  readonly siz: Uint8Array;
  /** Tile parts by tile, positions in the file. */
  readonly parts: readonly (readonly { readonly offset: number; readonly length: number }[])[];
}

const SOC = 0xff4f;
const SIZ = 0xff51;
const SOT = 0xff90;
const EOC = 0xffd9;
/** PPM, TLM, PLM: what they index is elsewhere in a stream of one tile. */
const POSITIONAL = new Set([0xff60, 0xff55, 0xff57]);
const MAX_TILES = 65_535;
/** Tile parts, and segments of the main header: each costs a read. */
const MAX_PIECES = 65_535;

/**
 * @param read    bytes of the file
 * @param offset  of the codestream in the file
 * @param end     of the file: a tile part that reaches over it is an error, not a black tile
 * @throws {Error} when the stream is damaged or uses what we do not support
 */
export async function readCodestream(
  read: (offset: number, length: number) => Promise<ArrayBuffer>,
  offset: number,
  end: number,
): Promise<Codestream> {
  const view = async (at: number, length: number): Promise<DataView> => {
    const bytes = await read(at, length);
    if (bytes.byteLength < length) throw new Error('its end is missing');
    return new DataView(bytes);
  };
  if ((await view(offset, 2)).getUint16(0) !== SOC) throw new Error('it holds no JPEG 2000 stream');
  const header: Uint8Array[] = [];
  let siz: Uint8Array | null = null;
  let pieces = 0;
  let at = offset + 2;
  for (;;) {
    const marker = await view(at, 4);
    const code = marker.getUint16(0);
    if (code === SOT) break;
    if (code < 0xff00 || marker.getUint16(2) < 2) throw new Error('its header is damaged');
    if (pieces++ > MAX_PIECES) throw new Error('its header is damaged');
    const length = 2 + marker.getUint16(2);
    const segment = new Uint8Array((await view(at, length)).buffer);
    if (code === SIZ) siz = segment;
    else if (code === 0xff60) throw new Error('it packs its headers in a way I do not support');
    else if (!POSITIONAL.has(code)) header.push(segment);
    at += length;
  }
  if (!siz || siz.length < 41) throw new Error('it has no size');
  const size = parseSize(siz);
  const codings = header.map((segment) => readCoding(segment, size.components.length, largestTile(size)));
  const { decompositions = 0, lossy = false } = codings.find((coding) => coding !== null) ?? {};
  const parts: { offset: number; length: number }[][] = Array.from(
    { length: size.tilesAcross * size.tilesDown },
    () => [],
  );
  while (at < end) {
    const head = new DataView(await read(at, 12));
    if (head.byteLength >= 2 && head.getUint16(0) === EOC) break;
    if (head.byteLength < 12) throw new Error('its end is missing');
    if (head.getUint16(0) !== SOT || pieces++ > MAX_PIECES) throw new Error('its tiles are damaged');
    const tile = head.getUint16(4);
    const length = head.getUint32(6) || end - at; // 0 = up to the end of the stream
    if (!parts[tile] || length < 14 || at + length > end) throw new Error('its end is missing');
    parts[tile].push({ offset: at, length });
    at += length;
  }
  if (parts.some((tile) => tile.length === 0)) throw new Error('tiles are missing');
  return { ...size, decompositions, lossy, header, siz, parts };
}

function parseSize(siz: Uint8Array) {
  const view = new DataView(siz.buffer, siz.byteOffset, siz.length);
  const [xsiz, ysiz, x0, y0, tileWidth, tileHeight, tx0, ty0] = Array.from({ length: 8 }, (_, i) =>
    view.getUint32(6 + 4 * i),
  ) as [number, number, number, number, number, number, number, number];
  const count = view.getUint16(38);
  if (count < 1 || siz.length < 40 + 3 * count) throw new Error('its header is damaged');
  const components = Array.from({ length: count }, (_, i) => {
    const [precision, dx, dy] = siz.subarray(40 + 3 * i, 43 + 3 * i) as unknown as [number, number, number];
    if (dx !== 1 || dy !== 1) throw new Error('its bands have different sizes');
    return { bits: (precision & 0x7f) + 1, signed: precision > 127 };
  });
  const sane = xsiz > x0 && ysiz > y0 && tileWidth > 0 && tileHeight > 0 && tx0 <= x0 && ty0 <= y0;
  const tilesAcross = sane ? Math.ceil((xsiz - tx0) / tileWidth) : 0;
  const tilesDown = sane ? Math.ceil((ysiz - ty0) / tileHeight) : 0;
  const tiles = tilesAcross * tilesDown;
  // Each tile is decoded for itself: a picture of specks would keep us busy for hours.
  if (!sane || tiles > MAX_TILES || (tiles > 256 && tileWidth * tileHeight < 1024)) {
    throw new Error('its size is nonsense');
  }
  return {
    width: xsiz - x0,
    height: ysiz - y0,
    originX: x0,
    originY: y0,
    tileWidth,
    tileHeight,
    tileOriginX: tx0,
    tileOriginY: ty0,
    tilesAcross,
    tilesDown,
    components,
  };
}

const largestTile = ({
  width,
  height,
  tileWidth,
  tileHeight,
}: Pick<Codestream, 'width' | 'height' | 'tileWidth' | 'tileHeight'>) => ({
  width: Math.min(width, tileWidth),
  height: Math.min(height, tileHeight),
});

/** Where a tile lies on the reference grid. */
export function tileRect(stream: Codestream, tile: number): { x0: number; y0: number; x1: number; y1: number } {
  const col = tile % stream.tilesAcross;
  const row = Math.floor(tile / stream.tilesAcross);
  const left = stream.tileOriginX + col * stream.tileWidth;
  const top = stream.tileOriginY + row * stream.tileHeight;
  return {
    x0: Math.max(left, stream.originX),
    y0: Math.max(top, stream.originY),
    x1: Math.min(left + stream.tileWidth, stream.originX + stream.width),
    y1: Math.min(top + stream.tileHeight, stream.originY + stream.height),
  };
}

/**
 * One tile as a codestream of its own: the reference grid stays, the image is cut down to the tile, which becomes tile 0. So
 * only what is looked at is decoded, and a damaged tile fails alone.
 */
export async function tileStream(
  stream: Codestream,
  tile: number,
  read: (offset: number, length: number) => Promise<ArrayBuffer>,
): Promise<Uint8Array> {
  const { x0, y0, x1, y1 } = tileRect(stream, tile);
  const siz = stream.siz.slice();
  const view = new DataView(siz.buffer);
  const col = tile % stream.tilesAcross;
  const row = Math.floor(tile / stream.tilesAcross);
  const tileLeft = stream.tileOriginX + col * stream.tileWidth;
  const tileTop = stream.tileOriginY + row * stream.tileHeight;
  for (const [i, value] of [x1, y1, x0, y0, stream.tileWidth, stream.tileHeight, tileLeft, tileTop].entries()) {
    view.setUint32(6 + 4 * i, value);
  }
  const pieces: Uint8Array[] = [Uint8Array.of(0xff, 0x4f), siz, ...stream.header];
  for (const { offset, length } of stream.parts[tile]!) {
    const bytes = new Uint8Array(await read(offset, length));
    if (bytes.length < length) throw new Error('its end is missing');
    for (const segment of tilePartSegments(bytes, 12))
      readCoding(segment, stream.components.length, largestTile(stream));
    new DataView(bytes.buffer).setUint16(4, 0);
    pieces.push(bytes);
  }
  if (!endsWithEoc(pieces.at(-1)!)) pieces.push(Uint8Array.of(0xff, 0xd9));
  return Buffer.concat(pieces);
}

const endsWithEoc = (bytes: Uint8Array): boolean => bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
