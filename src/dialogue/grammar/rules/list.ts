import { targetsOr, unitOf } from '../subject.ts';
import type { Rule } from './rule.ts';

export const list: Rule = (f, state) => {
  if (!f.has('list') || f.has('compare', 'describe')) return null;
  // A bare "list" after a finding lists its regions.
  const bare =
    state.focus.shown === 'finding' &&
    (f.has('pronoun') || f.mentions.every((m) => m.concept === 'list' || m.concept === 'show'));
  const ofScenes = /\b(?:so far|history|have|got|results|findings|images|scenes)\b|历史|哪些/.test(f.text);
  const ofRegions =
    f.targets.length > 0 || f.has('region', 'largest', 'smallest') || f.filter !== null || (bare && !ofScenes);
  if (/[哪些]/.test(f.text) && f.filter?.near) return null;
  return [
    {
      operation: 'list',
      targets: ofRegions ? targetsOr(f, state) : [],
      ...(f.filter ? { filter: f.filter } : {}),
      ...unitOf(f),
    },
  ];
};
