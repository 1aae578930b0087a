import type { Change, Filter, Finding, IndexFinding } from '../domain/finding.ts';
import type { LandCover } from '../domain/land-cover.ts';
import type { Language } from '../domain/message.ts';
import type { Style } from '../domain/picture.ts';
import type { Plan, Unit } from '../domain/plan.ts';
import type { SceneInfo } from '../domain/scene.ts';

/** What is remembered of a conversation. Plain JSON: a checkpoint is `JSON.stringify(state)`. */
export interface DialogueState extends Situation {
  /** Newest last; at most `MAX_KEPT` of each kind. */
  readonly findings: readonly Finding[];
  readonly indexFindings: readonly IndexFinding[];
  readonly changes: readonly Change[];
  /** What people said was wrong, with the finding they spoke of. */
  readonly complaints: readonly { readonly finding: string | null; readonly words: string; readonly by?: string }[];
  /** Situations before each of the last turns that changed something, newest last; at most `MAX_UNDO`. */
  readonly undo: readonly Situation[];
  /** Clarifying questions asked in a row. */
  readonly questions: number;
  /** Whether to delete: what we asked last, while nothing has happened since. Absent in states of earlier versions. */
  readonly forgetting?: DeletionQuestion | null;
  /** Scenes of people who had what they sent deleted from elsewhere, which the others have not been told of yet. */
  readonly scenesGone?: number | null;
  /** It was said, in that language, that answers come in English. Absent in states of earlier versions. */
  readonly englishExplained?: boolean;
  /** The person has been told which language model plans and phrases. */
  readonly speakerNamed: boolean;
}

/** The part of the state that `undo` brings back. */
export interface Situation {
  /** In the order of arrival: scene n of the conversation is `scenes[n - 1]`. */
  readonly scenes: readonly SceneEntry[];
  /** 1-based place of the scene spoken of; null before the first. */
  readonly currentScene: number | null;
  readonly focus: Focus;
  /** How overlays are drawn from now on. */
  readonly style: Partial<Style>;
  /** Unit of areas from now on; null = by size. */
  readonly unit: Unit | null;
  readonly language: Language;
  /** What the last turn did, for "and water?" and "again". */
  readonly lastPlans: readonly Plan[];
  /** What was asked when something was missing, to be carried out when it comes. */
  readonly pending: Pending | null;
}

export interface DeletionQuestion {
  /** Id of the message that asked. */
  readonly id: string;
  /** Only this person's answer counts. */
  readonly asker: string;
  readonly whose: 'everybody' | 'asker';
}

export interface SceneEntry {
  readonly info: SceneInfo;
  /** What the person calls it; at first the scene's own name. */
  readonly name: string;
  /** Whoever sent it; absent in states of earlier versions. */
  readonly sentBy?: string;
}

/** What "it", "there" and "the second one" mean. */
interface Focus {
  readonly targets: readonly LandCover[];
  /** The filters in force, by target: a new one is laid over them. */
  readonly filters: Readonly<Partial<Record<LandCover, Filter>>>;
  readonly index: string | null;
  /** Region last spoken of. */
  readonly region: number | null;
  /** What the last answer counted: "the second one" is one of these. */
  readonly counted: 'regions' | 'scenes';
  readonly shown: 'nothing' | 'scene' | 'finding' | 'index' | 'change';
}

export interface Pending {
  readonly about: 'scene' | 'target' | 'second-scene' | 'band-order' | 'pixel-size' | 'request';
  readonly plans: readonly Plan[];
}

export const MAX_KEPT = 60;
export const MAX_UNDO = 10;
/** After so many clarifying questions in a row we show what is possible instead. */
export const MAX_QUESTIONS = 2;

export const NO_FOCUS: Focus = {
  targets: [],
  filters: {},
  index: null,
  region: null,
  counted: 'regions',
  shown: 'nothing',
};

/** The state of a conversation in which nothing has been said. */
export const emptyState: DialogueState = {
  scenes: [],
  currentScene: null,
  focus: NO_FOCUS,
  style: {},
  unit: null,
  language: 'en',
  lastPlans: [],
  pending: null,
  findings: [],
  indexFindings: [],
  changes: [],
  complaints: [],
  undo: [],
  questions: 0,
  speakerNamed: false,
};

/** The state with its situation as it was `before` added to the undo stack. */
export function rememberForUndo(state: DialogueState, before: DialogueState): DialogueState {
  const { scenes, currentScene, focus, style, unit, language, lastPlans } = before;
  const situation: Situation = { scenes, currentScene, focus, style, unit, language, lastPlans, pending: null };
  return { ...state, undo: [...before.undo, situation].slice(-MAX_UNDO) };
}

/** The scene at a 1-based place, or the current one. */
export function sceneAt(state: Situation, place: number | null = state.currentScene): SceneEntry | null {
  return place === null ? null : (state.scenes[place - 1] ?? null);
}

/** The newest unfiltered finding of a target on a scene. */
export function findingOf(state: DialogueState, sceneId: string, target: LandCover): Finding | null {
  return (
    state.findings.findLast((f) => f.sceneId === sceneId && f.facts.target === target && f.refines === null) ?? null
  );
}
