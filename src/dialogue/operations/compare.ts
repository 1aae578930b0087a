import type { Finding } from '../../domain/finding.ts';
import { LAND_COVERS } from '../../domain/land-cover.ts';
import type { Block } from '../../domain/message.ts';
import type { Plan } from '../../domain/plan.ts';
import { UserFacingError } from '../../errors.ts';
import { type DialogueState, MAX_KEPT, type SceneEntry } from '../state.ts';
import { findTarget } from './findings.ts';
import { checkedIndex } from './index-map.ts';
import { changeLegendOf } from './legend.ts';
import { otherPlace } from './scenes.ts';
import { type Execute, plain, type Turn, voiced } from './turn.ts';
import { indexSymbol } from './words.ts';

/** What changed of the targets between two scenes; with one scene only, the question for the other. */
export const compare: Execute = async (plan, before, turn) => {
  const { texts } = turn;
  if (before.scenes.length < 2) {
    const state: DialogueState = { ...before, pending: { about: 'second-scene', plans: [plan] } };
    return { state, blocks: [plain(texts.changeNeedsTwo)], unchanged: true };
  }
  const [first, second] = pairOf(plan, before, turn).map((place) => before.scenes[place - 1]!) as [
    SceneEntry,
    SceneEntry,
  ];
  if (plan.index) return compareIndex(plan, first, second, before, turn);
  const targets = plan.targets.length > 0 ? plan.targets : LAND_COVERS;
  let state = before;
  const blocks: Block[] = [];
  const facts: Finding['facts'][] = [];
  for (const target of targets) {
    const old = await findTarget(first, target, state, turn);
    const young = await findTarget(second, target, old.state, turn);
    state = young.state;
    facts.push(old.finding.facts, young.finding.facts);
    const change = await turn.analyst.compare(
      {
        target,
        before: { scene: first.info, finding: old.finding },
        after: { scene: second.info, finding: young.finding },
      },
      turn.run,
    );
    state = { ...state, changes: [...state.changes, change].slice(-MAX_KEPT) };
    const picture = await turn.analyst.draw(
      {
        kind: 'change',
        scene: first.info,
        after: second.info,
        change,
        legend: changeLegendOf(change, plan.unit ?? state.unit, turn),
        words: texts.map,
      },
      turn.run,
    );
    blocks.push(...changeBlocks(change, picture, [first, second], plan.unit ?? state.unit, turn));
  }
  if (plan.word) blocks.push(...voiced('limits', [texts.broader(plan.word, targets[0]!)], texts));
  state = { ...state, focus: { ...state.focus, targets, region: null, shown: 'change' } };
  return {
    state,
    blocks,
    facts,
    actions: [
      { label: texts.buttonWhy, plans: [{ operation: 'explain', targets, aspect: 'why' }] },
      ...targets.map((t) => ({
        label: texts.buttonShow(texts.target(t)),
        plans: [{ operation: 'extract', targets: [t], scene: 'all' } as const],
      })),
    ],
  };
};

/** The places of the two scenes, older first where both dates are known and nobody said otherwise. */
function pairOf(plan: Plan, state: DialogueState, { texts }: Turn): [number, number] {
  const count = state.scenes.length;
  if (plan.scenes) {
    for (const place of plan.scenes) {
      if (place < 1 || place > count) throw new UserFacingError('scene-missing', texts.sceneMissing(place, count));
    }
    return [plan.scenes[0], plan.scenes[1]];
  }
  const current = state.currentScene ?? count;
  const named = typeof plan.scene === 'number' && plan.scene !== current ? plan.scene : otherPlace(state, texts);
  if (named < 1 || named > count) throw new UserFacingError('scene-missing', texts.sceneMissing(named, count));
  const pair: [number, number] = named < current ? [named, current] : [current, named];
  const [a, b] = pair.map((place) => state.scenes[place - 1]!.info.acquiredAt);
  return a && b && a > b ? [pair[1], pair[0]] : pair;
}

function changeBlocks(
  change: Awaited<ReturnType<Turn['analyst']['compare']>>,
  picture: Awaited<ReturnType<Turn['analyst']['draw']>>,
  [first, second]: readonly [SceneEntry, SceneEntry],
  unit: Plan['unit'] | null,
  turn: Turn,
): Block[] {
  const { texts, format } = turn;
  const target = texts.target(change.target);
  const text = (m2: number | null, share: number) =>
    m2 === null ? format.percent(share) : `${format.area(m2, unit ?? null)} (${format.percent(share)})`;
  const gained = text(change.gainedM2, change.gainedShare);
  const lost = text(change.lostM2, change.lostShare);
  const kept = text(change.keptM2, change.keptShare);
  return [
    {
      kind: 'headline',
      title: texts.changeTitle(target),
      numbers: [
        { label: texts.gained, value: gained },
        { label: texts.lost, value: lost },
        { label: texts.keptLabel, value: kept },
      ],
    },
    { kind: 'picture', artefact: picture, alt: texts.changeAlt(target) },
    ...voiced(
      'measured',
      [texts.changeSentence(target, labelOf(first, turn), labelOf(second, turn), gained, lost, kept)],
      texts,
    ),
    ...voiced(
      'limits',
      [
        ...(change.commonFraction < 0.995 ? [texts.changeCommon(format.percent(change.commonFraction))] : []),
        ...change.notes,
      ],
      texts,
    ),
  ];
}

/** The scene's name, with its date where there is one. */
const labelOf = ({ name, info }: SceneEntry, { format }: Turn): string =>
  info.acquiredAt ? `${name} (${format.date(info.acquiredAt.slice(0, 10))})` : name;

async function compareIndex(plan: Plan, first: SceneEntry, second: SceneEntry, state: DialogueState, turn: Turn) {
  const { texts, format } = turn;
  const index = checkedIndex(plan.index!, texts);
  const old = await turn.analyst.index({ scene: first.info, index }, turn.run);
  const young = await turn.analyst.index({ scene: second.info, index }, turn.run);
  const symbol = indexSymbol(index);
  const [a, b] = [old.statistics.mean, young.statistics.mean];
  const sentence =
    a === null || b === null
      ? texts.indexNone(symbol, texts.whereScene)
      : texts.indexChange(
          symbol,
          labelOf(first, turn),
          format.number(a, 3),
          labelOf(second, turn),
          format.number(b, 3),
          `${b >= a ? '+' : '−'}${format.number(Math.abs(b - a), 3)}`,
        );
  const pictures: Block[] = [];
  for (const [scene, found] of [
    [first, old],
    [second, young],
  ] as const) {
    const picture = await turn.analyst.draw(
      {
        kind: 'index',
        scene: scene.info,
        index: { ...found, title: texts.indexName(index, found.title) },
        words: texts.map,
      },
      turn.run,
    );
    pictures.push({ kind: 'picture', artefact: picture, alt: texts.indexAlt(symbol, scene.name) });
  }
  return {
    state: {
      ...state,
      indexFindings: [...state.indexFindings, old, young].slice(-MAX_KEPT),
      focus: { ...state.focus, index, shown: 'index' as const },
    },
    blocks: [...pictures, ...voiced('measured', [sentence], texts)],
  };
}
