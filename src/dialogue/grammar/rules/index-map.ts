import { namesIndex } from '../names-index.ts';
import { unitOf } from '../subject.ts';
import type { Rule } from './rule.ts';

export const indexMap: Rule = (f) => {
  if (f.index === null) return null;
  // "Moisture", "bare soil": a word for an index is a wish to see it, unless a number is asked for.
  const unnamed = !namesIndex(f.text);
  const ofTarget =
    f.targets.length > 0 && /\b(?:of|inside|within|in|for)\b|的|内/.test(f.text) && !f.has('show', 'find');
  const asksNumber =
    f.has('mean', 'how-big', 'largest', 'smallest') ||
    f.regions.length > 0 ||
    (f.targets.length === 0 && /\b(?:inside|within|in) (?:it|them|there|that)\b|里面?的/.test(f.text)) ||
    (!unnamed && (/^(?:and )?what(?:'s| is| are)\b|多少/.test(f.text) || ofTarget));
  const asksExtreme = /\b(?:lowest|highest|minimum|maximum)\b|最高|最低/.test(f.text) && f.has('where', 'share');
  if (asksNumber && f.threshold === null && !asksExtreme && !(unnamed && f.has('find'))) return null;
  return f.indices.map((index) => ({
    operation: 'index',
    targets: [],
    index,
    ...(f.threshold ? { threshold: f.threshold } : {}),
    ...unitOf(f),
    ...(unnamed ? { word: f.mentions.find((m) => m.concept === 'index')?.text ?? index } : {}),
  }));
};
