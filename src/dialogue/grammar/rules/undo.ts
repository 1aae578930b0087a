import type { Rule } from './rule.ts';

export const undo: Rule = (f) =>
  (f.has('undo') || /^(?:go )?back(?: please| one)?$|^返回$/.test(f.text)) &&
  !f.has('export', 'index') &&
  f.filter === null &&
  f.scene === null
    ? [{ operation: 'undo', targets: [] }]
    : null;
