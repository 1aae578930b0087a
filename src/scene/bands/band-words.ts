import type { BandName } from '../../domain/band.ts';

/**
 * Words for bands in descriptions and file names; the first that fits wins, so the narrower ones stand first. null = a band
 * that we know and have no name for.
 */
const WORDS: readonly (readonly [RegExp, BandName | null])[] = [
  // Numbers about a band, not light.
  [/\b(std ?dev|stdev|variance|count|uncertainty|error|mask)\b/, null],
  [/coastal|aerosol|ultra[\s_-]?blue|deep[\s_-]?blue/, 'coastal'],
  [/water[\s_-]?vapou?r/, 'water_vapor'],
  [/(vre|red[\s_-]?edge|re)[\s_-]?(3|78\d?|783)\b|rededge078/, 'rededge078'],
  [/(vre|red[\s_-]?edge|re)[\s_-]?(2|74\d?|740)\b|rededge075/, 'rededge075'],
  [/\b(vre|red[\s_-]?edge|re)[\s_-]?(1|70\d?|705)?\b|rededge071/, 'rededge071'],
  [/\b(nir0?8a?|nir[\s_-]?narrow|narrow[\s_-]?nir|n[\s_-]?nir)\b/, 'nir08'],
  [/\b(nir0?9|nir[\s_-]?2)\b/, 'nir09'],
  [/\b(nir|near[\s_-]?infra[\s_-]?red|nir[\s_-]?1|infra[\s_-]?red)\b/, 'nir'],
  [/\b(swir[\s_-]?(2|22|2200)|short[\s_-]?wave[\s_-]?infra[\s_-]?red[\s_-]?2)\b/, 'swir22'],
  [/\b(swir[\s_-]?(1|16|1600)?|short[\s_-]?wave[\s_-]?infra[\s_-]?red([\s_-]?1)?)\b/, 'swir16'],
  [/\b(cirrus)\b/, 'cirrus'],
  [/\b(lwir\d*|tirs?[\s_-]?\d*|thermal[\s_-]?\d*|brightness[\s_-]?temperature)\b/, 'lwir'],
  [/\b(pan|panchromatic)\b/, 'pan'],
  [/\byellow\b/, 'yellow'],
  // PlanetScope's "green I" (531 nm) is not the green of other sensors.
  [/\bgreen ?(i|1)\b/, null],
  [/\bblue\b/, 'blue'],
  [/\bgreen\b/, 'green'],
  [/\bred\b/, 'red'],
  [/\b(alpha|transparency)\b/, 'alpha'],
];

/** The band that a description or part of a file name speaks of; undefined when it says nothing, null as in `WORDS`. */
export function bandOfWords(text: string): BandName | null | undefined {
  // Underscores separate words in names, but a regular expression takes them for letters.
  const words = text.toLowerCase().replaceAll('_', ' ');
  return WORDS.find(([pattern]) => pattern.test(words))?.[1];
}

/** Single letters at the end of the names of files that hold one band: `…-R.tif`. */
export function bandOfLetter(stem: string): BandName | null {
  const letter = /[-_.]([rgbn])$/i.exec(stem)?.[1]?.toLowerCase();
  return letter ? ({ r: 'red', g: 'green', b: 'blue', n: 'nir' } as const)[letter as 'r' | 'g' | 'b' | 'n'] : null;
}

/** Names of one or two letters, as spyndex, NAIP and NICFI write them. */
const LETTERS: Readonly<Record<string, BandName | null>> = {
  A: 'coastal',
  B: 'blue',
  G1: null,
  G: 'green',
  Y: 'yellow',
  R: 'red',
  RE: 'rededge071',
  RE1: 'rededge071',
  RE2: 'rededge075',
  RE3: 'rededge078',
  N: 'nir',
  NIR: 'nir',
  N2: 'nir08',
  WV: 'water_vapor',
  S1: 'swir16',
  S2: 'swir22',
  T: 'lwir',
  T1: 'lwir',
  T2: 'lwir',
};

/** Bands of descriptions that are all such letters; null when one of them is not. `A` beside R, G and B is opacity. */
export function bandsOfLetters(texts: readonly (string | null)[]): (BandName | null)[] | null {
  const letters = texts.map((text) => (text ?? '').toUpperCase());
  if (letters.length < 2 || !letters.every((letter) => letter in LETTERS)) return null;
  const isPicture = letters.every((letter) => 'RGBA'.includes(letter));
  return letters.map((letter) => (letter === 'A' && isPicture ? 'alpha' : LETTERS[letter]!));
}

/** A product's band code in a description or file stem, without leading zeros: `B4`, `B8A`, `QA_PIXEL`. */
export function bandCode(text: string): string | null {
  const quality =
    /(?:^|[^A-Z0-9])(QA_?PIXEL|QA_?RADSAT|SR_QA_AEROSOL|QA_AEROSOL|B?QA(?:60)?|SCL|AOT|WVP|TCI|FMASK|CLD|SNW|MSK_\w+)(?=[^A-Z0-9]|$)/i;
  const named = quality.exec(text)?.[1]?.toUpperCase();
  if (named) return named.replace(/^QA_?PIXEL$/, 'QA_PIXEL');
  const codes = [
    ...text.matchAll(/(?:^|[^A-Za-z0-9])(?:(?:SR|ST|TOA)_?)?B(?:AND)?[\s_]?0?(\d{1,2}A?)(?=[^A-Za-z0-9]|$)/gi),
  ];
  const last = codes.at(-1)?.[1];
  return last ? `B${last.toUpperCase()}` : null;
}

/** Centre wavelengths in nanometres -> band. @see STAC electro-optical extension 1.1, common band names */
const WAVELENGTHS: readonly (readonly [from: number, to: number, BandName])[] = [
  [400, 450, 'coastal'],
  [450, 520, 'blue'],
  [520, 590, 'green'],
  [590, 625, 'yellow'],
  [625, 690, 'red'],
  [690, 720, 'rededge071'],
  [720, 760, 'rededge075'],
  [760, 800, 'rededge078'],
  [800, 860, 'nir'],
  [860, 900, 'nir08'],
  [900, 980, 'nir09'],
  [1350, 1400, 'cirrus'],
  [1520, 1750, 'swir16'],
  [2050, 2380, 'swir22'],
  [8000, 13000, 'lwir'],
];

/** Where each band has its centre on most sensors, in nanometres: of several bands of a name the nearest is used. */
export const CENTRES_NM: Partial<Record<BandName, number>> = {
  coastal: 443,
  blue: 490,
  green: 560,
  yellow: 605,
  red: 665,
  rededge071: 705,
  rededge075: 740,
  rededge078: 783,
  nir: 842,
  nir08: 865,
  nir09: 945,
  cirrus: 1375,
  swir16: 1610,
  swir22: 2200,
};

/** A wavelength with its unit in a description, in nanometres: `Band 1 (490 nm)`, `0.842 um`; null when there is none. */
export function wavelengthIn(text: string): number | null {
  const [, value, unit] =
    /(\d+(?:\.\d+)?)\s*(nm|nano\s?met\w+|um|[µμ]m|micro\s?met\w+|microns?)(?![a-z])/i.exec(text) ?? [];
  return value === undefined ? null : Number(value) * (/^n/i.test(unit!) ? 1 : 1000);
}

export function bandOfWavelength(nanometres: number): BandName | null {
  return WAVELENGTHS.find(([from, to]) => nanometres >= from && nanometres < to)?.[2] ?? null;
}
