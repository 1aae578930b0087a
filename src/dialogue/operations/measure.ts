import type { Finding, Region } from '../../domain/finding.ts';
import type { LandCover } from '../../domain/land-cover.ts';
import type { Block } from '../../domain/message.ts';
import type { Plan, Unit } from '../../domain/plan.ts';
import { UserFacingError } from '../../errors.ts';
import { INDEX_OF } from '../index-of.ts';
import type { DialogueState, SceneEntry } from '../state.ts';
import { showFindings } from './extract.ts';
import { findFiltered } from './findings.ts';
import { checkedIndex } from './index-map.ts';
import { placesOf } from './scenes.ts';
import { type Execute, measured, type Turn, voiced } from './turn.ts';
import { areaText, filterText, indexSymbol, liesText } from './words.ts';

/**
 * A number or a place. Answers from the findings at hand; only an index mean, a distance and a target that nobody has
 * looked for yet need pixels (the last one is shown as well).
 */
export const measure: Execute = async (plan, before, turn) => {
  const { texts } = turn;
  let state = plan.unit && isAreaUnit(plan.unit) ? { ...before, unit: plan.unit } : before;
  const blocks: Block[] = [];
  const facts: Finding['facts'][] = [];
  const places = placesOf(plan, state, texts);
  for (const place of places) {
    const scene = state.scenes[place - 1]!;
    const name = places.length > 1 ? [scene.name] : [];
    if (plan.targets.length === 0) {
      const text = await sceneIndexMean(scene, plan, turn);
      blocks.push(measured(texts.join([...name.map((n) => texts.colon(n, '')), ...text])));
      continue;
    }
    const [first, second] = plan.targets;
    if (plan.measure === 'distance' && second !== undefined) {
      // Ids as they stand on the picture.
      const from = await findFiltered(scene, first!, filterOf(first!, plan, state), state, turn);
      const to = await findFiltered(scene, second, filterOf(second, plan, state), from.state, turn);
      state = to.state;
      const fresh = [from, to].filter((found) => found.fresh).map((found) => found.finding);
      if (fresh.length > 0) blocks.push(...(await showFindings(scene, fresh, undefined, state, turn)));
      blocks.push(measured(texts.join([...name, await nearestSentence(plan, from.finding, to.finding, scene, turn)])));
      facts.push(from.finding.facts, to.finding.facts);
      continue;
    }
    const findings: Finding[] = [];
    for (const target of plan.targets) {
      const filter = filterOf(target, plan, state);
      const found = await findFiltered(scene, target, filter, state, turn);
      state = found.state;
      findings.push(found.finding);
      const sentences = await measuredBy(plan, found.finding, scene, state, turn);
      const context = filter ? [texts.kept(filterText(filter, turn))] : [];
      if (found.fresh) blocks.push(...(await showFindings(scene, [found.finding], undefined, state, turn)));
      blocks.push(measured(texts.join([...name.map((n) => `${n}:`), ...sentences, ...context])));
    }
    blocks.push(...voiced('measured', comparison(plan, findings, state.unit, turn), texts));
    blocks.push(...voiced('limits', caveats(plan, scene, turn), texts));
    facts.push(...findings.map((f) => f.facts));
  }
  const region = plan.measure === 'smallest' ? lastRegion(facts) : (plan.region ?? null);
  state = {
    ...state,
    currentScene: places.length === 1 ? places[0]! : state.currentScene,
    focus: {
      ...state.focus,
      targets: plan.targets.length > 0 ? plan.targets : state.focus.targets,
      region: plan.measure === 'count' ? null : region,
      index: plan.index ?? state.focus.index,
      counted: 'regions',
    },
  };
  return { state, blocks, facts, unchanged: true };
};

/** The filter a number is asked under: its own, over the one in force for what is on the screen. */
function filterOf(target: LandCover, plan: Plan, { focus }: DialogueState): Plan['filter'] {
  const inForce = focus.targets.includes(target) ? focus.filters[target] : undefined;
  const filter = { ...inForce, ...plan.filter };
  return Object.keys(filter).length > 0 ? filter : undefined;
}

async function measuredBy(
  plan: Plan,
  finding: Finding,
  scene: SceneEntry,
  state: DialogueState,
  turn: Turn,
): Promise<string[]> {
  const { texts, format } = turn;
  const { facts } = finding;
  const target = texts.target(facts.target);
  const unit = plan.unit ?? state.unit;
  if (plan.measure === 'distance') return [await distanceSentence(plan, finding, scene, turn)];
  if (plan.index !== undefined || plan.measure === 'mean') {
    return indexSentences({ ...plan, index: plan.index ?? INDEX_OF[facts.target] }, finding, scene, turn);
  }
  if (facts.count === 0) return [finding.refines ? texts.noneLeft(target) : texts.foundNone(target)];
  if (plan.measure === 'average-area') {
    const count = format.number(facts.count, 0);
    const average = {
      areaM2: facts.areaM2 === null ? null : facts.areaM2 / facts.count,
      pixels: facts.pixels / facts.count,
    };
    return [texts.averageArea(target, areaText(average, unit, turn), count)];
  }
  if (plan.measure === 'count') return [texts.measuredCount(target, format.number(facts.count, 0))];
  const share = format.percent(facts.share);
  const region = regionOf(plan, finding, turn);
  if (region) {
    const name =
      plan.measure === 'smallest' ? texts.smallestName(region.id, target) : texts.regionName(region.id, target);
    const area = unit === 'percent' ? format.percent(region.share) : areaText(region, unit, turn);
    const sentence = texts.measuredRegion(name, area, format.percent(region.share), liesText(region, turn));
    const at = plan.measure === 'where' && region.centroidLonLat ? [texts.at(format.place(region.centroidLonLat))] : [];
    return [sentence, ...at];
  }
  if (plan.measure === 'where') {
    return facts.regions.slice(0, plan.filter?.largest ?? 3).map((r) => {
      const at = r.centroidLonLat ? ` ${texts.at(format.place(r.centroidLonLat))}` : '';
      const name = texts.regionName(r.id, target);
      return texts.measuredRegion(name, areaText(r, unit, turn), format.percent(r.share), liesText(r, turn)) + at;
    });
  }
  if (plan.measure === 'share' || unit === 'percent') return [texts.measuredShare(target, share)];
  return [texts.measuredArea(target, areaText(facts, unit, turn), share)];
}

/** The region a plan speaks of, or null when it speaks of the whole finding. */
function regionOf(plan: Plan, { facts }: Finding, { texts }: Turn): Region | null {
  if (plan.measure === 'smallest') return facts.count <= facts.regions.length ? (facts.regions.at(-1) ?? null) : null;
  const id = plan.region ?? (plan.measure === 'largest' ? 1 : null);
  if (id === null) return null;
  return facts.regions.find((r) => r.id === id) ?? noSuchRegion(id, facts, texts);
}

function noSuchRegion(id: number, facts: Finding['facts'], texts: Turn['texts']): never {
  throw new UserFacingError('wrong-usage', texts.noSuchRegion(id, texts.target(facts.target), facts.count));
}

async function distanceSentence(plan: Plan, finding: Finding, scene: SceneEntry, turn: Turn): Promise<string> {
  const { texts, format } = turn;
  const { facts } = finding;
  const from = plan.region ?? 1;
  const to = plan.toRegion ?? (from === 1 ? 2 : 1);
  const target = texts.target(facts.target);
  for (const id of [from, to]) if (!facts.regions.some((r) => r.id === id)) noSuchRegion(id, facts, texts);
  const gap = await turn.analyst.distance(
    { scene: scene.info, from: { finding, region: from }, to: { finding, region: to } },
    turn.run,
  );
  if (gap === null) return texts.distanceUnknown;
  return texts.distance(texts.regionName(from, target), texts.regionName(to, target), format.length(gap.metres));
}

/** From one target, or one region of it, to the nearest of another. */
async function nearestSentence(
  plan: Plan,
  from: Finding,
  to: Finding,
  scene: SceneEntry,
  { analyst, run, texts, format }: Turn,
): Promise<string> {
  const sides = [
    { finding: from, ...(plan.region === undefined ? {} : { region: plan.region }) },
    { finding: to, ...(plan.toRegion === undefined ? {} : { region: plan.toRegion }) },
  ] as const;
  for (const { finding, region } of sides) {
    const target = texts.target(finding.facts.target);
    if (finding.facts.count === 0) return texts.nothingToMeasureTo(target);
    if (region !== undefined && region > finding.facts.count) return noSuchRegion(region, finding.facts, texts);
  }
  const gap = await analyst.distance({ scene: scene.info, from: sides[0], to: sides[1] }, run);
  if (gap === null) return texts.distanceUnknown;
  /** What two regions are called, by their ids. */
  const named = (one: number, other: number) =>
    [
      texts.regionName(one, texts.target(from.facts.target)),
      texts.regionName(other, texts.target(to.facts.target)),
    ] as const;
  const names = named(gap.from, gap.to);
  const both = plan.region !== undefined && plan.toRegion !== undefined;
  const nearest =
    gap.metres === 0
      ? texts.touching(...names)
      : (both ? texts.distance : texts.distanceNearest)(...names, format.length(gap.metres));
  // A shed by the shore is the nearest house: the largest are what one thinks of first.
  const from1 = plan.region ?? 1;
  const to1 = plan.toRegion ?? 1;
  if (both || (gap.from === from1 && gap.to === to1)) return nearest;
  const ofLargest = await analyst.distance(
    { scene: scene.info, from: { finding: from, region: from1 }, to: { finding: to, region: to1 } },
    run,
  );
  if (!ofLargest) return nearest;
  return texts.join([nearest, texts.distance(...named(from1, to1), format.length(ofLargest.metres))]);
}

async function indexSentences(plan: Plan, finding: Finding, scene: SceneEntry, turn: Turn): Promise<string[]> {
  const { texts } = turn;
  const index = checkedIndex(plan.index!, texts);
  const target = texts.target(finding.facts.target);
  const region = regionOf(plan, finding, turn);
  const statistics = await turn.analyst.statistics(
    { scene: scene.info, finding, index, ...(region ? { region: region.id } : {}) },
    turn.run,
  );
  const where = region ? texts.whereRegion(texts.regionName(region.id, target)) : texts.whereTarget(target);
  return statisticsSentences(statistics, where, turn);
}

async function sceneIndexMean(scene: SceneEntry, plan: Plan, turn: Turn): Promise<string[]> {
  const index = checkedIndex(plan.index!, turn.texts);
  const { statistics } = await turn.analyst.index({ scene: scene.info, index }, turn.run);
  return statisticsSentences(statistics, turn.texts.whereScene, turn);
}

function statisticsSentences(
  statistics: Awaited<ReturnType<Turn['analyst']['statistics']>>,
  where: string,
  { texts, format }: Turn,
): string[] {
  const { index, mean, median, min, max, standardDeviation } = statistics;
  const symbol = indexSymbol(index);
  if (mean === null || median === null || min === null || max === null || standardDeviation === null) {
    return [texts.indexNone(symbol, where)];
  }
  const three = (value: number) => format.number(value, 3);
  return [
    texts.indexMean(symbol, where, three(mean)),
    texts.indexSpread(three(median), three(min), three(max), three(standardDeviation)),
  ];
}

/** "The area of water is larger than that of vegetation": said when several targets are measured together. */
function comparison(plan: Plan, findings: readonly Finding[], unit: Unit | null, turn: Turn): string[] {
  if (findings.length < 2 || plan.index || plan.measure === 'distance' || plan.measure === 'where') return [];
  const [first, second] = findings.toSorted((a, b) => b.facts.pixels - a.facts.pixels);
  const more = first!.facts;
  const less = second!.facts;
  const difference = {
    areaM2: more.areaM2 === null || less.areaM2 === null ? null : more.areaM2 - less.areaM2,
    pixels: more.pixels - less.pixels,
  };
  const { texts } = turn;
  return difference.pixels > 0
    ? [texts.isLarger(texts.target(more.target), texts.target(less.target), areaText(difference, unit, turn))]
    : [];
}

function caveats(plan: Plan, scene: SceneEntry, { texts }: Turn): string[] {
  if (plan.measure === 'count') return [texts.countCaveat];
  const inGroundUnits = plan.unit !== 'percent' && plan.measure !== 'share' && plan.index === undefined;
  return inGroundUnits && scene.info.pixelSizeM === null ? [texts.limitNoPixelSize] : [];
}

const lastRegion = (facts: readonly Finding['facts'][]): number | null => facts[0]?.regions.at(-1)?.id ?? null;

const isAreaUnit = (unit: Unit): boolean => unit !== 'percent' && unit !== 'count';
