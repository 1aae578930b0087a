import type { Finding, Region } from '../../domain/finding.ts';
import { LAND_COVERS, type LandCover } from '../../domain/land-cover.ts';
import type { Action, Block } from '../../domain/message.ts';
import { type Artefact, DEFAULT_STYLE, type Style } from '../../domain/picture.ts';
import type { Plan, Unit } from '../../domain/plan.ts';
import { UserFacingError } from '../../errors.ts';
import { DEFAULT_NEAR_M } from '../grammar/filters.ts';
import { INDEX_OF } from '../index-of.ts';
import type { DialogueState, SceneEntry } from '../state.ts';
import { findFiltered } from './findings.ts';
import { legendOf } from './legend.ts';
import { mapOf } from './map-of.ts';
import { placesOf } from './scenes.ts';
import type { Execute, Turn } from './turn.ts';
import { plain, voiced } from './turn.ts';
import { verdictSentence } from './verdict.ts';
import { areaText, filterText, indexSymbol, liesText, limitsOf, provenanceLines, targetsText } from './words.ts';

/** Masks of the targets on the scenes spoken of: overlay, numbers, the model's words, limits. */
export const extract: Execute = async (plan, before, turn) => {
  const places = placesOf(plan, before, turn.texts);
  let state = adoptStyle(before, plan);
  const blocks: Block[] = [];
  const findings: Finding[] = [];
  for (const place of places) {
    const scene = state.scenes[place - 1]!;
    try {
      const answer = await extractFrom(scene, plan, state, turn);
      state = answer.state;
      blocks.push(...answer.blocks);
      findings.push(...answer.findings);
    } catch (error) {
      // Of several scenes the others are answered.
      if (places.length === 1 || !(error instanceof UserFacingError)) throw error;
      blocks.push(...voiced('limits', [error.reply], turn.texts));
    }
  }
  const place = places.length === 1 ? places[0]! : state.currentScene;
  state = {
    ...state,
    currentScene: place,
    focus: { ...state.focus, targets: plan.targets, region: null, index: null, counted: 'regions', shown: 'finding' },
  };
  return { state, blocks, facts: findings.map((f) => f.facts), actions: nextSteps(plan, state, turn) };
};

/** The blocks of findings that lie on one scene, in one picture. */
export async function showFindings(
  scene: SceneEntry,
  findings: readonly Finding[],
  words: Plan['word'],
  state: DialogueState,
  turn: Turn,
): Promise<Block[]> {
  const { texts } = turn;
  const style: Style = { ...DEFAULT_STYLE, ...withoutZoom(state.style) };
  const picture = await turn.analyst.draw(
    {
      kind: 'overlay',
      scene: scene.info,
      findings,
      legend: findings.map((f) => legendOf(f, state.unit, turn)),
      style,
      words: texts.map,
    },
    turn.run,
  );
  const sentences = findings.flatMap((f) => measuredSentences(f, state.unit, turn));
  const several = findings.length > 1;
  const verdicts = findings.map((f) => {
    const verdict = verdictSentence(f, scene.info, turn);
    return several ? `${texts.Target(f.facts.target)} · ${verdict}` : verdict;
  });
  // The one that matters most is said, the others are there for whoever looks.
  const [caveat, ...more] = [
    ...(words ? [texts.broader(words, findings[0]!.facts.target)] : []),
    ...limitsOfAll(findings, scene, turn),
  ];
  return [
    plain(verdicts.join('\n')),
    ...findings.map((f) => headline(f, scene, state.unit, turn)),
    await overlay(picture, findings, sentences, scene, turn),
    ...voiced('measured', sentences, texts),
    ...voiced('limits', caveat ? [caveat] : [], texts),
    ...findings.flatMap((f) => regionTable(f, state.unit, turn)),
    ...findings.map(
      (f, i): Block => ({
        kind: 'details',
        title: several ? `${texts.provenance} · ${texts.target(f.facts.target)}` : texts.provenance,
        lines: [...(i === 0 ? more : []), ...provenanceLines(f, turn)],
      }),
    ),
  ];
}

/** The picture of findings, whose alt text tells what was measured. */
export async function overlay(
  artefact: Artefact,
  findings: readonly Finding[],
  sentences: readonly string[],
  scene: SceneEntry,
  turn: Turn,
): Promise<Block> {
  const targets = findings.map((f) => f.facts.target);
  const alt = turn.texts.overlayAlt(targetsText(targets, turn), scene.name);
  const map = await mapOf(scene.info, findings, turn);
  return { kind: 'picture', artefact, alt: `${alt}: ${sentences.join(' ')}`, ...map };
}

/** What holds of all findings once; what holds of some, with their names. */
function limitsOfAll(findings: readonly Finding[], scene: SceneEntry, turn: Turn): string[] {
  const own = findings.map((f) => limitsOf(f, scene.info, turn));
  const common = (own[0] ?? []).filter((limit) => own.every((limits) => limits.includes(limit)));
  const named = findings.flatMap(({ facts }, i) =>
    own[i]!.filter((limit) => !common.includes(limit)).map((limit) =>
      turn.texts.colon(turn.texts.Target(facts.target), limit),
    ),
  );
  return [...common, ...named];
}

/** Region rows shown without being asked for. */
const TABLE_ROWS = 5;

/** The largest regions of a finding; none when there is only one, the sentence says it already. */
export function regionTable({ facts }: Finding, unit: Unit | null, turn: Turn, rows = TABLE_ROWS): Block[] {
  if (facts.count < 2) return [];
  const { texts, format } = turn;
  const shown = facts.regions.slice(0, rows);
  return [
    {
      kind: 'table',
      caption: texts.largestRegions(texts.target(facts.target), shown.length, facts.count),
      columns: [
        { title: texts.region, align: 'left' },
        { title: texts.area, align: 'right' },
        { title: texts.share, align: 'right' },
        { title: texts.location, align: 'left' },
      ],
      regionsOf: facts.target,
      rows: shown.map((r) => [String(r.id), areaText(r, unit, turn), format.percent(r.share), texts.place(r.location)]),
    },
  ];
}

export function headline({ facts }: Finding, scene: SceneEntry, unit: Unit | null, turn: Turn): Block {
  const { texts, format } = turn;
  const [largest] = facts.regions;
  return {
    kind: 'headline',
    title: `${texts.Target(facts.target)} · ${scene.name}`,
    numbers: [
      { label: texts.area, value: areaText(facts, unit, turn) },
      { label: texts.share, value: format.percent(facts.share) },
      { label: texts.regions, value: format.number(facts.count, 0) },
      ...(largest && facts.count > 1 ? [{ label: texts.largest, value: areaText(largest, unit, turn) }] : []),
    ],
  };
}

/** "Water covers 12 ha (3 %) in 4 regions. The largest is 8 ha, in the north-west." */
export function measuredSentences({ facts, refines }: Finding, unit: Unit | null, turn: Turn): string[] {
  const { texts, format } = turn;
  const target = texts.target(facts.target);
  const kept = refines ? [texts.kept(filterText(refines.filter, turn))] : [];
  const assumed =
    refines?.filter.near?.distanceM === DEFAULT_NEAR_M ? [texts.limitNear(format.length(DEFAULT_NEAR_M))] : [];
  const [largest] = facts.regions;
  if (!largest) return [refines ? texts.noneLeft(target) : texts.foundNone(target), ...kept];
  const share = format.percent(facts.share);
  const found =
    facts.areaM2 === null
      ? texts.foundWithoutSize(target, share, facts.count)
      : texts.found(target, format.area(facts.areaM2, unit), share, facts.count);
  return [found, ...(facts.count > 1 ? [largestSentence(largest, unit, turn)] : []), ...kept, ...assumed];
}

const largestSentence = (largest: Region, unit: Unit | null, turn: Turn): string =>
  turn.texts.largestIs(areaText(largest, unit, turn), liesText(largest, turn));

async function extractFrom(
  scene: SceneEntry,
  plan: Plan,
  before: DialogueState,
  turn: Turn,
): Promise<{ state: DialogueState; blocks: Block[]; findings: Finding[] }> {
  let state = before;
  const findings: Finding[] = [];
  const filters = { ...before.focus.filters };
  for (const target of plan.targets) {
    const filter = filterFor(target, plan, before);
    const found = await findFiltered(scene, target, filter, state, turn);
    state = found.state;
    findings.push(found.finding);
    if (filter) filters[target] = filter;
    else delete filters[target];
  }
  state = { ...state, focus: { ...state.focus, filters } };
  return { state, blocks: await showFindings(scene, findings, plan.word, state, turn), findings };
}

/**
 * A new filter is laid over the one in force ("only above 2 ha", then "in the north half"); an empty one, or a request
 * without any, takes it away.
 */
function filterFor(target: LandCover, plan: Plan, { focus }: DialogueState): Plan['filter'] {
  if (!plan.filter || Object.keys(plan.filter).length === 0) return undefined;
  return focus.targets.includes(target) ? { ...focus.filters[target], ...plan.filter } : plan.filter;
}

/** Colour belongs to the targets it was asked for; mode and opacity are habits. */
function adoptStyle(state: DialogueState, { style, targets }: Plan): DialogueState {
  const { color, ...habits } = state.style;
  const isSame = targets.length === state.focus.targets.length && targets.every((t) => state.focus.targets.includes(t));
  return { ...state, style: { ...habits, ...(isSame && color ? { color } : {}), ...style } };
}

/** A new overlay shows the whole scene. */
function withoutZoom(style: Partial<Style>): Partial<Style> {
  const { zoomRegion: _zoom, ...rest } = style;
  return rest;
}

/** At most this many buttons: more are a wall. */
const MAX_ACTIONS = 8;

function nextSteps(plan: Plan, state: DialogueState, turn: Turn): Action[] {
  const { texts } = turn;
  const { targets } = plan;
  const others = LAND_COVERS.filter((t) => !targets.includes(t));
  const index = INDEX_OF[targets[0]!];
  const actions: Action[] = [
    ...others.map(
      (t): Action => ({ label: texts.buttonShow(texts.target(t)), plans: [{ operation: 'extract', targets: [t] }] }),
    ),
    { label: texts.buttonWhy, plans: [{ operation: 'explain', targets, aspect: 'why' }] },
    { label: texts.buttonIndex(indexSymbol(index)), plans: [{ operation: 'index', targets: [], index }] },
    state.style.mode === 'outline'
      ? { label: texts.buttonFill, plans: [{ operation: 'restyle', targets, style: { mode: 'tint' } }] }
      : { label: texts.buttonOutline, plans: [{ operation: 'restyle', targets, style: { mode: 'outline' } }] },
    { label: texts.buttonExport('GeoJSON'), plans: [{ operation: 'export', targets, format: 'geojson' }] },
    { label: texts.buttonExport('GeoTIFF'), plans: [{ operation: 'export', targets, format: 'geotiff' }] },
    ...(plan.filter && Object.keys(plan.filter).length > 0
      ? [{ label: texts.buttonAll, plans: [{ operation: 'extract', targets, filter: {} } as const] }]
      : []),
    ...(state.scenes.length > 1
      ? [{ label: texts.buttonCompare, plans: [{ operation: 'compare', targets } as const] }]
      : []),
  ];
  return actions.slice(0, MAX_ACTIONS);
}
