import { WHOLE_SCENE } from '../style.ts';
import type { Rule } from './rule.ts';

/** "Delete the second scene", "reset the colours": where nothing less does it, what there is stays, and that is said. */
export const removal: Rule = (f, state) => {
  if (!REMOVES.test(f.text) || f.has('undo') || /\bfilters?\b|筛选|过滤/.test(f.text)) return null;
  const { targets } = state.focus;
  if (OVERLAY.test(f.text)) return [{ operation: 'describe', targets: [], about: 'picture' }];
  if (VIEW.test(f.text)) return [{ operation: 'restyle', targets, style: { zoomRegion: WHOLE_SCENE } }];
  if (f.filter?.minAreaM2 !== undefined || f.filter?.maxAreaM2 !== undefined) return null;
  const named = [...f.targets, ...f.negated];
  const rest = EXCEPT.test(f.text) ? f.negated : targets.filter((t) => !named.includes(t));
  const fits = named.length > 0 && rest.length > 0 && !SOME.test(f.text);
  return [fits ? { operation: 'extract', targets: rest } : { operation: 'decline', targets: [], about: 'removal' }];
};

const REMOVES =
  /^(?:(?:please|just|now|and|then|so|ok|(?:can|could|would) you|i want(?: you)? to|let's|don't|do not|never)[, ]+)*(?:delete|erase|wipe|purge|reset|forget(?! (?:about )?(?:it|that|this)\b)|(?:clear|remove)(?= (?:all|everything|(?:the |this |that )?(?:\w+ )?(?:scene|image|region|map|overlay))\b|$))|^(?:请|帮我|都|全部|不要|别)*(?:把.+)?(?:删|清除|清掉|清空|重置|抹掉|忘)|\b(?:delete|erase|forget|wipe)\b.*\b(?:everything|anything|data|conversation)\b/;
const OVERLAY = /\b(?:overlay|mask|markings?)$|叠加|标注$/;
const VIEW = /\breset the (?:zoom|view)\b|重置(?:视图|缩放)/;
const EXCEPT = /\b(?:except|but|apart from|other than)\b|除了|以外/;
/** Only a part of a target. */
const SOME = /\b(?:small|tiny|little|large|big|region|scene|image|last|old)|[大小]|第/;
