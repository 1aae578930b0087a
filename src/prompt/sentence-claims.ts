import { SIZE_WORDS, type SizeWord } from '../domain/attribute.ts';
import { LOCATIONS, type Location } from '../domain/grid.ts';
import { LAND_COVERS, type LandCover } from '../domain/land-cover.ts';
import { SIDES, type Side } from './reached-sides.ts';

/** Which of the regions a clause speaks of: all, the largest, the one after it, the ones after the largest, the smallest. */
export type Subject = 'all' | 'largest' | 'second' | 'others' | 'smallest';

/** What one clause of a sentence claims about regions. */
export interface Clause {
  readonly subject: Subject;
  /** Sizes that the clause allows, one list for each size word in it. */
  readonly sizes: readonly (readonly SizeWord[])[];
  /** "Most of them are small": the most frequent size, not every one. */
  readonly mostSize: boolean;
  /** Cells that would do, one list for each place word in it. */
  readonly places: readonly (readonly Location[])[];
}

/** "two small regions": so many of that size; `sizes` null = of all of the subject. */
export interface CountClaim {
  readonly subject: Subject;
  readonly least: number;
  readonly most: number;
  readonly sizes: readonly SizeWord[] | null;
}

/** What a sentence of the model claims, as far as the attributes can tell whether it is true. */
export interface Claims {
  readonly clauses: readonly Clause[];
  readonly counts: readonly CountClaim[];
  /** Range of shares of the scene that the words allow, 0–1. */
  readonly coverage: { readonly least: number; readonly most: number } | null;
  /** "The largest one reaches the left and top edges": the sides of the scene that a region of the subject comes up to. */
  readonly edges: { readonly subject: Subject; readonly sides: readonly Side[] } | null;
  /** "There is no …". */
  readonly absence: boolean;
  /** Numbers written in digits. */
  readonly digits: readonly string[];
  readonly targets: readonly LandCover[];
}

/** Reads the claims out of an English sentence. Words it does not know claim nothing. */
export function readClaims(sentence: string): Claims {
  const text = normalised(sentence);
  const { coverage, rest: uncovered } = readCoverage(text);
  const { edges, rest } = readEdges(uncovered);
  let subject: Subject = 'all';
  const counts: CountClaim[] = [];
  const clauses: Clause[] = [];
  for (const part of rest.split(/[,;:]|\b(?:while|whereas|but)\b/)) {
    subject = subjectOf(part) ?? subject;
    const { counted, left } = readCounts(part, subject);
    counts.push(...counted);
    clauses.push({
      subject,
      sizes: sizesOf(left),
      mostSize: /\bmost of\b|\bmostly\b/.test(part),
      places: placesOf(left),
    });
  }
  return {
    clauses,
    counts,
    coverage,
    edges,
    absence:
      /\b(?:no|none|not any|no visible|without|absent|lacks?|nothing)\b|\bn't any\b|\bnot (?:present|visible)\b/.test(
        text,
      ),
    digits: text.match(/\d+(?:[.,]\d+)*/g) ?? [],
    targets: LAND_COVERS.filter((target) => TARGET_WORDS[target].test(text)),
  };
}

const TARGET_WORDS: Readonly<Record<LandCover, RegExp>> = {
  vegetation:
    /\b(?:vegetat\w*|trees?|forests?|woods?|woodlands?|grass\w*|plants?|crops?|canop(?:y|ies)|shrubs?|bushes|meadows?|greenery)\b/,
  water:
    /\b(?:waters?|waterbod(?:y|ies)|rivers?|lakes?|ponds?|reservoirs?|streams?|canals?|seas?|oceans?|bays?|inlets?)\b/,
  building:
    /\b(?:buildings?|built-up|houses?|roofs?|rooftops?|urban|settlements?|towns?|cit(?:y|ies)|villages?|structures?)\b/,
};

const normalised = (sentence: string): string =>
  sentence
    .toLowerCase()
    .replace(/\b(?:upper|northern|north)\b/g, 'top')
    .replace(/\b(?:lower|southern|south)\b/g, 'bottom')
    .replace(/\b(?:eastern|east)\b/g, 'right')
    .replace(/\b(?:western|west)\b/g, 'left')
    .replace(/\b(?:north|top)-?west(?:ern)?\b/g, 'top-left')
    .replace(/\b(?:north|top)-?east(?:ern)?\b/g, 'top-right')
    .replace(/\b(?:south|bottom)-?west(?:ern)?\b/g, 'bottom-left')
    .replace(/\b(?:south|bottom)-?east(?:ern)?\b/g, 'bottom-right')
    .replace(/\b(?:centre|central)\b/g, 'center')
    .replace(/\bon top of\b/g, 'on');

function subjectOf(part: string): Subject | null {
  if (/\b(?:next|second)[ -](?:largest|biggest)\b/.test(part)) return 'second';
  if (/\b(?:largest|biggest|main|dominant)\b/.test(part)) return 'largest';
  if (/\bsmallest\b/.test(part)) return 'smallest';
  if (/\b(?:others?|more|another|additional|further|remaining|rest)\b/.test(part)) return 'others';
  return null;
}

const SIDE = `(?:${SIDES.join('|')})`;
const EDGES = new RegExp(
  `\\b(?:reach(?:es)?|touch(?:es)?|extends? to) (?:(?:every|all(?: the| four)?)|the (${SIDE}(?:(?:, | and |, and )${SIDE})*)) (?:edge|border)s?\\b`,
);

/** The edges that are spoken of, and the text without them: their names are no places. */
function readEdges(text: string): { edges: Claims['edges']; rest: string } {
  const found = EDGES.exec(text);
  if (!found) return { edges: null, rest: text };
  const [words, named] = found;
  const subject = subjectOf(text.slice(0, found.index)) ?? 'all';
  const sides = named === undefined ? SIDES : SIDES.filter((side) => named.includes(side));
  return { edges: { subject, sides }, rest: text.replace(words, ' ') };
}

const SIZE_MEANING: Readonly<Record<string, readonly SizeWord[]>> = {
  ...Object.fromEntries(SIZE_WORDS.map((word) => [word, [word]])),
  tiny: ['very tiny'],
  'very small': ['very tiny'],
  'medium-sized': ['medium'],
  'medium sized': ['medium'],
  big: ['somewhat large', 'large', 'huge'],
  'very large': ['huge'],
  vast: ['huge'],
  enormous: ['huge'],
};

// Longer words first, so that "somewhat large" is not read as "large".
const SIZE = Object.keys(SIZE_MEANING)
  .sort((a, b) => b.length - a.length)
  .join('|');

const sizesOf = (part: string): (readonly SizeWord[])[] =>
  [...part.matchAll(new RegExp(`\\b(?:${SIZE})\\b`, 'g'))].map(([word]) => SIZE_MEANING[word]!);

const CELL = /\b(top|bottom|middle|center)[ -](left|right|center|middle)\b/g;
const CELLS_AT: Readonly<Record<string, (cell: Location) => boolean>> = {
  top: (cell) => cell.startsWith('top'),
  bottom: (cell) => cell.startsWith('bottom'),
  left: (cell) => cell.endsWith('left'),
  right: (cell) => cell.endsWith('right'),
  center: (cell) => cell === 'center',
  middle: (cell) => cell === 'center' || cell.startsWith('middle') || cell.endsWith('center'),
};

function placesOf(part: string): Location[][] {
  const places: Location[][] = [];
  const left = part.replace(CELL, (_words, vertical: string, horizontal: string) => {
    const row = vertical === 'center' ? 'middle' : vertical;
    const col = horizontal === 'middle' ? 'center' : horizontal;
    places.push([row === 'middle' && col === 'center' ? 'center' : (`${row}-${col}` as Location)]);
    return ' ';
  });
  for (const [word] of left.matchAll(/\b(?:top|bottom|left|right|center|middle)\b/g)) {
    places.push(LOCATIONS.filter(CELLS_AT[word]!));
  }
  return places;
}

const NUMBERS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  'only one': [1, 1],
  'the only': [1, 1],
  'a single': [1, 1],
  one: [1, 1],
  two: [2, 2],
  'a pair of': [2, 2],
  three: [3, 3],
  four: [4, 4],
  five: [5, 5],
  six: [6, 6],
  seven: [7, 7],
  eight: [8, 8],
  nine: [9, 9],
  ten: [10, 10],
  eleven: [11, 11],
  twelve: [12, 12],
  'a few': [2, 8],
  few: [2, 8],
  several: [2, Infinity],
  multiple: [2, Infinity],
  many: [4, Infinity],
  numerous: [4, Infinity],
};

const NOUN =
  '(?:regions?|areas?|patch(?:es)?|bod(?:y|ies)|lakes?|rivers?|ponds?|buildings?|houses?|roofs?|forests?|fields?|clusters?|zones?|blocks?|stands?|strips?|ones?)';
const COUNT = new RegExp(`\\b(${Object.keys(NUMBERS).join('|')}|\\d+)\\b((?: [a-z-]+){0,4}?) ${NOUN}\\b`, 'g');

/** Counts, and the part of the clause without them: the size word of "two small regions" has been dealt with. */
function readCounts(part: string, subject: Subject): { counted: CountClaim[]; left: string } {
  const counted: CountClaim[] = [];
  const left = part.replace(COUNT, (words, number: string, between: string) => {
    const [least, most] = NUMBERS[number] ?? [Number(number), Number(number)];
    const sizes = sizesOf(between);
    // "one region is huge" counts nothing when it speaks of the largest.
    if (['largest', 'second', 'smallest'].includes(subject) || /\bof\b/.test(between)) return words;
    counted.push({ subject, least, most, sizes: sizes[0] ?? null });
    return ' ';
  });
  return { counted, left };
}

const FRACTIONS: Readonly<Record<string, number>> = {
  'three quarters': 3 / 4,
  'two thirds': 2 / 3,
  half: 1 / 2,
  'a third': 1 / 3,
  'one third': 1 / 3,
  'a quarter': 1 / 4,
  'one quarter': 1 / 4,
  'a fifth': 1 / 5,
  'a sixth': 1 / 6,
  'a tenth': 1 / 10,
};
const FRACTION = new RegExp(
  `\\b(?:(more than|over|less than|under|almost|nearly|about|around|roughly) )?(${Object.keys(FRACTIONS).join('|')})(?: of)?\\b`,
);
const PARTS: readonly (readonly [words: RegExp, least: number, most: number])[] = [
  [/\b(?:a )?very small (?:part|portion|share|fraction)\b/, 0, 0.02],
  [/\b(?:a )?small (?:part|portion|share|fraction)\b/, 0, 0.12],
  [/\b(?:a )?large (?:part|portion|share|fraction)\b/, 0.25, 1],
  [/\b(?:almost|nearly) (?:all|the (?:entire|whole))\b/, 0.85, 1],
  [/\b(?:the )?(?:entire|whole)\b/, 0.9, 1],
  [/\bmost of (?:this|the|it)\b(?! regions)/, 0.5, 1],
  [/\bdominat\w+/, 0.4, 1],
];
/** How far "about half" may be from a half. */
const ABOUT = 0.1;

/** The share of the scene that is spoken of, and the text without those words. */
function readCoverage(text: string): { coverage: Claims['coverage']; rest: string } {
  // "half" of a region or "the top half" is no share of the scene.
  const fraction = FRACTION.exec(
    text.replace(/\b(?:top|bottom|left|right) half\b/g, (side) => side.replace('half', 'side')),
  );
  if (fraction) {
    const [words, how, name] = fraction;
    const value = FRACTIONS[name!]!;
    const [least, most] =
      how === 'more than' || how === 'over'
        ? [value - 0.02, 1]
        : how === 'less than' || how === 'under'
          ? [0, value + 0.02]
          : [value - ABOUT, value + ABOUT];
    return { coverage: { least, most }, rest: text.replace(words, ' ') };
  }
  for (const [words, least, most] of PARTS) {
    if (words.test(text)) return { coverage: { least, most }, rest: text.replace(words, ' ') };
  }
  return { coverage: null, rest: text };
}
