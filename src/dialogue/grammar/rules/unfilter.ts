import type { Rule } from './rule.ts';

/** "show all of them again", "remove the filter". */
export const unfilter: Rule = (f, state) => {
  const all =
    /\b(?:remove|clear|drop|delete|without|no|no more|reset|lift|cancel) (?:the |all |any |that |my |of )*(?:filters?|limits?|restrictions?|conditions?)\b|\btake (?:the |that |all )?(?:filters?|limits?|restrictions?) (?:off|away)\b|\b(?:all|every(?:thing)?)(?: of)? (?:them|regions|patches|it|those)(?: again)?$|\ball again$|(?:取消|清|重置|去|删)[除空掉]?(?:所有|全部|的)*(?:筛选|过滤)|不(?:要)?(?:筛选|过滤)|(?:显示|看)(?:全部|所有)(?:区域|图斑|的)?$/.test(
      f.text,
    );
  const filtered = state.focus.targets.length > 0;
  return all && filtered && !f.has('list') && f.targets.length === 0
    ? [{ operation: 'extract', targets: state.focus.targets, filter: {} }]
    : null;
};
