import type { Rule } from './rule.ts';

export const help: Rule = (f) => {
  const asksHelp = f.has('help') && f.targets.length === 0 && f.index === null;
  return asksHelp ? [{ operation: 'help', targets: [] }] : null;
};
