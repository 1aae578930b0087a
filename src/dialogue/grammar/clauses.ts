/**
 * Normalized text cut into requests: at the ends of sentences, at "then", and at "and" or a comma when a new verb or
 * question follows. "vegetation and water" stays together; "show water and export it" does not.
 */
export function splitClauses(text: string): string[] {
  const clauses: string[] = [];
  for (const clause of cut(text)) {
    // "Show water. Everything over 2 ha": the second sentence says which.
    if (WHICH_ONES.test(clause) && clauses.length > 0) clauses.push(`${clauses.pop()}, ${clause}`);
    else clauses.push(clause);
  }
  return clauses;
}

const WHICH_ONES =
  /^(?:so |well |say )?(?:anything|everything|those|the ones|ones)\b(?!.*\b(?:is|are|show|list|how|why|what)\b).*\d/;

function cut(text: string): string[] {
  return text
    .replace(QUOTED, (quoted) => quoted.replace(/[,;.!?，。；！？]/g, ' '))
    .split(BOUNDARY)
    .map((clause) =>
      clause.trim().replace(/^(?:and|also|plus|,)\s+(?=\S)/, (head) => (head.startsWith('and') ? 'and ' : '')),
    )
    .filter((clause) => /[\p{L}\p{N}%>#]/u.test(clause));
}

const QUOTED = /"[^"]*"/g;

const VERBS =
  'show|display|highlight|export|send|give|tell|make|zoom|compare|explain|list|download|save|find|count|measure|calculate|compute|outline|call|rename|undo|draw|color|colour|extract|detect|describe|mark|segment|' +
  "how|what|what's|where|why|which|is there|are there|can you|could you|would you|please|i want|i'd like|let me|do the same|remind|band \\d";
const COLORS = 'red|green|blue|yellow|orange|purple|white|black|pink|cyan|magenta|brown|grey|gray';
const VERBS_ZH =
  '显示|展示|给我|给出|标出|导出|下载|保存|发给|发我|告诉|放大|对比|比较|解释|列出|找出|提取|统计|计算|算|测量|用红|用蓝|用绿|用黄|改成|重命名|描述|画|有多少|多少|哪|为什么|面积|最大';

const BOUNDARY = new RegExp(
  [
    // A full stop ends a sentence only before a space or the end: 0.5 and "vs." go on.
    '(?<!\\bvs)(?<!\\bapprox)(?<!\\d)[.](?=\\s|$)|(?<=\\d)[.](?=\\s+[a-z]|$)|[?!;]+|[。！？；]+|\\n+',
    ',?\\s*\\b(?:and then|after that|afterwards|then|next,)\\s+',
    `,?\\s+(?:and|&|plus)\\s+(?:also\\s+)?(?=(?:${VERBS})\\b)`,
    `,\\s+(?=(?:${VERBS})\\b)`,
    // "water in blue and buildings in red": each target its own colour.
    `(?<=\\bin (?:${COLORS})),?\\s+(?:and|&)\\s+(?=[a-z -]+ in (?:${COLORS})\\b)`,
    `[,，、]?\\s*(?:然后|接着|再(?=${VERBS_ZH})|并且|并(?=${VERBS_ZH})|同时|之后)`,
    `[,，]\\s*(?=(?:${VERBS_ZH}))`,
  ].join('|'),
);
