import { DEED } from './deeds.ts';
import type { Concept } from './lexicon.ts';
import { findQuantities } from './quantities.ts';
import { tag } from './tagger.ts';

/**
 * Normalized text cut into requests: at the ends of sentences, at "then", and at "and" or a comma when a new verb or
 * question follows. "vegetation and water" stays together; "show water and export it" does not.
 */
export function splitClauses(text: string): string[] {
  const clauses: string[] = [];
  for (const clause of cut(withTopics(text.replace(ITEM, '; ')))) {
    // "Show water. Everything over 2 ha": the second sentence says which.
    if ((WHICH_ONES.test(clause) || IN_UNIT.test(clause)) && clauses.length > 0)
      clauses.push(`${clauses.pop()}, ${clause}`);
    else clauses.push(clause);
  }
  return clauses;
}

/** "1) vegetation 2) water", 一、植被 二、水体. */
const ITEM = /(?:^|\s)\(?[1-9][).](?=\s+\p{L})|(?:^|[\s，,。；;])[一二三四五六]、/gu;

/** "The biggest lake, how many hectares?", 最大的湖,多少公顷: what the question is about comes first. */
function withTopics(text: string): string {
  return text.replace(TOPIC, (whole, topic: string, comma: string, question: string) =>
    isBare(topic) && (INDICES.test(topic) || !tag(question).some((m) => m.concept === 'target'))
      ? `${topic}${/\p{Script=Han}/u.test(topic) ? '' : ' '}${question}`
      : `${topic}${comma}${question}` || whole,
  );
}

/** Names something and says nothing of it. */
function isBare(topic: string): boolean {
  const concepts = tag(topic).map((m) => m.concept);
  return (
    (concepts.some((c) => TOPICS.has(c)) || findQuantities(topic).some((q) => q.kind === 'ordinal')) &&
    concepts.every((c) => TOPICS.has(c) || c === 'pronoun' || c === 'filler' || c === 'near' || c === 'compare')
  );
}

const TOPICS: ReadonlySet<Concept> = new Set(['target', 'region', 'largest', 'smallest', 'index']);

/** "NDWI vs MNDWI" */
const INDICES = /[a-z]{3,5} (?:vs\.?|versus|or|and) [a-z]{3,5}$/;

const TOPIC =
  /(?<![^,，.。;；:：!！?？])([^,，.。;；:：!！?？]+)([,，:：]\s*)((?:how (?:many|much|big|large|far)|what|which|where|why|多少|几|在哪|占|面积|有多|为什么|在什么)[^,，.。;；!！?？]*)/g;

const WHICH_ONES =
  /^(?:so |well |say )?(?:anything|everything|those|the ones|ones)\b(?!.*\b(?:is|are|show|list|how|why|what)\b).*\d/;

/** "And the houses? In hectares, please": the unit the answer shall have. */
const IN_UNIT =
  /^(?:(?:and|also|please|again) )*in (?:hectares?|ha|acres?|km2|m2|square \w+|percent|%)(?: (?:too|again|please|as well))*$|^(?:也|都|还)?(?:按|用|以)(?:公顷|亩|平方公里|平方米|百分比)(?:给我|算|说|表示|计|来算)*$/;

function cut(text: string): string[] {
  return text
    .replace(QUOTED, (quoted) => quoted.replace(/[,;.!?，。；！？]/g, ' '))
    .split(BOUNDARY)
    .map((clause) =>
      clause.trim().replace(/^(?:and|also|plus|,)\s+(?=\S)/, (head) => (head.startsWith('and') ? 'and ' : '')),
    )
    .filter((clause) => /[\p{L}\p{N}%>#]/u.test(clause))
    .flatMap(byColour);
}

/** "Water in blue and buildings in red", 把水涂成蓝的,房子涂成红的: each target its own colour. */
function byColour(clause: string): string[] {
  const parts = clause.split(/\s*[,，、]\s*(?:and |而|并)?|\s+(?:and|&)\s+/);
  const paints = (part: string): boolean => {
    const concepts = tag(part).map((m) => m.concept);
    return concepts.includes('target') && concepts.includes('color');
  };
  return parts.length > 1 && parts.every(paints) ? parts : [clause];
}

const QUOTED = /"[^"]*"/g;

const VERBS =
  'show|display|highlight|export|send|give|tell|make|zoom|compare|explain|list|download|save|find|count|measure|calculate|compute|outline|call|rename|undo|draw|color|colour|extract|detect|describe|mark|segment|' +
  "how|what|what's|where|why|which|is there|are there|can you|could you|would you|please|i want|i'd like|let me|do the same|remind|band \\d";
const VERBS_ZH =
  '显示|展示|给我|给出|标出|导出|下载|保存|发给|发我|告诉|放大|对比|比较|解释|列出|找出|提取|统计|计算|算|测量|用红|用蓝|用绿|用黄|改成|重命名|描述|画|有多少|多少|哪|为什么|面积|最大';

const BOUNDARY = new RegExp(
  [
    // A full stop ends a sentence only before a space or the end: 0.5 and "vs." go on.
    // "Firstly … secondly …", 首先…其次…
    '\\b(?:firstly|secondly|thirdly|lastly|finally)\\b,?\\s*|首先[,，]?|其次[,，]?',
    '(?<!\\bvs)(?<!\\bapprox)(?<!\\d)[.](?=\\s|$)|(?<=\\d)[.](?=\\s+[a-z]|$)|[?!;]+|[。！？；]+|\\n+',
    ',?\\s*\\b(?:and then|after that|afterwards|then|next,)\\s+',
    `,?\\s+(?:and|&|plus)\\s+(?:also\\s+)?(?=(?:${VERBS})\\b)`,
    `,?\\s+(?:and|&|plus)\\s+(?=(?:${DEED}) (?:me|us|a|an|some|my|our|your|the) )`,
    `,\\s+(?=(?:${VERBS})\\b)`,
    `[,，、]?\\s*(?:然后|接着|再(?=看|找|标|数|${VERBS_ZH})|最后(?=[看找标数都把给]|${VERBS_ZH})|并且|并(?=${VERBS_ZH})|同时|之后)`,
    `[,，]\\s*(?=(?:${VERBS_ZH}))`,
  ].join('|'),
);
