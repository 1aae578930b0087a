import { newNameIn } from '../names.ts';
import type { Rule } from './rule.ts';

export const rename: Rule = (f, _state, original) => {
  if (!f.has('rename')) return null;
  const name = newNameIn(original);
  return name === null
    ? [{ operation: 'clarify', targets: [], about: 'name' }]
    : [{ operation: 'rename', targets: [], name }];
};
