import type { Rule } from './rule.ts';

/** "Use the second image": it is the current one from then on, and is described. */
export const switchScene: Rule = (f) => {
  const turns =
    /\b(?:use|switch|go|take|open|load|select|choose|pick|continue|work|back|return|move)\b|切换|换|打开|使用|选|回到|用第/.test(
      f.text,
    );
  const nothingElse = f.targets.length === 0 && f.index === null && f.style === null && f.filter === null;
  const aloneIsEnough = f.elliptical && !f.has('again-same', 'undo', 'rerun', 'list');
  return (turns || aloneIsEnough) &&
    nothingElse &&
    f.scene !== null &&
    f.scene !== 'all' &&
    !f.has('export', 'compare', 'rename')
    ? [{ operation: 'describe', targets: [], scene: f.scene }]
    : null;
};
