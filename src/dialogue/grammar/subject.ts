import type { Filter } from '../../domain/finding.ts';
import type { LandCover } from '../../domain/land-cover.ts';
import type { Plan } from '../../domain/plan.ts';
import type { DialogueState } from '../state.ts';
import type { Features } from './features.ts';

/** The targets named, or those spoken of. */
export const targetsOr = (f: Features, state: DialogueState): readonly LandCover[] =>
  f.targets.length > 0 ? f.targets : state.focus.targets;

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
