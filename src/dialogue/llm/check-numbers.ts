import { normalize } from '../grammar/normalize.ts';
import { findQuantities, type Quantity } from '../grammar/quantities.ts';

/**
 * The first number in `text` that is not in `facts`, or null when all are. A number with a unit must occur with that
 * unit; "twice", "half" and the like are numbers as well, and nobody measured them. Nor what stands in a name.
 *
 * @param names  of scenes, by strangers: nothing in them counts, and a file's name may be said as it is
 */
export function inventedNumber(text: string, facts: readonly string[], names: readonly string[] = []): string | null {
  const measured = facts.map((fact) => normalize(withoutFileNames(without(names, fact))));
  const known = measured.flatMap(findQuantities);
  const said = normalize(without(names.filter(isFileName), text));
  for (const quantity of findQuantities(said)) {
    if (!known.some((fact) => isSame(quantity, fact))) return said.slice(quantity.start, quantity.end);
  }
  const relation = RELATIONS.exec(said)?.[0] ?? null;
  return relation !== null && !measured.some((fact) => fact.includes(relation)) ? relation : null;
}

const isFileName = (name: string): boolean => /\.(?:tiff?|jp2|j2k|png|jpe?g|webp|zip)$/i.test(name);

/** Longest first: one name may be part of another. */
const without = (names: readonly string[], text: string): string =>
  names
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, name) => (name ? rest.replaceAll(name, ' ') : rest), text);

/** Names hold blanks: of a sentence with a file's name, what stands before its ending may all be the name. */
const withoutFileNames = (fact: string): string =>
  fact
    .split(/(?<=[.!?] |[。！？；;\n])/)
    .map((sentence) => sentence.replace(/^.*\.(?:tiff?|jp2|j2k|png|jpe?g|webp|zip)(?![\w])/i, ' '))
    .join('');

const RELATIONS =
  /\b(?:half|twice|double|triple|quadruple|dozens?|hundreds?|thousands?|millions?|billions?|a third|two thirds|a quarter|\w+fold)\b|一半|两倍|三分之|四分之|数百|数千|上万/;

function isSame(said: Quantity, fact: Quantity): boolean {
  // Rounding is inventing: the text has the digits of the facts or none.
  if (Math.abs(said.value - fact.value) > 1e-9 * Math.max(1, Math.abs(fact.value))) return false;
  const isBare = (q: Quantity) => q.kind === 'plain' || q.kind === 'ordinal';
  return isBare(said) ? isBare(fact) : said.kind === fact.kind && Math.abs(said.si - fact.si) <= 1e-9 * fact.si;
}

/**
 * Does every number of a plan come from the person's words or from what was spoken of before? Checked on the person's
 * text with its units converted, so "2 ha" admits 20,000 m².
 */
export function isPlanFounded(plan: object, text: string, remembered: unknown): boolean {
  const known = new Set<number>([0, 1]);
  for (const { value, si } of findQuantities(normalize(text))) {
    for (const number of [value, si, value - 1, value / 100, 1 - value / 100]) known.add(number);
  }
  for (const number of numbersIn(remembered)) known.add(number);
  return numbersIn(plan).every((number) =>
    [...known].some((k) => Math.abs(k - number) <= 1e-6 * Math.max(1, Math.abs(k))),
  );
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}
