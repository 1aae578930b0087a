import { type TiffSpec, UTM33 } from './tiff-bytes.ts';

/** Reflectance of water, vegetation and bare soil, by band. */
const REFLECTANCE = {
  coastal: [0.065, 0.025, 0.09],
  blue: [0.06, 0.03, 0.1],
  green: [0.05, 0.07, 0.14],
  yellow: [0.04, 0.06, 0.16],
  red: [0.03, 0.04, 0.19],
  rededge071: [0.025, 0.11, 0.21],
  rededge075: [0.02, 0.3, 0.24],
  nir: [0.015, 0.42, 0.27],
  swir16: [0.008, 0.18, 0.33],
  swir22: [0.005, 0.09, 0.3],
} as const;

export type LayoutBand = keyof typeof REFLECTANCE;

const SIDE = 16;

/**
 * 16 × 16 pixels: the left quarter is water, the middle half vegetation, the right quarter bare soil.
 *
 * @param numbers  the number in the file for a reflectance; absent = 10000 times it
 */
export function layout(
  bands: readonly LayoutBand[],
  {
    type = 'uint16',
    numbers = (reflectance) => Math.round(reflectance * 10_000),
    names,
    pixelM = 10,
    tags = {},
  }: {
    type?: TiffSpec['type'];
    numbers?: (reflectance: number) => number;
    names?: readonly string[];
    pixelM?: number;
    tags?: TiffSpec['tags'];
  } = {},
): TiffSpec {
  return {
    width: SIDE,
    height: SIDE,
    type,
    bands: bands.map((band) => Array.from({ length: SIDE * SIDE }, (_, i) => numbers(REFLECTANCE[band][coverAt(i)]))),
    tags: {
      ...UTM33,
      33550: [pixelM, pixelM, 0],
      ...(names && {
        42112: names.map((n, i) => `<Item name="D" sample="${i}" role="description">${n}</Item>`).join(''),
      }),
      ...tags,
    },
  };
}

/** 0 water, 1 vegetation, 2 soil. */
export function coverAt(pixel: number): 0 | 1 | 2 {
  const col = pixel % SIDE;
  return col < SIDE / 4 ? 0 : col < (3 * SIDE) / 4 ? 1 : 2;
}

/** Mean of a normalized difference over the layout, worked out from the reflectances. */
export function meanDifference(a: LayoutBand, b: LayoutBand): number {
  const at = (cover: 0 | 1 | 2): number =>
    (REFLECTANCE[a][cover] - REFLECTANCE[b][cover]) / (REFLECTANCE[a][cover] + REFLECTANCE[b][cover]);
  return at(0) / 4 + at(1) / 2 + at(2) / 4;
}
