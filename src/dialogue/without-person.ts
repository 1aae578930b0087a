import { type DialogueState, emptyState, NO_FOCUS, type SceneEntry } from './state.ts';

/**
 * What is remembered without what one person sent (null = anybody): their scenes, everything found on them, their
 * complaints; and how much that was. Nothing in the rest may be repeated or undone into what is gone, so that is dropped
 * for everybody.
 */
export function withoutPerson(
  state: DialogueState,
  person: string | null,
): { readonly rest: DialogueState; readonly scenes: number; readonly results: number } {
  const rest = person === null ? emptyState : restOf(state, person);
  return { rest, scenes: state.scenes.length - rest.scenes.length, results: resultsOf(state) - resultsOf(rest) };
}

function restOf(state: DialogueState, person: string): DialogueState {
  const isTheirs = ({ sentBy }: SceneEntry): boolean => sentBy === person;
  const scenes = state.scenes.filter((scene) => !isTheirs(scene));
  const others = new Set(scenes.map(({ info }) => info.id));
  // Somebody else may have sent the same scene.
  const isKept = (sceneId: string): boolean =>
    others.has(sceneId) || !state.scenes.some((scene) => isTheirs(scene) && scene.info.id === sceneId);
  const findings = state.findings.filter(({ sceneId }) => isKept(sceneId));
  const known = new Set(findings.map(({ id }) => id));
  const current = state.scenes[(state.currentScene ?? 0) - 1];
  const stays = current !== undefined && !isTheirs(current);
  return {
    ...state,
    scenes,
    currentScene: stays ? scenes.indexOf(current) + 1 : scenes.length || null,
    focus: stays ? { ...state.focus, region: null } : NO_FOCUS,
    findings,
    indexFindings: state.indexFindings.filter(({ sceneId }) => isKept(sceneId)),
    changes: state.changes.filter(({ before, after }) => isKept(before) && isKept(after)),
    complaints: state.complaints.filter(({ by, finding }) => by !== person && (finding === null || known.has(finding))),
    lastPlans: [],
    pending: null,
    undo: [],
  };
}

/** Masks, index maps and comparisons. */
const resultsOf = ({ findings, indexFindings, changes }: DialogueState): number =>
  findings.length + indexFindings.length + changes.length;
