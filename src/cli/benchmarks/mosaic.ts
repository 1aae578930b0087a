import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { encodeDirectory } from '../../export/tiff-tags.ts';
import { DEMO_SCENE } from '../../scene/demo/demo-scene.ts';
import { DEMO_BANDS } from '../../scene/demo/materials.ts';
import { DN_PER_REFLECTANCE } from '../../scene/demo/sensor.ts';
import { openScene } from '../../scene/open-scene.ts';

/** Pixels a side of a tile: the whole demo scene. */
const TILE = 512;
const HALF = TILE / 2;

/** Blue, green, red, near infrared. */
const BANDS = DEMO_BANDS.slice(0, 4);

const PIXEL_M = 10;

/** Easting and northing. */
const TOP_LEFT = [300_000, 5_200_000] as const;

/** Bytes of a pixel: uint16 a band. */
export const MOSAIC_PIXEL_BYTES = BANDS.length * 2;

/**
 * Write a square GeoTIFF of the demo scene's first four bands over and over, the valley mirrored from tile to tile: tiled,
 * deflate, with overviews as scenes of that size have. Tiles that look the same share their bytes, so that a scene of 400
 * million pixels is written in a second and takes megabytes. Whoever reads it unpacks every one of them nevertheless.
 *
 * @param side  pixels
 */
export async function writeMosaic(path: string, side: number): Promise<void> {
  const file = await open(path, 'w');
  try {
    let position = 8;
    const append = async (bytes: Uint8Array): Promise<number> => {
      const at = position;
      await file.write(bytes, 0, bytes.length, at);
      position += bytes.length + (bytes.length % 2); // everything starts on a word boundary
      return at;
    };
    /** Where the file says that the next directory begins. */
    let pointer = 4;
    let tiles = await mirroredValleys();
    for (let width = side; ; width = Math.ceil(width / 2), tiles = halved(tiles)) {
      const stored = new Map<Uint16Array, StoredTile>();
      for (const samples of new Set(tiles)) {
        const packed = await deflated(new Uint8Array(samples.buffer));
        stored.set(samples, { offset: await append(packed), bytes: packed.length });
      }
      const tags = tagsOf(
        width,
        side,
        tiles.map((samples) => stored.get(samples)!),
      );
      const directory = await append(encodeDirectory(tags, position, false));
      await file.write(uint32(directory), 0, 4, pointer);
      pointer = directory + 2 + 12 * tags.length;
      if (width <= TILE) break;
    }
    await file.write(Uint8Array.of(0x49, 0x49, 42, 0), 0, 4, 0); // 'II', little-endian
  } finally {
    await file.close();
  }
}

/** Two tiles by two, row-major, repeated over the scene. */
type Tiles = readonly [Uint16Array, Uint16Array, Uint16Array, Uint16Array];

interface StoredTile {
  readonly offset: number;
  readonly bytes: number;
}

const deflated = promisify(deflate) as (bytes: Uint8Array) => Promise<Uint8Array>;

const uint32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

/** The demo scene as it is, left to right, upside down, and both: so the edges fit. Bands interleaved by pixel. */
async function mirroredValleys(): Promise<Tiles> {
  const scene = await openScene([DEMO_SCENE], {});
  const window = { col: 0, row: 0, width: TILE, height: TILE };
  const bands = await Promise.all(BANDS.map((_, position) => scene.readDn(position, window)));
  await scene.close();
  const tiles = [0, 1, 2, 3].map((mirror) => {
    const samples = new Uint16Array(TILE * TILE * BANDS.length);
    bands.forEach((values, band) => {
      for (let i = 0; i < values.length; i++) {
        const [col, row] = [i % TILE, Math.floor(i / TILE)];
        const x = mirror & 1 ? TILE - 1 - col : col;
        const y = mirror & 2 ? TILE - 1 - row : row;
        samples[(y * TILE + x) * BANDS.length + band] = values[i]!;
      }
    });
    return samples;
  });
  return tiles as unknown as Tiles;
}

/** The next overview: means of two pixels by two. Its tiles all look the same. */
function halved(tiles: Tiles): Tiles {
  const n = BANDS.length;
  const half = new Uint16Array(TILE * TILE * n);
  for (let i = 0; i < half.length; i++) {
    const [col, row] = [Math.floor(i / n) % TILE, Math.floor(i / n / TILE)];
    const tile = tiles[(row >= HALF ? 2 : 0) + (col >= HALF ? 1 : 0)]!;
    const at = ((row % HALF) * 2 * TILE + (col % HALF) * 2) * n + (i % n);
    half[i] = Math.round((tile[at]! + tile[at + n]! + tile[at + TILE * n]! + tile[at + TILE * n + n]!) / 4);
  }
  return [half, half, half, half];
}

/** @param width  of this level; `side` of the scene */
function tagsOf(width: number, side: number, stored: readonly StoredTile[]): Parameters<typeof encodeDirectory>[0] {
  const perBand = (value: number): number[] => BANDS.map(() => value);
  const items = BANDS.flatMap(({ name }, i) => [
    `<Item name="DESCRIPTION" sample="${i}" role="description">${name}</Item>`,
    `<Item name="SCALE" sample="${i}" role="scale">${1 / DN_PER_REFLECTANCE}</Item>`,
  ]);
  const across = Math.ceil(width / TILE);
  const tiles = Array.from(
    { length: across * across },
    (_, i) => stored[(Math.floor(i / across) % 2) * 2 + ((i % across) % 2)]!,
  );
  return [
    { id: 254, type: 'long', values: [width < side ? 1 : 0] }, // a reduced image, or the scene itself
    { id: 256, type: 'long', values: [width] },
    { id: 257, type: 'long', values: [width] },
    { id: 258, type: 'short', values: perBand(16) },
    { id: 259, type: 'short', values: [8] }, // Adobe deflate
    { id: 262, type: 'short', values: [1] },
    { id: 277, type: 'short', values: [BANDS.length] },
    { id: 284, type: 'short', values: [1] }, // interleaved by pixel
    { id: 322, type: 'long', values: [TILE] },
    { id: 323, type: 'long', values: [TILE] },
    { id: 324, type: 'long', values: tiles.map(({ offset }) => offset) },
    { id: 325, type: 'long', values: tiles.map(({ bytes }) => bytes) },
    { id: 338, type: 'short', values: perBand(0).slice(1) },
    { id: 339, type: 'short', values: perBand(1) },
    { id: 33550, type: 'double', values: [PIXEL_M, PIXEL_M, 0] },
    { id: 33922, type: 'double', values: [0, 0, 0, ...TOP_LEFT, 0] },
    { id: 34735, type: 'short', values: [1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 32633] }, // projected, UTM zone 33N
    { id: 42112, type: 'ascii', values: `<GDALMetadata>${items.join('')}</GDALMetadata>` },
  ];
}
