import type { Unit } from '../../domain/plan.ts';

/** A number in normalized text, with the unit that stands behind it. `[start, end)` in characters. */
export interface Quantity {
  readonly value: number;
  readonly kind: 'plain' | 'ordinal' | 'area' | 'length' | 'percent';
  /** Square metres for an area, metres for a length, 0–1 for a percentage, else the number itself. */
  readonly si: number;
  readonly unit: Unit | null;
  readonly start: number;
  readonly end: number;
}

/** All numbers in normalized text, in digits and in words, English and Chinese. */
export function findQuantities(text: string): Quantity[] {
  const found: Quantity[] = [];
  const counted = text.replace(NO_NUMBERS, (phrase) => '·'.repeat(phrase.length));
  for (const match of counted.matchAll(NUMBER)) {
    const start = match.index;
    const digits = match.groups!.digits;
    const word = match.groups!.word;
    const han = match.groups!.han;
    const suffix = match.groups!.suffix;
    let value: number;
    if (digits !== undefined) value = parseDigits(digits) * (suffix === 'k' ? 1000 : suffix === '万' ? 10_000 : 1);
    else if (word !== undefined) value = WORDS.get(word)!;
    else value = parseHan(han!);
    if (!Number.isFinite(value)) continue;
    const rest = text.slice(start + match[0].length, start + match[0].length + NEAR);
    const before = text.slice(Math.max(0, start - NEAR), start);
    if (before.endsWith('百分之')) {
      const end = start + match[0].length;
      found.push({ value, kind: 'percent', si: value / 100, unit: 'percent', start: start - 3, end });
      continue;
    }
    // "the second one", "one of them": a pronoun. "One hectare", "region one": a number.
    if (word === 'one' && !unitAt(rest) && !/\b(?:region|patch|number|image|scene|between|and|top|band) $/.test(before))
      continue;
    // "A hectare" is a number, "a lake" is none.
    if (
      (word === 'a' || word === 'an') &&
      !/^ (?:single )?(?:hectare|acre|square|mu\b|kilomet|met(?:er|re)|mile|yard)/.test(rest)
    )
      continue;
    const ordinalSuffix = digits !== undefined ? /^(?:st|nd|rd|th)\b/.exec(rest) : null;
    if (ordinalSuffix || (word !== undefined && ORDINALS.has(word)) || before.endsWith('第')) {
      const end = start + match[0].length + (ordinalSuffix?.[0].length ?? 0);
      found.push({ value, kind: 'ordinal', si: value, unit: null, start, end });
      continue;
    }
    const unit = unitAt(rest);
    const end = start + match[0].length + (unit?.length ?? 0);
    if (!unit) found.push({ value, kind: 'plain', si: value, unit: null, start, end });
    else found.push({ value, kind: unit.kind, si: value * unit.factor, unit: unit.unit, start, end });
  }
  return found;
}

/** The unit of area or share that is named anywhere in the text ("in acres", "how many km²", 多少公顷). */
function unitNamed(text: string): Unit | null {
  return NAMED_UNITS.find(({ anywhere }) => anywhere.test(text))?.unit ?? null;
}

/** The unit an answer is wanted in: one that is named without a number before it. */
export function unitWanted(text: string): Unit | null {
  let bare = text;
  for (const quantity of findQuantities(text).toReversed()) {
    if (quantity.kind === 'area' || quantity.kind === 'percent') {
      bare = `${bare.slice(0, quantity.start)} ${bare.slice(quantity.end)}`;
    }
  }
  return unitNamed(bare);
}

interface UnitRow {
  readonly kind: 'area' | 'length' | 'percent';
  readonly unit: Unit | null;
  readonly factor: number;
  readonly pattern: string;
}

/** Tried in this order: squares before lengths. */
const UNIT_ROWS: readonly UnitRow[] = [
  {
    kind: 'area',
    unit: 'km2',
    factor: 1e6,
    pattern:
      '(?:sq(?:uare|\\.)? ?(?:km|kilomet(?:er|re)s?)\\b|km ?(?:\\^?2|²)|kilomet(?:er|re)s? squared?\\b|平方公里|平方千米)',
  },
  {
    kind: 'area',
    unit: 'ft2',
    factor: 0.09290304,
    pattern: '(?:sq(?:uare|\\.)? ?(?:ft|feet|foot)\\b|sqft\\b|ft ?(?:\\^?2|²)|平方英尺)',
  },
  {
    kind: 'area',
    unit: 'm2',
    factor: 1,
    pattern:
      '(?:sq(?:uare|\\.)? ?(?:m|met(?:er|re)s?)\\b|sqm\\b|m ?(?:\\^?2\\b|²)|met(?:er|re)s? squared?\\b|平方米|平米|平(?![均方台房整原坦米])|㎡)',
  },
  {
    kind: 'area',
    unit: 'ha',
    factor: 10_000,
    pattern: '(?:he[ck]tars?\\b|hectarage\\b|hectares?\\b|hecters?\\b|hectors?\\b|ha\\b|公顷)',
  },
  { kind: 'area', unit: 'acre', factor: 4046.8564224, pattern: '(?:acres?\\b|英亩)' },
  { kind: 'area', unit: 'mu', factor: 10_000 / 15, pattern: '(?:mu\\b|亩)' },
  {
    kind: 'percent',
    unit: 'percent',
    factor: 0.01,
    pattern: '(?:%|percent(?:age)?\\b|per cent\\b|pct\\b|百分比|百分之几|百分之多少)',
  },
  { kind: 'length', unit: null, factor: 1000, pattern: '(?:km\\b|kilomet(?:er|re)s?\\b|公里|千米)' },
  { kind: 'length', unit: null, factor: 0.01, pattern: '(?:cm\\b|centimet(?:er|re)s?\\b|厘米)' },
  { kind: 'length', unit: null, factor: 0.3048, pattern: '(?:ft\\b|feet\\b|foot\\b|英尺)' },
  { kind: 'length', unit: null, factor: 0.9144, pattern: '(?:yd\\b|yards?\\b)' },
  { kind: 'length', unit: null, factor: 1609.344, pattern: '(?:miles?\\b|英里)' },
  { kind: 'length', unit: null, factor: 1, pattern: '(?:m\\b|met(?:er|re)s?\\b|米)' },
];

const NAMED_UNITS = UNIT_ROWS.filter(({ unit }) => unit).map(({ unit, pattern }) => ({
  unit,
  anywhere: new RegExp(`(?<![a-z])${pattern}`),
}));

const NEXT_UNIT = new RegExp(`^[ -]?(?:${UNIT_ROWS.map(({ pattern }) => `(${pattern})`).join('|')})`);

function unitAt(rest: string): (UnitRow & { length: number }) | null {
  const match = NEXT_UNIT.exec(rest);
  if (!match) return null;
  const row = UNIT_ROWS[match.slice(1).findIndex((found) => found !== undefined)]!;
  return { ...row, length: match[0].length };
}

/** Characters around a number that may belong to it; the longest unit has half as many. */
const NEAR = 40;

const CARDINALS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty';
const ORDINAL_WORDS =
  'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth';
const ORDINALS: ReadonlySet<string> = new Set(ORDINAL_WORDS.split(' '));
const WORDS: ReadonlyMap<string, number> = new Map([
  ...CARDINALS.split(' ').map((word, i) => [word, i] as const),
  ...ORDINAL_WORDS.split(' ').map((word, i) => [word, i] as const),
  ...[
    ['thirty', 30],
    ['forty', 40],
    ['fifty', 50],
    ['sixty', 60],
    ['seventy', 70],
    ['eighty', 80],
    ['ninety', 90],
  ].map(([word, value]) => [word as string, value as number] as const),
  ['a hundred', 100],
  ['one hundred', 100],
  ['two hundred', 200],
  ['five hundred', 500],
  ['a thousand', 1000],
  ['one thousand', 1000],
  ['half of a', 0.5],
  ['half a', 0.5],
  ['half an', 0.5],
  ['half of an', 0.5],
  ['a quarter of a', 0.25],
  ['a quarter of an', 0.25],
  ['three quarters of a', 0.75],
  ['three quarters of an', 0.75],
  ['one and a half', 1.5],
  ['two and a half', 2.5],
  ['three and a half', 3.5],
  ['1/2', 0.5],
  ['1/4', 0.25],
  ['3/4', 0.75],
  ['a', 1],
  ['an', 1],
  ['a half', 0.5],
  ['a quarter', 0.25],
  ['a dozen', 12],
  ['a couple of', 2],
]);

const NUMBER = new RegExp(
  `(?<![a-z0-9.#])(?<digits>-?\\d[\\d,]*(?:\\.\\d+)?|-?\\.\\d+)(?<suffix>k\\b|万)?|` +
    `(?<![a-z])(?<word>${[...WORDS.keys()].toSorted((a, b) => b.length - a.length).join('|')})(?![a-z])|` +
    '(?<han>[零一二两三四五六七八九十百千万半]+(?:点[零一二三四五六七八九]+)?)',
  'g',
);

/** `2,000` is two thousand; `0,6` and `2,5` are decimals as people on the continent write them. */
function parseDigits(digits: string): number {
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits)) return Number(digits.replaceAll(',', ''));
  if (/^-?\d+,\d+$/.test(digits)) return Number(digits.replace(',', '.'));
  return Number(digits.replaceAll(',', ''));
}

/** Characters of numbers in words that are none. */
const NO_NUMBERS =
  /百分之(?=[零一二三四五六七八九十百千万半\d])|百分之几|百分比|一下|一样|一共|一般|一些|一点|统一|万一|十分|一直|半透明|一半|唯一|一起|再一次|一个一个|一览|一遍|另一|千万别|三维|三类|三种地物|第一时间|两者|一边|北半|南半|东半|西半|上半|下半|左半|右半/g;

const HAN_POWERS: ReadonlyMap<string, number> = new Map([
  ['十', 10],
  ['百', 100],
  ['千', 1000],
  ['万', 10_000],
]);
const HAN_DIGITS = '零一二三四五六七八九';

function parseHan(text: string): number {
  if (text === '半') return 0.5;
  const [whole = '', fraction = ''] = text.split('点');
  let total = 0;
  let digit = 0;
  for (const letter of whole) {
    const power = HAN_POWERS.get(letter);
    if (letter === '半') digit = 0.5;
    else if (power === 10_000) {
      total = (total + digit) * power;
      digit = 0;
    } else if (power) {
      total += (digit || 1) * power;
      digit = 0;
    } else digit = letter === '两' ? 2 : HAN_DIGITS.indexOf(letter);
  }
  const decimals = [...fraction].map((letter) => HAN_DIGITS.indexOf(letter)).join('');
  return total + digit + (decimals ? Number(`0.${decimals}`) : 0);
}
