import type { BandName } from '../../domain/band.ts';

/** Words for bands in descriptions and file names; the first that fits wins, so the narrower ones stand first. */
const WORDS: readonly (readonly [RegExp, BandName])[] = [
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
  [/\bblue\b/, 'blue'],
  [/\bgreen\b/, 'green'],
  [/\bred\b/, 'red'],
  [/\b(alpha|transparency)\b/, 'alpha'],
];

/** The band that a description or part of a file name speaks of, null when it says nothing. */
export function bandOfWords(text: string): BandName | null {
  // Underscores separate words in names, but a regular expression takes them for letters.
  const words = text.toLowerCase().replaceAll('_', ' ');
  return WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? null;
}

/** Single letters at the end of the names of files that hold one band: `…-R.tif`. */
export function bandOfLetter(stem: string): BandName | null {
  const letter = /[-_.]([rgbn])$/i.exec(stem)?.[1]?.toLowerCase();
  return letter ? ({ r: 'red', g: 'green', b: 'blue', n: 'nir' } as const)[letter as 'r' | 'g' | 'b' | 'n'] : null;
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

export function bandOfWavelength(nanometres: number): BandName | null {
  return WAVELENGTHS.find(([from, to]) => nanometres >= from && nanometres < to)?.[2] ?? null;
}
