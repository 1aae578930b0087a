import type { Filter } from '../../domain/finding.ts';
import type { LandCover } from '../../domain/land-cover.ts';
import type { Plan } from '../../domain/plan.ts';
import { namesIndex } from './names-index.ts';
import { findQuantities, type Quantity } from './quantities.ts';
import type { Mention } from './tagger.ts';

/** Taken for "near" when no distance is said; the answer states it. */
export const DEFAULT_NEAR_M = 100;

/**
 * What to keep of a finding, or null when the clause says nothing of it.
 *
 * @param spokenOf  true when the clause is a request for a mask or about one: "the three largest" then selects
 */
export function filterIn(text: string, mentions: readonly Mention[], spokenOf: boolean): Filter | null {
  const quantities = findQuantities(text);
  const filter = {
    ...areaLimits(text, quantities),
    ...partIn(text),
    ...nearIn(text, mentions, quantities),
    ...extremesIn(text, mentions, quantities, spokenOf),
    ...(spokenOf ? regionsIn(text, mentions) : {}),
  };
  return Object.keys(filter).length > 0 ? filter : null;
}

/** "NDVI above 0.6", "between 0.3 and 0.6", "0.5以上", ">0.4"; null without a comparison and a plain number. */
export function thresholdIn(text: string): Plan['threshold'] | null {
  if (/\bnegative\b|负值|为负/.test(text)) return { above: false, value: 0 };
  if (/\bpositive\b|正值|为正/.test(text)) return { above: true, value: 0 };
  const [from, upTo] = findQuantities(text).filter((q) => q.kind === 'plain');
  const ends = from && upTo && sideOf(text, from) === 'above' && sideOf(text, upTo) === 'below';
  if (from && upTo && (ends || isRange(text, from, upTo))) return { above: true, value: from.value, upTo: upTo.value };
  for (const quantity of findQuantities(text)) {
    if (quantity.kind !== 'plain' && quantity.kind !== 'percent') continue;
    const side =
      sideOf(text, quantity) ??
      (SPLITS.test(wordsBefore(text, quantity)) || SPLITS_AFTER.test(text.slice(quantity.end)) ? 'above' : null);
    if (side)
      return {
        above: (side === 'above') !== THROW_AWAY.test(text),
        value: quantity.kind === 'percent' ? quantity.si : quantity.value,
      };
  }
  return null;
}

/** "Threshold the NDVI at 0.3", "binarise it with 0.2", 阈值取0.3: what is above is meant. */
const SPLITS =
  /(?:threshold(?:ed)?|binari[sz]ed?|cut(?: ?-?off)?|split|slice|separate|classify|segment)(?: (?:it|that|this|the|of|for))*(?: [a-z]{2,5})?(?: (?:at|of|is|to|with|by|=|:|from|value))* $|(?:阈值|门限|分割|二值化|切)(?:为|是|取|设为|设成|用|在|定在|:|：)?$/;
/** "Use 0.4 as the threshold", 以0.3为阈值 */
const SPLITS_AFTER =
  /^ (?:as|for) (?:the |a |my )?(?:[a-z]{2,5} )?(?:threshold|cut-?off|limit)\b|^ ?(?:为|作为?|做|当)(?:阈值|门限|界)/;

/** "Between 0.3 and 0.6", "from 0.2 to 0.4", "0.2 - 0.4", 0.3到0.6之间. */
const isRange = (text: string, from: Quantity, upTo: Quantity): boolean =>
  from.value < upTo.value &&
  (/(?:between|from|介于|在|range|[[(]) *$/.test(text.slice(0, from.start))
    ? /^ *(?:and|to|,|-|到|至|和) *$/
    : /^ *(?:to|-|到|至) *$/
  ).test(text.slice(from.end, upTo.start));

const ABOVE =
  /(?:above|over|greater(?: than| then)?|more than|larger than|bigger than|at least|exceeding|exceeds?|beyond|higher than|no less than|not less than|no smaller than|not smaller than|>=?|≥|from|minimum(?: of)?|min(?: area| size)?(?: of)?|larger then|bigger then|大于等于|大于|超过|高于|至少|不小于|不少于|不低于|大过|多于)\s*(?:about |around |or equal to |than |=|:)?(?:an? )?(?:[a-z]{2,5}(?: value)?(?: of)? )?\s*$/;
const BELOW =
  /(?:below|under|less(?: than| then)?|smaller than|smaller then|at most|up to|lower than|fewer than|no more than|not more than|no larger than|no bigger than|<=?|≤|maximum(?: of)?|max(?: area| size)?(?: of)?|小于等于|小于|低于|不到|不足|不超过|最多|少于|不大于)\s*(?:about |around |or equal to |than |=|:)?(?:an? )?(?:[a-z]{2,5}(?: value)?(?: of)? )?\s*$/;
const ABOVE_AFTER =
  /^\s*(?:or (?:more|larger|bigger|above|over|up)|and (?:up|above|over|larger|more)|\+|plus\b|及以上|以上|或以上|以上的)/;
const BELOW_AFTER =
  /^\s*(?:or (?:less|smaller|under|below|fewer)|and (?:below|under|smaller|less)|及以下|以下|以下的|以内的?(?:面积|小))/;

function sideOf(text: string, quantity: Quantity): 'above' | 'below' | null {
  const before = wordsBefore(text, quantity);
  const after = text.slice(quantity.end);
  if (/(?:not|isn't|aren't|no) $/.test(before.replace(ABOVE, '')) && ABOVE.test(before)) return 'below';
  if (ABOVE.test(before) || ABOVE_AFTER.test(after)) return 'above';
  if (BELOW.test(before) || BELOW_AFTER.test(after)) return 'below';
  return null;
}

/** As many as may belong to a number: one after the other, numbers would be read from the beginning each. */
const wordsBefore = (text: string, { start }: Quantity): string => text.slice(Math.max(0, start - 80), start);

/** "ignore anything under 2 ha" keeps the rest. */
const THROW_AWAY =
  /\bno(?:thing|ne|(?: \w+)?) (?=under\b|below\b|over\b|above\b)|\bno(?:thing|ne| \w+) (?=(?:smaller|less|larger|bigger|more) than\b)|\b(?:ignore|ignoring|drop(?! (?:below|under|to|off)\b)|exclude|excluding|remove|hide|without|discard|skip|filter out|leave (?:out|away|off)|leave [^.]{1,40} out|cut out|throw (?:out|away)|mask(?:ed|ing)? (?:out|away)|kick out|weed out|strip(?: out)?|omit|eliminate|suppress|take out|don't (?:want|need|care about)|not interested in|no need for|get rid of|delete|erase|wipe|reset|clear(?= (?:all|every|any))|except|(?:knock|throw|chuck|toss|filter|sort|rule|screen|sift|trim|shave|clear|edit|count|cross|scrap)(?: \w+){0,2} (?:out|off|away)|lose|scrap|dump|purge|(?:can|may|could|should|must) (?:all )?(?:go|be (?:left out|dropped|ignored|removed|excluded|skipped|hidden|deleted))|(?:don't|doesn't|do not|does not) (?:matter|count)|(?:not|isn't|aren't|is not|are not) (?:needed|relevant|important|of interest)|don't show|do not show)\b|去掉|删除|清除|清掉|抹掉|忽略|排除|剔除|不要|除去|隐藏|删掉|过滤掉|去除|不显示|除了|不用|不算|别算|别要|扔掉|删了|剔掉|滤掉|筛掉|不看|别显示|不考虑|刨去|刨掉|抛开|不计|算了|免了/;

function areaLimits(text: string, quantities: readonly Quantity[]): Pick<Filter, 'minAreaM2' | 'maxAreaM2'> {
  const areas = withUnitSaidOnce(text, quantities);
  const range =
    /(?:between|from|介于|在)\s*([\d.,]+)\s*(?:ha|hectares?|m2|m²|km2|acres?|公顷|亩|平方米)?\s*(?:and|to|-|到|至|和)\s*$/;
  const [first, second] = areas;
  if (first) {
    const rangeBefore =
      range.exec(text.slice(0, first.start)) ?? /([\d.]+)\s*(?:-|to|到|至|~)\s*$/.exec(text.slice(0, first.start));
    if (rangeBefore) {
      const low = Number(rangeBefore[1]);
      return { minAreaM2: (low * first.si) / first.value, maxAreaM2: first.si };
    }
    if (second && /between|到|至|介于|之间| to |-/.test(text)) return { minAreaM2: first.si, maxAreaM2: second.si };
  }
  let limits: { minAreaM2?: number; maxAreaM2?: number } = {};
  const inverted = THROW_AWAY.test(text);
  for (const area of areas) {
    const side = sideOf(text, area);
    if (!side) continue;
    const above = (side === 'above') !== inverted;
    limits = above ? { ...limits, minAreaM2: area.si } : { ...limits, maxAreaM2: area.si };
  }
  return limits;
}

/** "Larger than 20 m² and smaller than 60": the second number has the unit of the first. */
function withUnitSaidOnce(text: string, quantities: readonly Quantity[]): Quantity[] {
  const named = quantities.find((q) => q.kind === 'area');
  if (!named) return [];
  const perUnit = named.si / named.value;
  return quantities.flatMap((q) => {
    if (q.kind === 'area') return [q];
    const isLimit = q.kind === 'plain' && sideOf(text, q) !== null && !namesIndex(text);
    return isLimit ? [{ ...q, kind: 'area', si: q.value * perUnit, unit: named.unit } as const] : [];
  });
}

const PARTS: readonly (readonly [pattern: RegExp, part: NonNullable<Filter['part']>])[] = [
  [/\b(?:north ?-?west(?:ern)?|nw|top ?-?left|upper ?-?left)\b|西北|左上/, 'top-left'],
  [/\b(?:north ?-?east(?:ern)?|ne|top ?-?right|upper ?-?right)\b|东北|右上/, 'top-right'],
  [/\b(?:south ?-?west(?:ern)?|sw|bottom ?-?left|lower ?-?left)\b|西南|左下/, 'bottom-left'],
  [/\b(?:south ?-?east(?:ern)?|se|bottom ?-?right|lower ?-?right)\b|东南|右下/, 'bottom-right'],
  [
    /(?<!\b(?:north|south|east|west) )\b(?:in|at|of|from|near) the (?:very )?(?:center|centre|middle)\b|\bcentral (?:part|area|region)\b|\b(?:center|centre|middle)(?: part| of the (?:image|scene|picture))\b|\bcentral\b|中间|中央|中部|正中|中心/,
    'center',
  ],
  [
    /\b(?:north(?:ern|ward)?|(?:top|upper) (?:half|part|edge|side|margin|border|rim|strip|third|row|end|section|portion)|(?:in|at) the top|(?:in|at) the upper)\b|北部|北半|北边|北缘|上边缘|顶部|最上面|北面|北侧|北方|上半|上部|上方/,
    'north',
  ],
  [
    /\b(?:south(?:ern|ward)?|(?:bottom|lower) (?:half|part|edge|side|margin|border|rim|strip|third|row|end|section|portion)|(?:in|at) the bottom|(?:in|at) the lower)\b|南部|南半|南边|南缘|下边缘|底部|最下面|南面|南侧|南方|下半|下部|下方/,
    'south',
  ],
  [
    /\b(?:east(?:ern|ward)?|right (?:half|part|side|edge|margin|border|rim|strip|third|end|section|portion)|right hand side|right-hand side|on the right)\b|东部|东半|东边|东缘|右边缘|最右边|东面|东侧|东方|右半|右边|右侧/,
    'east',
  ],
  [
    /\b(?:west(?:ern|ward)?|left (?:half|part|side|edge|margin|border|rim|strip|third|end|section|portion)|left hand side|left-hand side|on the left)\b|西部|西半|西边|西缘|左边缘|最左边|西面|西侧|西方|左半|左边|左侧/,
    'west',
  ],
];

function partIn(text: string): Pick<Filter, 'part'> {
  for (const [pattern, part] of PARTS) if (pattern.test(text)) return { part };
  return {};
}

function nearIn(text: string, mentions: readonly Mention[], quantities: readonly Quantity[]): Pick<Filter, 'near'> {
  const of = nearTarget(text, mentions);
  if (!of) return {};
  const length = quantities.find((q) => q.kind === 'length');
  return { near: { of: of.value as LandCover, distanceM: length?.si ?? DEFAULT_NEAR_M } };
}

/** The target that others are to be near to: behind "near" in English, before 附近 in Chinese. */
export function nearTarget(text: string, mentions: readonly Mention[]): Mention | null {
  const near = mentions.findIndex((m) => m.concept === 'near');
  if (near < 0) {
    const place = mentions.find((m) => m.concept === 'target' && isAround(m, mentions, text));
    if (place) return place;
    // "less than 100 m from the river", "closer than 50 m to buildings": the distance says it.
    const length = findQuantities(text).find((q) => q.kind === 'length');
    const joined = length && /^\s*(?:away )?(?:from|to|of)\b/.test(text.slice(length.end));
    if (joined) return mentions.find((m) => m.concept === 'target' && m.start >= length.end) ?? null;
    if (!length) return null;
    // 离河不到一百米的房子
    const from = mentions.find(
      (m) => m.concept === 'target' && m.end <= length.start && /(?:离|距|距离)$/.test(text.slice(0, m.start)),
    );
    if (from) return from;
    const within = /^\s*(?:以|之)?内|^\s*范围/.test(text.slice(length.end));
    return within ? (mentions.findLast((m) => m.concept === 'target' && m.end <= length.start) ?? null) : null;
  }
  const before = mentions.slice(0, near).findLast((m) => m.concept === 'target') ?? null;
  const after = mentions.slice(near + 1).find((m) => m.concept === 'target') ?? null;
  const isChinese = /\p{Script=Han}/u.test(mentions[near]!.text);
  // 河流附近的建筑 and 离水体200米以内的植被: the place comes first; 靠近水的建筑: "near" comes first.
  if (isChinese && !/靠近|邻近|临近|沿着/.test(mentions[near]!.text)) return before ?? after;
  return after;
}

/** "Trees in the town", 城里的树: what lies around the other. */
function isAround(place: Mention, mentions: readonly Mention[], text: string): boolean {
  const isOther = (m: Mention): boolean => m.concept === 'target' && m.value !== place.value;
  const behind =
    /\b(?:in|on|inside|among|amid|amidst|across|throughout) (?:the|our|my|their|these|those|this|that|a) $/;
  return (
    (behind.test(text.slice(0, place.start)) && mentions.some((m) => m.end <= place.start && isOther(m))) ||
    (/^(?:里|里面|中间|之间|当中)的?/.test(text.slice(place.end)) &&
      mentions.some((m) => m.start >= place.end && isOther(m)))
  );
}

/** "The three largest" selects in every clause, "the largest" only where a mask is asked for. */
function extremesIn(
  text: string,
  mentions: readonly Mention[],
  quantities: readonly Quantity[],
  spokenOf: boolean,
): Filter {
  const extreme = mentions.find((m) => m.concept === 'largest' || m.concept === 'smallest');
  const number = quantities.find(
    (q) =>
      q.kind === 'plain' &&
      Number.isInteger(q.value) &&
      q.value > 0 &&
      !/(?:region|patch|image|scene|#) ?$/.test(text.slice(0, q.start)) &&
      sideOf(text, q) === null,
  );
  const topN = /\btop (?=\d|two|three|four|five|six|seven|eight|nine|ten)|前(?=[\d一二两三四五六七八九十])/.test(text);
  if (!extreme && !topN) return {};
  if (quantities.some((q) => q.kind === 'ordinal') && !number) return {};
  const count = number?.value ?? 1;
  if (count === 1 && !spokenOf) return {};
  const filter = extreme?.concept === 'smallest' ? { smallest: count } : { largest: count };
  // "without the largest" cannot be said with a filter of what to keep.
  return THROW_AWAY.test(text) ? {} : filter;
}

/** "regions 1, 3 and 5", 第1和第3块: several regions to keep. */
function regionsIn(text: string, mentions: readonly Mention[]): Pick<Filter, 'regions'> {
  const list =
    /\b(?:regions?|patch(?:es)?|numbers?|polygons?)\s+((?:#?\d+\s*(?:,|and|&|-|to)?\s*(?:and\s*)?){1,20})/.exec(
      text,
    )?.[1];
  const keeps = mentions.some((m) => m.concept === 'only');
  if (!list || !(keeps || mentions.some((m) => m.concept === 'show'))) return {};
  const range = /(\d+)\s*(?:-|to)\s*(\d+)/.exec(list);
  if (range) {
    const from = Number(range[1]);
    const to = Math.min(Number(range[2]), from + 199);
    return { regions: Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i) };
  }
  const ids = [...list.matchAll(/\d+/g)].map((m) => Number(m[0]));
  // "Show region 2" points at it; "only region 2" and "show regions 2 and 5" select.
  return ids.length > 1 || (keeps && ids.length === 1) ? { regions: ids } : {};
}
