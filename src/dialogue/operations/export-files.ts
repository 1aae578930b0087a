import { stat } from 'node:fs/promises';
import type { Facts } from '../../domain/finding.ts';
import type { Block } from '../../domain/message.ts';
import type { Artefact, ExportFormat } from '../../domain/picture.ts';
import { DEFAULT_STYLE } from '../../domain/picture.ts';
import type { Plan } from '../../domain/plan.ts';
import type { DialogueState, SceneEntry } from '../state.ts';
import { findFiltered } from './findings.ts';
import { checkedIndex } from './index-map.ts';
import { legendOf } from './legend.ts';
import { placesOf } from './scenes.ts';
import { type Execute, plain, type Turn } from './turn.ts';
import { indexSymbol } from './words.ts';

/** Without a named format: what opens in a GIS and on the web. */
const USUAL: readonly ExportFormat[] = ['geojson', 'geotiff'];

const FORMAT_NAMES: Readonly<Record<ExportFormat, string>> = {
  geotiff: 'GeoTIFF',
  geojson: 'GeoJSON',
  geopackage: 'GeoPackage',
  csv: 'CSV',
  png: 'PNG',
};

/** Files of the findings spoken of, with the filters in force. */
export const exportFiles: Execute = async (plan, before, turn) => {
  const { texts, format } = turn;
  const index = plan.index ?? (before.focus.shown === 'index' && plan.targets.length === 0 ? before.focus.index : null);
  const places = placesOf(plan, before, texts);
  if (index)
    return exportIndex(
      index,
      places.map((p) => before.scenes[p - 1]!),
      before,
      turn,
    );
  if (plan.targets.length === 0) return { state: before, blocks: [plain(texts.exportNothing)], unchanged: true };
  const formats = plan.format ? [plan.format] : USUAL;
  let state = before;
  const artefacts: Artefact[] = [];
  const facts: Facts[] = [];
  for (const place of places) {
    const scene = state.scenes[place - 1]!;
    for (const target of plan.targets) {
      const filter = filterOf(plan, target, state);
      const found = await findFiltered(scene, target, filter, state, turn);
      state = found.state;
      facts.push(found.finding.facts);
      for (const wanted of formats) artefacts.push(...(await filesOf(found.finding, scene, wanted, state, turn)));
    }
  }
  const targets = format.list(plan.targets.map((t) => texts.target(t)));
  const names = format.list(formats.map((f) => FORMAT_NAMES[f]));
  const blocks: Block[] = [
    plain(texts.filesReady(targets, names)),
    ...(plan.word ? [plain(texts.formatInstead(plan.word))] : []),
    { kind: 'files', artefacts },
  ];
  state = { ...state, focus: { ...state.focus, targets: plan.targets } };
  return { state, blocks, facts, unchanged: true };
};

function filterOf(plan: Plan, target: Plan['targets'][number], { focus }: DialogueState): Plan['filter'] {
  const inForce = focus.targets.includes(target) ? focus.filters[target] : undefined;
  const filter = { ...inForce, ...plan.filter, ...(plan.region === undefined ? {} : { regions: [plan.region] }) };
  return Object.keys(filter).length > 0 ? filter : undefined;
}

async function filesOf(
  finding: Parameters<Turn['analyst']['export']>[0]['finding'],
  { info }: SceneEntry,
  wanted: ExportFormat,
  state: DialogueState,
  turn: Turn,
): Promise<readonly Artefact[]> {
  const { analyst, run } = turn;
  if (wanted !== 'png') return analyst.export({ scene: info, finding, format: wanted }, run);
  const style = { ...DEFAULT_STYLE, ...state.style };
  const legend = [legendOf(finding, state.unit, turn)];
  const words = turn.texts.map;
  return [await analyst.draw({ kind: 'overlay', scene: info, findings: [finding], legend, style, words }, run)];
}

async function exportIndex(name: string, scenes: readonly SceneEntry[], before: DialogueState, turn: Turn) {
  const { texts } = turn;
  const index = checkedIndex(name, texts);
  let state = before;
  const artefacts: Artefact[] = [];
  for (const scene of scenes) {
    const held = state.indexFindings.findLast((f) => f.sceneId === scene.info.id && f.statistics.index === index);
    const found = held ?? (await turn.analyst.index({ scene: scene.info, index }, turn.run));
    if (!held) state = { ...state, indexFindings: [...state.indexFindings, found] };
    const { size } = await stat(found.rasterFile);
    artefacts.push({
      name: `${safeStem(scene.info.name)}.${index}.tif`,
      path: found.rasterFile,
      mediaType: 'image/tiff',
      bytes: size,
    });
  }
  const blocks: Block[] = [plain(texts.indexFile(indexSymbol(index))), { kind: 'files', artefacts }];
  return { state, blocks, unchanged: true as const };
}

/** A file name that is safe on every platform. */
const safeStem = (name: string): string =>
  name
    .replace(/\.[A-Za-z0-9]{2,5}$/, '')
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .slice(0, 80) || 'scene';
