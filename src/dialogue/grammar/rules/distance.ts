import type { LandCover } from '../../../domain/land-cover.ts';
import type { DialogueState } from '../../state.ts';
import type { Features } from '../features.ts';
import { findQuantities } from '../quantities.ts';
import type { Rule } from './rule.ts';

/** "How far is the lake from the nearest town?": from one target to another. */
export const distance: Rule = (f, state) => {
  const asks = f.has('distance', 'nearest') && !f.has('compare', 'zoom');
  // "Within 200 m of the nearest house" says which to keep.
  if (!asks || findQuantities(f.text).some((q) => q.kind === 'length')) return null;
  const [from, to] = pairOf(f, state);
  if (from === undefined || to === undefined)
    // "Where is the nearest lake?" Nearest to whom?
    return f.has('nearest') && f.regions.length < 2 ? [{ operation: 'decline', targets: [], about: 'nearest' }] : null;
  const { region, toRegion } = regionsOf(f, to);
  return [
    {
      operation: 'measure',
      targets: [from, to],
      measure: 'distance',
      ...(region === undefined ? {} : { region }),
      ...(toRegion === undefined ? {} : { toRegion }),
      ...(f.word ? { word: f.word } : {}),
    },
  ];
};

/** The two targets in the order they are said; what is spoken of stands for the first where only one is said. */
function pairOf(f: Features, state: DialogueState): readonly LandCover[] {
  const said = new Set(f.mentions.flatMap((m) => (m.concept === 'target' ? [m.value as LandCover] : [])));
  const [spoken] = state.focus.targets;
  if (said.size === 1 && spoken !== undefined) return [...new Set([spoken, ...said])];
  return [...said];
}

/** The region belongs to the first target unless it is said between the two: "from the lake to the largest building". */
function regionsOf(f: Features, to: LandCover): { region?: number; toRegion?: number } {
  const [region, toRegion] = f.regions;
  if (toRegion !== undefined || region === undefined) return { ...(region ? { region, toRegion: toRegion! } : {}) };
  const first = f.mentions.findIndex((m) => m.concept === 'target');
  const extreme = f.mentions.findIndex((m) => m.concept === 'largest');
  const ofSecond = extreme > first && f.mentions[extreme + 1]?.value === to;
  return ofSecond ? { toRegion: region } : { region };
}
