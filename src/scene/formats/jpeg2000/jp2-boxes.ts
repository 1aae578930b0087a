import type { Affine, Crs } from '../../../domain/grid.ts';
import { isInvertible } from '../../place/affine.ts';
import { crsOfEpsg } from '../../place/crs.ts';
import type { ByteSource } from '../../sources/byte-source.ts';
import type { Interpretation } from '../raster-file.ts';
import { readTiffStructure } from '../tiff/tiff-directory.ts';
import { readGeoreference } from '../tiff/tiff-georeference.ts';
import { xmlElements } from '../tiff/xml-elements.ts';

/** What the boxes of a JP2 file say. A bare codestream says nothing. */
export interface Jp2Boxes {
  /** Of the codestream in the file. */
  readonly codestream: number;
  readonly transform: Affine | null;
  readonly crs: Crs | null;
  /** Meaning of each component where the file defines it. */
  readonly interpretation: readonly Interpretation[];
}

const GEOJP2 = 'b14bf8bd083d4b43a5ae8cd7d5a6ce03';
/** Boxes that hold boxes. */
const CONTAINERS = new Set(['jp2h', 'asoc']);
const MAX_BOXES = 1000;
const MAX_BOX_BYTES = 4 * 2 ** 20;
const MAX_XML = 2 ** 20;

/**
 * Position by GeoJP2 (a small GeoTIFF in a UUID box), else by GML (OGC 05-047r3).
 *
 * @throws {Error} when the file holds no codestream
 */
export async function readJp2Boxes(source: ByteSource): Promise<Jp2Boxes> {
  const found = {
    codestream: -1,
    geotiff: null as ArrayBuffer | null,
    gml: '',
    channels: [] as Interpretation[],
    boxes: 0,
  };
  await walk(source, 0, source.size, found);
  if (found.codestream < 0) throw new Error('it holds no JPEG 2000 stream');
  const position = (found.geotiff && (await ofGeotiff(found.geotiff))) ?? ofGml(found.gml);
  return {
    codestream: found.codestream,
    transform: position?.transform ?? null,
    crs: position?.crs ?? null,
    interpretation: found.channels,
  };
}

async function walk(
  source: ByteSource,
  start: number,
  end: number,
  found: { codestream: number; geotiff: ArrayBuffer | null; gml: string; channels: Interpretation[]; boxes: number },
): Promise<void> {
  let at = start;
  while (at + 8 <= end && found.boxes++ < MAX_BOXES) {
    const head = new DataView(await source.read(at, 16));
    if (head.byteLength < 8) return;
    const type = String.fromCharCode(...new Uint8Array(head.buffer, 4, 4));
    const short = head.getUint32(0);
    const long = short === 1 && head.byteLength === 16;
    const length = short === 0 ? end - at : long ? Number(head.getBigUint64(8)) : short;
    const body = at + (long ? 16 : 8);
    if (length < 8 || at + length > end + (type === 'jp2c' ? Number.MAX_SAFE_INTEGER : 0)) return;
    const bytes = async () => source.read(body, Math.min(at + length - body, MAX_BOX_BYTES));
    if (type === 'jp2c') {
      if (found.codestream < 0) found.codestream = body;
    } else if (CONTAINERS.has(type)) await walk(source, body, at + length, found);
    else if (type === 'uuid') {
      const content = await bytes();
      if (Buffer.from(content, 0, Math.min(16, content.byteLength)).toString('hex') === GEOJP2)
        found.geotiff = content.slice(16);
    } else if (type === 'xml ') {
      const text = new TextDecoder().decode((await bytes()).slice(0, MAX_XML));
      if (text.includes('RectifiedGrid')) found.gml = text;
    } else if (type === 'cdef') found.channels = channelsOf(new DataView(await bytes()));
    at += length;
  }
}

/** Channel definition box: (channel, type, association) for each; type 1 is opacity, association 1 to 3 are R, G, B. */
function channelsOf(cdef: DataView): Interpretation[] {
  const channels: Interpretation[] = [];
  const count = cdef.byteLength < 2 ? 0 : cdef.getUint16(0);
  for (let i = 0; i < count && 2 + 6 * i + 6 <= cdef.byteLength; i++) {
    const [channel, type, association] = [0, 2, 4].map((part) => cdef.getUint16(2 + 6 * i + part)) as [
      number,
      number,
      number,
    ];
    if (channel > 64) continue;
    const colour = (['red', 'green', 'blue'] as const)[association - 1];
    channels[channel] = type === 1 || type === 2 ? 'alpha' : type === 0 && colour ? colour : 'undefined';
  }
  return Array.from(channels, (role) => role ?? 'undefined');
}

async function ofGeotiff(bytes: ArrayBuffer): Promise<{ transform: Affine | null; crs: Crs | null } | null> {
  try {
    const memory: ByteSource = {
      size: bytes.byteLength,
      read: async (offset, length) => bytes.slice(offset, offset + length),
      close: async () => undefined,
    };
    const { directories } = await readTiffStructure(memory);
    const position = await readGeoreference(directories[0]!);
    return position.transform ? position : null;
  } catch {
    return null; // a broken box: the GML may still be good
  }
}

/** A rectified grid: its origin is the centre of the top left pixel, its vectors are steps of one column and one row. */
function ofGml(gml: string): { transform: Affine; crs: Crs | null } | null {
  let origin: number[] | null = null;
  let inOrigin = false;
  let system = '';
  const vectors: number[][] = [];
  for (const { name, attributes, text } of xmlElements(gml)) {
    const stated = attributes.get('srsName') ?? '';
    if (!system && stated.includes('EPSG')) system = stated;
    if (name === 'origin') inOrigin = true;
    else if (inOrigin && !origin && (name === 'pos' || name === 'coordinates')) origin = numbers(text);
    else if (name === 'offsetVector' && vectors.length < 2) vectors.push(numbers(text));
  }
  const [perCol, perRow] = vectors;
  if (!origin || origin.length < 2 || !perCol || !perRow || perCol.length < 2 || perRow.length < 2) return null;
  const epsg = Number(/\d+$/.exec(system.slice(-12))?.[0] ?? 0);
  const crs = epsg > 0 ? crsOfEpsg(epsg) : null;
  // Geographic systems of EPSG give latitude first.
  const [i, j] = crs?.unit === 'degree' && system.startsWith('urn:ogc:def:crs') ? [1, 0] : [0, 1];
  const [a, d] = [perCol[i]!, perCol[j]!];
  const [b, e] = [perRow[i]!, perRow[j]!];
  const transform: Affine = [a, b, origin[i]! - (a + b) / 2, d, e, origin[j]! - (d + e) / 2];
  return isInvertible(transform) ? { transform, crs } : null;
}

/** Coordinates of a place: two or three. */
const numbers = (text: string): number[] =>
  text
    .slice(0, 200)
    .trim()
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
