import { parseColor } from './target-look.ts';

/** A diverging colour map: pale at zero, darker away from it, hue by sign. */
export interface ColorMap {
  /** 512 colours, red, green, blue; the first half is negative. */
  readonly table: Uint8Array;
}

/** Anchors from the most negative to the most positive value; the middle one is zero. */
const ANCHORS = {
  vegetation: ['#4f3310', '#a4763f', '#f4eddc', '#7fb26a', '#0a4a26'],
  wetness: ['#5c3d0c', '#b58a45', '#f4eddc', '#7aa9cf', '#0d3568'],
  built: ['#0b4a4a', '#6aa8a1', '#f4eee6', '#d48763', '#6b1616'],
  burn: ['#6b1616', '#d0764f', '#f4eee6', '#6aa3a6', '#0b4048'],
  plain: ['#40246b', '#9a82bd', '#f2eeee', '#72ab8f', '#0c4a33'],
} as const;

/** Index → anchors. An index without a row is drawn in `plain`. */
const BY_INDEX: Readonly<Record<string, keyof typeof ANCHORS>> = {
  ndvi: 'vegetation',
  evi: 'vegetation',
  savi: 'vegetation',
  exg: 'vegetation',
  vari: 'vegetation',
  gli: 'vegetation',
  ngrdi: 'vegetation',
  ndwi: 'wetness',
  mndwi: 'wetness',
  ndmi: 'wetness',
  ndsi: 'wetness',
  ndbi: 'built',
  ui: 'built',
  bsi: 'built',
  nbr: 'burn',
};

/**
 * The colour map of an index. Equal steps of value are equal steps in OKLab, hence equally visible, on either side of
 * zero; and both ends differ in hue from each other for every kind of colour vision (brown or red against blue or green
 * of another lightness path, never red against green).
 *
 * @see Ottosson 2020, https://bottosson.github.io/posts/oklab/
 */
export function colorMapOf(index: string): ColorMap {
  const anchors = ANCHORS[BY_INDEX[index] ?? 'plain'].map((color) => toOklab(parseColor(color)));
  const table = new Uint8Array(HALF * 2 * 3);
  const middle = (anchors.length - 1) / 2;
  const [negative, positive] = [anchors.slice(0, middle + 1), anchors.slice(middle)];
  for (let i = 0; i < HALF; i++) {
    table.set(fromOklab(alongPath(negative, i / (HALF - 1))), i * 3);
    table.set(fromOklab(alongPath(positive, i / (HALF - 1))), (HALF + i) * 3);
  }
  return { table };
}

/** Colour of a value between −`reach` and `reach`; beyond, the end's colour. */
export function colorOf({ table }: ColorMap, value: number, reach: number): readonly [number, number, number] {
  const share = Math.min(Math.abs(value) / reach, 1) * (HALF - 1);
  const at = 3 * (value < 0 ? HALF - 1 - Math.round(share) : HALF + Math.round(share));
  return [table[at]!, table[at + 1]!, table[at + 2]!];
}

const HALF = 256;

type Lab = readonly [lightness: number, a: number, b: number];

/** The point at a share of the length of a path of straight pieces. */
function alongPath(path: readonly Lab[], share: number): Lab {
  const lengths = path
    .slice(1)
    .map((to, i) => Math.hypot(to[0] - path[i]![0], to[1] - path[i]![1], to[2] - path[i]![2]));
  let left = share * lengths.reduce((sum, length) => sum + length, 0);
  let piece = 0;
  while (piece < lengths.length - 1 && left > lengths[piece]!) left -= lengths[piece++]!;
  const t = left / lengths[piece]!;
  const [from, to] = [path[piece]!, path[piece + 1]!];
  return [0, 1, 2].map((k) => from[k]! + t * (to[k]! - from[k]!)) as unknown as Lab;
}

function toOklab([red, green, blue]: readonly [number, number, number]): Lab {
  const [r, g, b] = [red, green, blue].map((v) =>
    v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Lab): number[] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return linear.map((v) => {
    const bounded = Math.min(Math.max(v, 0), 1);
    return Math.round(255 * (bounded <= 0.0031308 ? 12.92 * bounded : 1.055 * bounded ** (1 / 2.4) - 0.055));
  });
}
