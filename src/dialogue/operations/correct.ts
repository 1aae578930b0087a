import type { BandName } from '../../domain/band.ts';
import type { Finding } from '../../domain/finding.ts';
import { LAND_COVERS } from '../../domain/land-cover.ts';
import type { Block } from '../../domain/message.ts';
import type { SceneCorrection, SceneInfo } from '../../domain/scene.ts';
import { type DialogueState, findingOf } from '../state.ts';
import { extract } from './extract.ts';
import { sceneOf } from './scenes.ts';
import { type Execute, plain, type Turn, voiced } from './turn.ts';

/** What was wrong about a scene, put right: the scene is opened again, and what was shown of it is shown anew. */
export const correct: Execute = async (plan, before, turn) => {
  const { texts } = turn;
  const { correction } = plan;
  const place = sceneOf(plan, before, texts)!;
  if (!correction) return { state: before, blocks: [] };
  if (correction.complaint !== undefined) return noteComplaint(correction.complaint, place.scene.info, before, turn);

  const { info } = place.scene;
  const opened = await turn.analyst.open({ files: info.files, correction: correctionFor(info, correction) }, turn.run);
  const fresh = withScene(before, place.place, opened);
  // Another pixel size changes no pixel: what was found is only measured anew.
  const isSizeOnly = Object.keys(correction).join() === 'pixelSizeM';
  const state = isSizeOnly
    ? { ...fresh, findings: [...fresh.findings, ...(await measuredAnew(before, info.id, opened, turn))] }
    : fresh;
  const said: Block[] =
    correction.pixelSizeM === undefined
      ? voiced('measured', [texts.correctedBands(opened.bandEvidence)], texts)
      : voiced('measured', [texts.correctedPixelSize(turn.format.length(correction.pixelSizeM))], texts);
  const notes = voiced('limits', opened.notes, texts);
  const { targets } = before.focus;
  if (targets.length === 0 || before.focus.shown === 'nothing' || before.focus.shown === 'scene') {
    return { state, blocks: [...said, ...notes] };
  }
  const filters = before.focus.filters[targets[0]!];
  const again = await extract(
    { operation: 'extract', targets, ...(filters ? { filter: filters } : {}) },
    { ...state, focus: { ...state.focus, filters: {} } },
    turn,
  );
  const intro = texts.correctedAgain(turn.format.list(targets.map((t) => texts.target(t))));
  return { ...again, blocks: [...said, ...notes, plain(intro), ...again.blocks] };
};

/** The scene's correction so far with the new one laid over it. One band by its place takes the rest as they are read. */
function correctionFor(
  info: SceneInfo,
  { bands, band, sensor, pixelSizeM }: NonNullable<Parameters<Execute>[0]['correction']>,
): SceneCorrection {
  const named = band ? renamed(info, band.name, band.index) : bands;
  return {
    ...info.correction,
    ...(named ? { bands: named } : {}),
    ...(sensor === undefined ? {} : { sensor }),
    ...(pixelSizeM === undefined ? {} : { pixelSizeM }),
  };
}

/** The bands as read, with `name` at `index`; whichever band had that name before is unknown then. */
function renamed(info: SceneInfo, name: BandName, index: number): (BandName | null)[] {
  return info.bands.map((band, i) => (i === index ? name : band.name === name ? null : band.name));
}

/** The scene replaced. What was found on another reading of it stays with that: undo brings it back. */
function withScene(state: DialogueState, place: number, info: SceneInfo): DialogueState {
  return {
    ...state,
    currentScene: place,
    scenes: state.scenes.map((scene, i) => (i === place - 1 ? { ...scene, info } : scene)),
  };
}

/** The unfiltered findings of a scene on its new reading. */
function measuredAnew(
  state: DialogueState,
  oldId: string,
  scene: SceneInfo,
  { analyst, run }: Turn,
): Promise<Finding[]> {
  const findings = LAND_COVERS.map((target) => findingOf(state, oldId, target)).filter((found) => found !== null);
  return Promise.all(
    findings.map(async (finding) => ({
      ...(await analyst.refine({ scene, finding, filter: {} }, run)),
      sceneId: scene.id,
      refines: null,
    })),
  );
}

function noteComplaint(words: string, scene: SceneInfo, before: DialogueState, turn: Turn) {
  const { texts } = turn;
  const [target] = before.focus.targets;
  const finding = target ? findingOf(before, scene.id, target) : null;
  const complaint = { finding: finding?.id ?? null, words, by: turn.message.author.id };
  const state = { ...before, complaints: [...before.complaints, complaint].slice(-50) };
  return {
    state,
    blocks: [plain(texts.complaintNoted)],
    actions: target
      ? [
          {
            label: texts.buttonWhy,
            plans: [{ operation: 'explain', targets: before.focus.targets, aspect: 'why' } as const],
          },
          {
            label: texts.buttonSure,
            plans: [{ operation: 'explain', targets: before.focus.targets, aspect: 'sure' } as const],
          },
          { label: texts.buttonList, plans: [{ operation: 'list', targets: before.focus.targets } as const] },
        ]
      : [],
  };
}
