import type { Finding } from '../../domain/finding.ts';
import type { Block } from '../../domain/message.ts';
import type { DialogueState } from '../state.ts';
import { regionTable } from './extract.ts';
import { findFiltered } from './findings.ts';
import { drawAnew } from './restyle.ts';
import { placesOf, sceneOf } from './scenes.ts';
import { type Execute, measured, plain, type Turn } from './turn.ts';

/** The scenes of the conversation with what was found on them, or, with targets, the regions of a finding. */
export const list: Execute = async (plan, before, turn) => {
  const { texts, format } = turn;
  if (plan.targets.length === 0)
    return { state: countScenes(before), blocks: [sceneTable(before, turn)], unchanged: true };
  let state = before;
  const blocks: Block[] = [];
  const facts: Finding['facts'][] = [];
  for (const place of placesOf(plan, before, texts)) {
    const scene = state.scenes[place - 1]!;
    for (const target of plan.targets) {
      const inForce = state.focus.targets.includes(target) ? state.focus.filters[target] : undefined;
      const filter = { ...inForce, ...plan.filter };
      const found = await findFiltered(scene, target, filter, state, turn);
      state = found.state;
      facts.push(found.finding.facts);
      blocks.push(...regionTable(found.finding, plan.unit ?? state.unit, turn, LISTED_ROWS));
      if (found.finding.facts.count < 2) {
        const count = format.number(found.finding.facts.count, 0);
        blocks.push(measured(texts.measuredCount(texts.target(target), count)));
      }
    }
  }
  state = { ...state, focus: { ...state.focus, targets: plan.targets, counted: 'regions' } };
  return { state, blocks, facts, unchanged: true };
};

/** Rows of a table that was asked for. */
const LISTED_ROWS = 50;

const countScenes = (state: DialogueState): DialogueState => ({
  ...state,
  focus: { ...state.focus, counted: 'scenes' },
});

function sceneTable(state: DialogueState, { texts, format }: Turn): Block {
  if (state.scenes.length === 0) return plain(texts.noScenes);
  return {
    kind: 'table',
    caption: texts.scenesTitle,
    columns: [
      { title: texts.sceneNumber, align: 'right' },
      { title: texts.scene, align: 'left' },
      { title: texts.acquired, align: 'left' },
      { title: texts.findings, align: 'left' },
    ],
    rows: state.scenes.map(({ info, name }, i) => {
      const found = state.findings.filter((f) => f.sceneId === info.id && f.refines === null);
      const targets = [...new Set(found.map((f) => texts.target(f.facts.target)))];
      const indices = [
        ...new Set(
          state.indexFindings.filter((f) => f.sceneId === info.id).map((f) => f.statistics.index.toUpperCase()),
        ),
      ];
      return [
        String(i + 1),
        i + 1 === state.currentScene ? `${name} (${texts.current})` : name,
        info.acquiredAt ? format.date(info.acquiredAt.slice(0, 10)) : '',
        [...targets, ...indices].join(', '),
      ];
    }),
  };
}

/** Longest name shown anywhere. */
const MAX_NAME = 80;

export const rename: Execute = async (plan, before, { texts }) => {
  const place = sceneOf(plan, before, texts)!;
  const name = (plan.name ?? '')
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, MAX_NAME);
  if (name === '') return { state: before, blocks: [plain(texts.askName)], unchanged: true };
  const scenes = before.scenes.map((scene, i) => (i === place.place - 1 ? { ...scene, name } : scene));
  return { state: { ...before, scenes }, blocks: [plain(texts.renamed(place.scene.name, name))] };
};

/** Back to the situation before the last turn that changed something; a scene that came with it stays. */
export const undo: Execute = async (_plan, before, turn) => {
  const { texts } = turn;
  const situation = before.undo.at(-1);
  if (!situation) return { state: before, blocks: [plain(texts.nothingToUndo)], unchanged: true };
  const scenes = [...situation.scenes, ...before.scenes.slice(situation.scenes.length)];
  const state: DialogueState = { ...before, ...situation, scenes, undo: before.undo.slice(0, -1) };
  const { targets, shown } = state.focus;
  if (shown !== 'finding' || targets.length === 0) return { state, blocks: [plain(texts.undone)], unchanged: true };
  const drawn = await drawAnew({ operation: 'restyle', targets }, state, turn);
  return { state: drawn.state, blocks: [plain(texts.undone), ...drawn.blocks], unchanged: true };
};
