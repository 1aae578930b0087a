import { COMMON_WORDS } from './common-words.ts';
import { MENDABLE, PLURALS, VOCABULARY } from './tagger.ts';

/**
 * Normalized text with misspelt English words mended to words of the lexicon. A word counts as misspelt when nobody
 * knows it (neither the lexicon nor the common words below) and exactly one nearest lexicon word is close enough:
 * one edit for 5 to 7 letters, two for 8 and more; words of 4 letters may lack or double one letter. An edit is an
 * insertion, deletion, substitution or swap of neighbours. Text in quotes and the words of names are left alone.
 */
export function mendTypos(text: string, names: readonly string[] = []): string {
  const own = new Set(names.flatMap((name) => name.toLowerCase().match(/[a-z]+/g) ?? []));
  return text.replace(/"[^"]*"|[a-z]+(?:'[a-z]+)?/g, (word) =>
    word.startsWith('"') || own.has(word) ? word : mendWord(word),
  );
}

function mendWord(word: string): string {
  if (word.length < 3 || word.includes("'") || isKnownWord(word)) return word;
  const allowed = word.length >= 8 ? 2 : 1;
  let best = allowed + 1;
  let candidates: string[] = [];
  for (const known of WANTED) {
    if (Math.abs(known.length - word.length) > allowed) continue;
    // "sohw NDIV", "hwo many": short words are mended when two neighbours are swapped, and nothing else.
    if (known.length <= 4 && word.length === known.length && isSwapped(word, known)) return known;
    if (word.length === 5 && FOUR_LETTERS.has(known) && known[0] === word[0] && editDistance(word, known) === 1)
      return known;
    if (known.length === 4 && word.length === 3 && word === known.replace(/(.)\1/, '$1')) return known;
    if (known.length < 5 || known[0] !== word[0]) {
      // The first letter is rarely wrong, except when the first two are swapped.
      if (known.length < 5 || known[0] !== word[1] || known[1] !== word[0]) continue;
    }
    if (word.length === 4 && !SHORT.has(known)) continue;
    const distance = editDistance(word, known);
    if (distance < best) {
      best = distance;
      candidates = [known];
    } else if (distance === best) candidates.push(known);
  }
  // "vegitation" is as near to "vegetation" as to nothing else; a tie of singular and plural is no tie.
  if (best > allowed) return word;
  return onlyOne(candidates) ?? onlyOne(candidates.filter((known) => ASKED_FOR_WORDS.has(known))) ?? word;
}

/** The one word among the candidates, where singular and plural are one. */
function onlyOne(candidates: readonly string[]): string | undefined {
  const [first] = candidates.toSorted((a, b) => a.length - b.length);
  return first !== undefined && candidates.every((c) => c.startsWith(first.slice(0, -1))) ? first : undefined;
}

const isSwapped = (word: string, known: string): boolean =>
  [0, 1, 2].some(
    (i) => i + 1 < known.length && word === known.slice(0, i) + known[i + 1]! + known[i]! + known.slice(i + 2),
  );

/** Is this a word of the lexicon, or one that people often write beside them? */
export const isKnownWord = (word: string): boolean =>
  VOCABULARY.has(word) ||
  COMMON_WORDS.has(word) ||
  (word.endsWith('s') && (VOCABULARY.has(word.slice(0, -1)) || COMMON_WORDS.has(word.slice(0, -1)))) ||
  (word.endsWith('es') && VOCABULARY.has(word.slice(0, -2)));

/** Damerau-Levenshtein distance (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}

/** Words beside those of the lexicon that rules ask for: sides, sizes, units, little words. */
const ASKED_FOR =
  'north south east west northern southern eastern western northeast northwest southeast southwest centre center middle corner upper lower left right half ' +
  'above below over under between within larger smaller bigger greater less more than least most only just without except from near ' +
  'hectare hectares acre acres square kilometre kilometres kilometer kilometers metre metres meter meters percent ' +
  'how why who what where which when many much big large small the and not all both second third fourth fifth region regions image images scene scenes picture pictures please';

const ASKED_FOR_WORDS: ReadonlySet<string> = new Set(ASKED_FOR.split(' '));

/** Words of four letters that a word of five may be mended to. */
const FOUR_LETTERS: ReadonlySet<string> = new Set(
  'sure tree lake park show zoom find area size many much mean list undo help pond roof crop wood grass ndvi ndwi'.split(
    ' ',
  ),
);

/** Every word a typo can be mended to. */
const WANTED: ReadonlySet<string> = new Set([...MENDABLE, ...PLURALS, ...ASKED_FOR_WORDS]);

/** What a word of four letters may be short of one letter for; others ("swap", "swamp") are words themselves. */
const SHORT: ReadonlySet<string> = new Set([
  'water',
  'trees',
  'river',
  'lakes',
  'roofs',
  'house',
  'grass',
  'bands',
  'index',
  'where',
]);
