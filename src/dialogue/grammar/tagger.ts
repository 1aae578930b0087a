import { type Concept, LEXICON } from './lexicon.ts';
import { writtenChinese } from './normalize.ts';

/** A phrase of the lexicon found in a text: `[start, end)` in characters. */
export interface Mention {
  readonly concept: Concept;
  readonly value: string | null;
  readonly narrower: boolean;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** All mentions in normalized text, in order, without overlaps: leftmost first, then longest. */
export function tag(text: string): Mention[] {
  const mentions: Mention[] = [];
  for (let at = 0; at < text.length; ) {
    const mention = longestAt(text, at);
    const before = mentions.at(-1);
    if (mention && before && isOnePlace(before, mention, text)) {
      mentions[mentions.length - 1] = { ...before, text: text.slice(before.start, mention.end), end: mention.end };
    } else if (mention && before && isCompound(before, mention, text)) {
      const whole = text.slice(before.start, mention.end);
      mentions[mentions.length - 1] = { ...mention, narrower: true, text: whole, start: before.start };
    } else if (mention) mentions.push(mention);
    at = mention ? mention.end : at + 1;
  }
  return mentions;
}

/** "Lake shore", "forest trees": two words for one thing. */
const isOnePlace = (a: Mention, b: Mention, text: string): boolean =>
  a.concept === 'target' &&
  b.concept === 'target' &&
  a.value === b.value &&
  text.slice(a.end, b.start) === ' ' &&
  /[a-z]/.test(text[b.start]!);

/** "Farm buildings", "garden sheds": the last word says what they are. */
const isCompound = (a: Mention, b: Mention, text: string): boolean =>
  a.concept === 'target' &&
  b.concept === 'target' &&
  a.value !== b.value &&
  a.narrower &&
  /^[a-z]+$/.test(a.text) &&
  !a.text.endsWith('s') &&
  text.slice(a.end, b.start) === ' ';

const wordsOf = (rows: typeof LEXICON): ReadonlySet<string> =>
  new Set(rows.flatMap((row) => row.words.split('|')).flatMap((phrase) => phrase.match(/[a-z]+/g) ?? []));

/** Every English word of the lexicon: none of them is a typo. */
export const VOCABULARY: ReadonlySet<string> = wordsOf(LEXICON);

const UNMENDED: ReadonlySet<Concept> = new Set([
  'foreign',
  'filler',
  'greeting',
  'thanks',
  'pronoun',
  'picture',
  'wrong',
  'again-same',
]);

/** The words that a typo can be mended to: those that ask for something. */
export const MENDABLE: ReadonlySet<string> = wordsOf(LEXICON.filter((row) => !UNMENDED.has(row.concept)));

/** The names of targets, in the plural: they are mended to as well. */
export const PLURALS: ReadonlySet<string> = new Set(
  LEXICON.filter((row) => row.concept === 'target')
    .flatMap((row) => row.words.split('|'))
    .filter((phrase) => /^[a-z]{4,}[^s]$/.test(phrase))
    .map((word) => `${word}s`),
);

interface Entry {
  readonly phrase: string;
  readonly concept: Concept;
  readonly value: string | null;
  readonly narrower: boolean;
}

/** First character -> phrases, longest first. */
const ENTRIES: ReadonlyMap<string, readonly Entry[]> = entriesByFirstCharacter();

function entriesByFirstCharacter(): Map<string, Entry[]> {
  const entries = new Map<string, Entry[]>();
  for (const { concept, value = null, narrower = false, words } of LEXICON) {
    for (const phrase of writtenChinese(words).split('|')) {
      const first = phrase[0]!;
      const list = entries.get(first) ?? [];
      entries.set(first, [...list, { phrase, concept, value, narrower }]);
    }
  }
  for (const [first, list] of entries) {
    entries.set(
      first,
      list.toSorted((a, b) => b.phrase.length - a.phrase.length),
    );
  }
  return entries;
}

function longestAt(text: string, at: number): Mention | null {
  const before = text[at - 1];
  for (const { phrase, concept, value, narrower } of ENTRIES.get(text[at]!) ?? []) {
    if (!text.startsWith(phrase, at)) continue;
    let end = at + phrase.length;
    if (isLetter(phrase[0]) && isLetter(before)) continue;
    if (isLetter(phrase.at(-1))) {
      const plural = text[end] === 's' && !isLetter(text[end + 1]) ? 1 : 0;
      end += plural;
      if (isLetter(text[end])) continue;
    }
    return { concept, value, narrower, text: text.slice(at, end), start: at, end };
  }
  return null;
}

const isLetter = (character: string | undefined): boolean => character !== undefined && /[a-z0-9]/.test(character);
