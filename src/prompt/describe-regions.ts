import type { RegionAttribute } from '../domain/attribute.ts';
import type { LandCover } from '../domain/land-cover.ts';

/**
 * A short paragraph that is true of a mask: presence, share, the largest region, where the others lie. In SPIE's manner
 * without digits and coordinates. The compact pack is trained to answer like this.
 *
 * @param share    of the judged pixels, 0–1
 * @param regions  largest first, at most ten; empty when there is nothing
 */
export function describeRegions(target: LandCover, share: number, regions: readonly RegionAttribute[]): string {
  const words = WORDS[target];
  const [largest, ...others] = regions;
  if (!largest) return `There is ${words.none} in this scene.`;
  const sentences = [
    `${words.subject} covers ${coverageWords(share)} of this scene.`,
    `The largest ${words.region} is ${largest.size} and lies in the ${largest.location}.`,
  ];
  if (others.length === 0) return [...sentences, `It is the only ${words.region}.`].join(' ');
  const places = [...new Set(others.map((region) => region.location))].slice(0, 3);
  sentences.push(`${furtherRegions(others.length)} in the ${joined(places)}.`);
  if (others.length > 2) sentences.push(`Most of them are ${mostFrequent(others.map((region) => region.size))}.`);
  return sentences.join(' ');
}

const WORDS: Readonly<Record<LandCover, { subject: string; region: string; none: string }>> = {
  vegetation: { subject: 'Vegetation', region: 'vegetation region', none: 'no vegetation' },
  water: { subject: 'Water', region: 'water region', none: 'no water' },
  building: { subject: 'Building area', region: 'building region', none: 'no building' },
};

const COVERAGE: readonly (readonly [below: number, words: string])[] = [
  [0.01, 'a very small part'],
  [0.05, 'a small part'],
  [0.15, 'less than a sixth'],
  [0.3, 'about a quarter'],
  [0.42, 'more than a third'],
  [0.58, 'about half'],
  [0.75, 'more than half'],
  [0.92, 'most'],
];

const coverageWords = (share: number): string => COVERAGE.find(([below]) => share < below)?.[1] ?? 'almost all';

const furtherRegions = (number: number): string =>
  number === 1 ? 'One more region lies' : number < 5 ? 'A few more regions lie' : 'Many more regions lie';

const joined = (words: readonly string[]): string =>
  words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** The word that occurs most often; of equals the first in the alphabet, so that the choice is repeatable. */
function mostFrequent<Word extends string>(words: readonly Word[]): Word {
  const count = (word: Word) => words.filter((other) => other === word).length;
  return [...new Set(words)].sort().reduce((best, word) => (count(word) > count(best) ? word : best));
}
