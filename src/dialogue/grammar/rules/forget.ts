import type { Rule } from './rule.ts';

export const forget: Rule = (f) => (f.has('forget') && !f.has('zoom') ? [{ operation: 'forget', targets: [] }] : null);
