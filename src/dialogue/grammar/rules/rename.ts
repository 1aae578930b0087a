import { newNameIn } from '../names.ts';
import type { Rule } from './rule.ts';

export const rename: Rule = (f, _state, original) => {
  if (!f.has('rename')) return null;
  // Regions have numbers; the scene must not get the name that was meant for one.
  if (f.regions.length > 0) return [{ operation: 'decline', targets: [], about: f.text.slice(0, 120) }];
  const name = newNameIn(original);
  return name === null
    ? [{ operation: 'clarify', targets: [], about: 'name' }]
    : [{ operation: 'rename', targets: [], name }];
};
