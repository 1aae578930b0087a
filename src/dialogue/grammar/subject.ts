import type { Filter } from '../../domain/finding.ts';
import type { LandCover } from '../../domain/land-cover.ts';
import type { Plan } from '../../domain/plan.ts';
import { type DialogueState, sceneAt } from '../state.ts';
import type { Features } from './features.ts';

/** The targets named, or those spoken of: "both" are the last two. */
export function targetsOr(f: Features, state: DialogueState): readonly LandCover[] {
  if (f.targets.length > 0) return f.targets;
  const both = f.scene === null && BOTH.test(f.text) ? lastTwoTargets(state) : [];
  return both.length === 2 ? both : state.focus.targets;
}

export const BOTH =
  /\bboth\b(?! (?:the )?(?:images|scenes|pictures|dates|files|mask|table|outline))|\bof the two\b|\btogether\b|两[个者种]|一起|都(?=导出|下载|保存|存|发)/;

/** The targets found on the current scene, in their order. */
export function foundTargets(state: DialogueState): LandCover[] {
  const scene = sceneAt(state)?.info.id;
  const found = state.findings.filter((f) => f.sceneId === scene && f.refines === null);
  return [...new Set(found.map((f) => f.facts.target))];
}

/** The two targets spoken of last on the current scene, older first. */
export function lastTwoTargets(state: DialogueState): LandCover[] {
  const spoken = [...foundTargets(state), ...state.lastPlans.flatMap((plan) => plan.targets)];
  return [...new Set(spoken.toReversed())].slice(0, 2).toReversed();
}

export const unitOf = (f: Features): { unit?: NonNullable<Plan['unit']> } => (f.unit ? { unit: f.unit } : {});

/** The region named, or the one spoken of where a pronoun points at it. */
export function regionOf(f: Features, state: DialogueState): { region?: number } {
  if (f.regions[0] !== undefined) return { region: f.regions[0] };
  const points = f.has('pronoun') && f.targets.length === 0 && state.focus.region !== null;
  return points ? { region: state.focus.region! } : {};
}

/** A filter without the part that only picks a region out. */
export function withoutExtremes(filter: Filter | null): Filter | null {
  if (!filter) return null;
  const { largest: _largest, smallest: _smallest, ...rest } = filter;
  return Object.keys(rest).length > 0 ? rest : null;
}

/** The narrower word, where there is one. */
export const wordOf = (f: Features): { word?: string } => (f.word ? { word: f.word } : {});

/** The index whose map was the last thing done: "why?" and "export" are about it. */
export function indexJustShown(state: DialogueState): string | null {
  const last = state.lastPlans.at(-1);
  return last?.operation === 'index' ? (last.index ?? null) : null;
}
