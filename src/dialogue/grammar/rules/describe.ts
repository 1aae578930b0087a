import { LAND_COVERS } from '../../../domain/land-cover.ts';
import type { Rule } from './rule.ts';

export const describe: Rule = (f) => {
  const asksPicture =
    f.has('picture') ||
    /^(?:.* )?(?:show|display|see|view|显示|看看|看一下)(?: me)?(?: the| this| that|这张|这幅)?\s?(?:original |whole |full )?(?:image|picture|scene|photo|原图|图|影像|图片)$/.test(
      f.text,
    );
  if (asksPicture && f.targets.length === 0 && f.index === null)
    return [{ operation: 'describe', targets: [], about: 'picture' }];
  const ofScene =
    f.has('scene') &&
    f.has('how-big', 'where', 'area') &&
    f.targets.length === 0 &&
    f.regions.length === 0 &&
    f.filter === null &&
    !f.has('region');
  const asksCloud = f.has('cloud') && !f.has('index');
  if (
    (f.has('contents') || WHAT_IT_SHOWS.test(f.text)) &&
    !f.mentions.some((m) => m.concept === 'describe' && !/^descri|描述/.test(m.text)) &&
    f.targets.length === 0 &&
    f.index === null &&
    f.regions.length === 0 &&
    !f.has('largest', 'smallest', 'count')
  ) {
    return [{ operation: 'describe', targets: LAND_COVERS, ...(f.filter ? { filter: f.filter } : {}) }];
  }
  if (asksCloud || ofScene) return [{ operation: 'describe', targets: [], ...(asksCloud ? { about: 'cloud' } : {}) }];
  if (!f.has('describe') || f.regions.length > 0 || f.has('mean')) return null;
  if (f.scene === 'all' && f.targets.length > 0 && MORE_OR_LESS.test(f.text)) return null;
  const aboutWhole = /\bdescribe\b|描述/.test(f.text) && f.has('scene');
  return [{ operation: 'describe', targets: f.targets.length > 0 ? f.targets : aboutWhole ? LAND_COVERS : [] }];
};

/** "What does this picture show?", "what could one see here?", 这张图拍了什么 */
const WHAT_IT_SHOWS =
  /^(?:and |so |ok |now )*what (?:all |else |exactly )?(?:do|does|did|can|could|would|might) (?:\w+ ){1,3}(?:show|see|contain|depict|hold|have in it|make out|find|spot|notice|recogni[sz]e)(?: us)?\b(?! (?:for|with)\b)|[图片张幅](?:上|里|中)?(?:拍|显示|画)了?(?:的是)?什么/;

const MORE_OR_LESS = /\b(?:more|most|less|least|fewer|bigger|larger|smaller)\b|更|最/;
