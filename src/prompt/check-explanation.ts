import { type RegionAttribute, SIZE_WORDS, type SizeWord } from '../domain/attribute.ts';
import { LOCATIONS, type Location } from '../domain/grid.ts';
import type { LandCover } from '../domain/land-cover.ts';
import { reachedSides } from './reached-sides.ts';
import { type Claims, type Clause, type CountClaim, readClaims, type Subject } from './sentence-claims.ts';

/** What is known about a target, for checking words against it. */
export interface Evidence {
  readonly target: LandCover;
  /** Largest first; null = nothing is known, so places and sizes cannot be checked. */
  readonly attributes: readonly RegionAttribute[] | null;
  /** How many regions there are, where the list may leave some out. Absent = as many as listed. */
  readonly count?: number;
  /** Share of the scene, 0–1. Absent = unknown. */
  readonly share?: number;
}

/**
 * Why a sentence of the model must not be shown, null when nothing speaks against it.
 *
 * Checked are: numbers in digits, other targets, presence and absence, counts, share of the scene, edges that are
 * reached, size words, places, and size and place together. A place fits a region when its centroid lies there, or, for
 * a large or huge one, its box covers the middle of that cell. Everything else the words say (colour, texture, use) is
 * not checked.
 */
export function contradiction(sentence: string, evidence: Evidence): string | null {
  const claims = readClaims(sentence);
  return (
    digitsContradict(claims, evidence) ??
    targetContradicts(claims, evidence) ??
    (evidence.attributes && listContradicts(claims, evidence, evidence.attributes))
  );
}

/** "It is the only one", "There are many more": nothing by themselves. */
const LEANING = /^(?:it|they|these|those)\b|\b(?:more regions|next largest)\b/i;

/** The model's text in sentences that may be shown, and those that may not with the reason. */
export function checkExplanation(
  text: string,
  evidence: Evidence,
): { readonly kept: readonly string[]; readonly dropped: readonly { sentence: string; reason: string }[] } {
  const kept: string[] = [];
  const dropped: { sentence: string; reason: string }[] = [];
  for (const sentence of splitSentences(text)) {
    const leans = kept.length === 0 && dropped.length > 0 && LEANING.test(sentence);
    const reason = contradiction(sentence, evidence) ?? (leans ? 'speaks on from a sentence that is not shown' : null);
    if (reason === null) kept.push(sentence);
    else dropped.push({ sentence, reason });
  }
  return { kept, dropped };
}

/** Sentences of a text, trimmed. A full stop inside a number ends none. */
export function splitSentences(text: string): string[] {
  return (text.match(/(?:[^.!?\n]|[.!?](?=\d))+(?:[.!?]+|\n|$)/g) ?? [])
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

function digitsContradict({ digits }: Claims, { attributes, count }: Evidence): string | null {
  // A number of regions or a coordinate of the list may be repeated; nothing else was given to the model to know.
  const known = new Set([String(count ?? attributes?.length ?? '')]);
  for (const { centroid, box } of attributes ?? [])
    for (const value of [centroid, ...box].flat()) known.add(String(value));
  for (const { size } of attributes ?? []) known.add(String(attributes?.filter((a) => a.size === size).length));
  const unknown = digits.find((number) => !known.has(number));
  return unknown === undefined ? null : `the number ${unknown} is not measured`;
}

/** Whether a text names targets, but not the one that was asked for: then the question was misheard. */
export function mishears(text: string, target: LandCover): boolean {
  return targetContradicts(readClaims(text), { target }) !== null;
}

function targetContradicts({ targets }: Claims, { target }: Pick<Evidence, 'target'>): string | null {
  if (targets.length === 0 || targets.includes(target)) return null;
  return `speaks of ${targets.join(' and ')}, not of ${target}`;
}

function listContradicts(claims: Claims, evidence: Evidence, attributes: readonly RegionAttribute[]): string | null {
  const total = evidence.count ?? attributes.length;
  const places = claims.clauses.flatMap((clause) => clause.places);
  if (claims.absence) {
    if (total === 0) return null;
    // "no water in the top left": only that place is denied.
    const there = places.length > 0 && attributes.some((a) => places.some((cells) => cells.includes(a.location)));
    return places.length > 0 && !there ? null : `says there is none, ${total} listed`;
  }
  const saysSomething =
    claims.targets.length > 0 ||
    claims.counts.length > 0 ||
    claims.coverage !== null ||
    claims.edges !== null ||
    claims.clauses.some((clause) => clause.places.length > 0 || clause.sizes.length > 0);
  if (total === 0) return saysSomething ? 'says there is some, none listed' : null;
  const { coverage } = claims;
  if (coverage && evidence.share !== undefined && (evidence.share < coverage.least || evidence.share > coverage.most)) {
    return `the share is ${(evidence.share * 100).toFixed(1)} percent`;
  }
  return (
    firstReason(claims.counts, (claim) => countContradicts(claim, attributes, total)) ??
    firstReason(claims.clauses, (clause) => clauseContradicts(clause, attributes, total)) ??
    edgesContradict(claims.edges, attributes)
  );
}

function edgesContradict(edges: Claims['edges'], attributes: readonly RegionAttribute[]): string | null {
  if (!edges) return null;
  const reaches = ({ box }: RegionAttribute) => edges.sides.every((side) => reachedSides(box).includes(side));
  if (subjectRegions(edges.subject, attributes).some(reaches)) return null;
  return `no such region reaches ${edges.sides.join(' and ')}`;
}

function countContradicts(claim: CountClaim, attributes: readonly RegionAttribute[], total: number): string | null {
  const listed = subjectRegions(claim.subject, attributes);
  const unlisted = total - attributes.length;
  const matching = claim.sizes ? listed.filter((a) => claim.sizes!.includes(a.size)).length : listed.length;
  // Regions beyond the list are smaller than the last one in it; they may have any of the sizes from there down.
  const possible = matching + (claim.sizes && !couldBeUnlisted(claim.sizes, attributes) ? 0 : unlisted);
  const certain = claim.sizes ? matching : matching + unlisted;
  return claim.least <= possible && claim.most >= certain ? null : `counts ${certain} otherwise`;
}

function couldBeUnlisted(sizes: CountClaim['sizes'], attributes: readonly RegionAttribute[]): boolean {
  const last = attributes.at(-1);
  return !last || sizes!.some((size) => SIZE_WORDS.indexOf(size) <= SIZE_WORDS.indexOf(last.size));
}

function clauseContradicts(clause: Clause, attributes: readonly RegionAttribute[], total: number): string | null {
  const repeated = clause.places.find((cells, i) =>
    clause.places.slice(0, i).some((before) => `${before}` === `${cells}`),
  );
  if (repeated) return `names the ${repeated.join(' or ')} twice`;
  const regions = subjectRegions(clause.subject, attributes);
  if (clause.subject === 'smallest' && total > attributes.length) return null;
  if (regions.length === 0) {
    return clause.places.length + clause.sizes.length > 0 ? 'speaks of further regions, none listed' : null;
  }
  if (clause.mostSize) {
    // "Most of them" may follow a sentence about the further regions.
    const wrong = clause.sizes.find((sizes) => !areMost(sizes, regions) && !areMost(sizes, attributes.slice(1)));
    return wrong ? `most are not ${wrong.join(' or ')}` : null;
  }
  for (const sizes of clause.sizes) {
    if (!regions.some((a) => sizes.includes(a.size))) return `no such region is ${sizes.join(' or ')}`;
  }
  // One size in a clause belongs to each of its places: "small ones in the top-left and the center".
  const ofSize = clause.sizes.length === 1 ? regions.filter((a) => clause.sizes[0]!.includes(a.size)) : regions;
  for (const cells of clause.places) {
    if (!ofSize.some((a) => liesIn(a, cells))) return `no such region lies in the ${cells.join(' or ')}`;
  }
  return null;
}

/** Whether no other size is more frequent among the regions. */
function areMost(sizes: readonly SizeWord[], regions: readonly RegionAttribute[]): boolean {
  const number = (words: readonly SizeWord[]) => regions.filter((a) => words.includes(a.size)).length;
  return number(sizes) > 0 && regions.every((a) => number(sizes) >= number([a.size]));
}

function subjectRegions(subject: Subject, attributes: readonly RegionAttribute[]): readonly RegionAttribute[] {
  if (subject === 'largest') return attributes.slice(0, 1);
  if (subject === 'second') return attributes.slice(1, 2);
  if (subject === 'smallest') return attributes.slice(-1);
  return subject === 'others' ? attributes.slice(1) : attributes;
}

function liesIn({ location, size, box }: RegionAttribute, cells: readonly Location[]): boolean {
  if (cells.includes(location)) return true;
  return (size === 'huge' || size === 'large') && cells.some((cell) => covers(box, middleOf(cell)));
}

function middleOf(cell: Location): readonly [number, number] {
  const i = LOCATIONS.indexOf(cell);
  return [((i % 3) + 0.5) / 3, (Math.floor(i / 3) + 0.5) / 3];
}

/** Whether a point lies in a box given clockwise on screen. */
function covers(box: RegionAttribute['box'], [x, y]: readonly [number, number]): boolean {
  return box.every(([ax, ay], i) => {
    const [bx, by] = box[(i + 1) % box.length]!;
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0; // nothing is inside a line or a point
  });
}

function firstReason<T>(items: readonly T[], reason: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = reason(item);
    if (found !== null) return found;
  }
  return null;
}
