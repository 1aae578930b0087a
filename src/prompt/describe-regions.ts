import type { RegionAttribute } from '../domain/attribute.ts';
import type { LandCover } from '../domain/land-cover.ts';
import { reachedSides, SIDES, type Side } from './reached-sides.ts';

/**
 * A short paragraph that is true of a mask: presence, share, the largest region and what edges it reaches, the size of
 * the second, how many there are. In SPIE's manner without digits and coordinates. The compact pack is trained to answer
 * like this.
 *
 * @param share    of the judged pixels, 0–1
 * @param regions  largest first, at most ten; empty when there is nothing
 */
export function describeRegions(target: LandCover, share: number, regions: readonly RegionAttribute[]): string {
  const words = WORDS[target];
  const largest = regions[0];
  if (!largest) return `There is ${words.none} in this scene.`;
  const sentences = [`${words.subject} covers ${coverageWords(share)} of this scene.`];
  sentences.push(`The largest ${words.region} is ${largest.size} and lies in the ${largest.location}.`);
  const sides = reachedSides(largest.box);
  if (sides.length > 0) sentences.push(`The largest one reaches ${edges(sides)}.`);
  const next = regions[1];
  if (next) sentences.push(`The next largest is ${next.size}.`);
  sentences.push(countSentence(words.region, regions.length));
  return sentences.join(' ');
}

/** "left, top and right" */
const LIST = new Intl.ListFormat('en-GB');

function edges(sides: readonly Side[]): string {
  if (sides.length === SIDES.length) return 'every edge';
  return `the ${LIST.format(sides)} ${sides.length === 1 ? 'edge' : 'edges'}`;
}

function countSentence(region: string, count: number): string {
  if (count === 1) return `It is the only ${region}.`;
  if (count <= 3) return `There are ${count === 2 ? 'two' : 'three'} regions.`;
  return `There are ${count > 5 ? 'many' : 'a few'} more regions.`;
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
