import type { Rule } from './rule.ts';

export const rerun: Rule = (f, state) => {
  if (!f.has('rerun') || f.targets.length > 0 || f.index !== null || f.filter !== null || f.has('all-scenes'))
    return null;
  return [{ operation: 'rerun', targets: state.focus.targets }];
};
