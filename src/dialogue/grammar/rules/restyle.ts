import { targetsOr, wordOf } from '../subject.ts';
import type { Rule } from './rule.ts';

export const restyle: Rule = (f, state) => {
  // "What does yellow stand for?" is about the picture at hand.
  if (f.has('method')) return null;
  if (f.style === null) {
    if (SHOW_IT.test(f.text) && state.focus.region !== null)
      return [
        {
          operation: 'restyle',
          targets: state.focus.targets,
          region: state.focus.region,
          style: { zoomRegion: state.focus.region },
        },
      ];
    const [region] = f.regions;
    const pointing =
      region !== undefined &&
      f.has('show') &&
      f.filter === null &&
      f.targets.length === 0 &&
      !f.has('only', 'index') &&
      (!f.has('largest') || region > 1);
    return pointing
      ? [{ operation: 'restyle', targets: state.focus.targets, region, style: { zoomRegion: region } }]
      : null;
  }
  const narrows =
    f.filter !== null &&
    f.filter.regions === undefined &&
    f.filter.largest === undefined &&
    f.filter.smallest === undefined;
  const { zoomRegion, ...painted } = f.style;
  if (narrows && f.regions.length === 0 && (zoomRegion === undefined || f.filter?.part !== undefined)) {
    const targets = targetsOr(f, state);
    if (targets.length > 0 && (f.targets.length > 0 || zoomRegion !== undefined))
      return [
        {
          operation: 'extract',
          targets,
          filter: f.filter!,
          ...(Object.keys(painted).length > 0 ? { style: painted } : {}),
          ...wordOf(f),
        },
      ];
  }
  if (f.index !== null || f.filter?.near || (f.threshold !== null && f.style.opacity === undefined)) return null;
  const onlyColor = Object.keys(f.style).every((key) => key === 'color');
  // A colour among other words describes: "is the green part forest?"
  if (onlyColor && !f.has('paint', 'show', 'fill') && f.text.split(' ').length > 6 && !/\bin \w+$|色/.test(f.text))
    return null;
  if (f.style.mode === 'outline' && !f.style.color && f.has('where', 'distance', 'how-many', 'how-much')) return null;
  const zoom = f.style.zoomRegion;
  const style = { style: f.style, ...(zoom ? { region: zoom } : {}) };
  const nothingYet = f.targets.length === 0 && state.focus.targets.length === 0 && state.focus.shown !== 'index';
  if (nothingYet && zoom === undefined)
    return onlyColor && f.text === 'green'
      ? [{ operation: 'extract', targets: ['vegetation'] }]
      : [{ operation: 'clarify', targets: [], about: 'target', style: f.style }];
  const isNew = f.targets.length > 0 && !f.targets.every((t) => state.focus.targets.includes(t));
  if (isNew && zoom === undefined) return [{ operation: 'extract', targets: f.targets, ...style, ...wordOf(f) }];
  return [{ operation: 'restyle', targets: targetsOr(f, state), ...style }];
};

/** "How big is region 2?", "show me". */
const SHOW_IT =
  /^(?:ok(?:ay)? |and |can you |could you |please )*show (?:me|it|that|us|this)(?: (?:it|that|this|there))?(?: one| region)?(?: please)?$|^(?:给我)?看看(?:它)?$/;
