import type { Plan } from '../../domain/plan.ts';
import { UserFacingError } from '../../errors.ts';
import type { Texts } from '../language/texts.ts';
import type { DialogueState, SceneEntry } from '../state.ts';

/** The 1-based places of the scenes a plan speaks of. Empty only when the conversation has no scene. */
export function placesOf(plan: Plan, state: DialogueState, texts: Texts): number[] {
  const count = state.scenes.length;
  if (plan.scene === 'all') return state.scenes.map((_, i) => i + 1);
  if (plan.scene === 'other') return [otherPlace(state, texts)];
  if (plan.scene !== undefined) {
    if (plan.scene < 1 || plan.scene > count) {
      throw new UserFacingError('scene-missing', texts.sceneMissing(plan.scene, count));
    }
    return [plan.scene];
  }
  return state.currentScene === null ? [] : [state.currentScene];
}

/** The scene meant by "the other image": of two the other, of more the one before the current. */
export function otherPlace(state: DialogueState, texts: Texts): number {
  const count = state.scenes.length;
  if (count < 2 || state.currentScene === null) throw new UserFacingError('scene-missing', texts.otherMissing);
  return state.currentScene > 1 ? state.currentScene - 1 : 2;
}

/** The one scene a plan speaks of, and its place; null when the conversation has none. */
export function sceneOf(plan: Plan, state: DialogueState, texts: Texts): { place: number; scene: SceneEntry } | null {
  const place = placesOf(plan, state, texts)[0];
  return place === undefined ? null : { place, scene: state.scenes[place - 1]! };
}
