import { BAND_NAMES, type BandName } from '../../domain/band.ts';
import type { Plan } from '../../domain/plan.ts';
import { type DialogueState, sceneAt } from '../state.ts';
import { findQuantities } from './quantities.ts';

type Correction = NonNullable<Plan['correction']>;

/** "bands: blue green red nir", "the nir band is the fifth", "pixels are 0.5 m", "this is Sentinel-2"; null when nothing is corrected. */
export function correctionIn(text: string): Correction | null {
  const bands = bandOrderIn(text);
  if (bands) return { bands };
  const band = oneBandIn(text);
  if (band) return { band };
  const pixelSizeM = pixelSizeIn(text);
  const sensor = sensorIn(text);
  const correction = { ...(sensor === null ? {} : { sensor }), ...(pixelSizeM === null ? {} : { pixelSizeM }) };
  return Object.keys(correction).length > 0 ? correction : null;
}

/** "that is wrong, it is shadow": feedback with these words; null when nobody complains. */
export function complaintIn(text: string, hasFinding: boolean): string | null {
  return COMPLAINT.test(text) || (hasFinding && DENIAL.test(text)) ? text : null;
}

/** "That is not grass, those are solar panels": a complaint only when there is something to complain about. */
const DENIAL =
  /\b(?:that|this|it|those|these|they|there)(?:'s| is|'re| are) (?:\w+ )?(?:not|no) (?!sure|clear|enough|bad)|\b(?:that|this|it|those|these|they) (?:isn't|aren't) |^(?:(?:no|but|hey|bruh|well|actually|sorry)[, ]+)*(?:that|this|those|these|the|region|patch|number|#)(?: [\w-]+){1,7}? (?:isn't|aren't|is not|are not|is no|are no) (?!sure|clear|enough|bad|visible|shown|there)/;

const COMPLAINT =
  /\b(?:that|this|it|those|these|they|result|overlay|mask|answer|one|half of (?:it|this|that))(?:'s| is|'re| are| was| were| looks?| seems?) (?:(?:all|just|completely|totally|clearly|actually|mostly|still|definitely|partly|plain|simply) )*(?:wrong|incorrect|false|mistaken|nonsense|off|rubbish|garbage|bad|not (?:right|correct|true|accurate|water|vegetation|building|a |an |the |really )|(?:a )?(?:shadows?|roads?|a mistake|clouds?|snow|sand|rock|soil|asphalt|algae))|\b(?:doesn't|does not|don't|do not) (?:look|seem) (?:right|correct|like)|\b(?:can't|cannot|can not|couldn't) be (?:right|correct|true)|\b(?:isn't|aren't|wasn't|is not|are not) (?:right|correct|true|water|vegetation|buildings?|a (?:lake|river|building|house|tree|forest|pond)|really)|^(?:no[, ]+)?(?:wrong|incorrect|not right|not correct|bad result|nonsense)\b|(?<!(?:did|have|do|are) )\byou(?:'ve)? (?:also |wrongly |even |have |simply )*(?:included|marked|counted|misread|misunderstood|misinterpreted|labell?ed|classified|highlighted|painted|coloured|colored|missed|forgot|overlooked|mixed|confused|mistook|got (?:it|that|this) wrong|have missed)|\bshould(?:n't| not) (?:be|have been) (?:there|here|in|part|included|marked|counted)\b|\b(?:doesn't|does not|don't|do not) belong\b|\b(?:is|are|was|were) missing\b|\bfalse (?:positive|alarm|detection)|^不是(?!.*吗)|(?:那|这|它)(?:个|些|里|块)?(?:都|其实|明明)?(?:不是|是(?:阴影|影子|云|道路|雪|沙|山影))|不该|不应该|不对|错了|错误|误判|误检|漏了|漏掉|搞错|弄错|认错|有误/;

const BAND_WORDS: ReadonlyMap<string, BandName> = new Map([
  ...BAND_NAMES.map((name) => [name, name] as const),
  ...([
    ['near infrared', 'nir'],
    ['near-infrared', 'nir'],
    ['infrared', 'nir'],
    ['nir1', 'nir'],
    ['b', 'blue'],
    ['g', 'green'],
    ['r', 'red'],
    ['n', 'nir'],
    ['swir', 'swir16'],
    ['swir1', 'swir16'],
    ['swir 1', 'swir16'],
    ['swir2', 'swir22'],
    ['swir 2', 'swir22'],
    ['shortwave infrared', 'swir16'],
    ['short-wave infrared', 'swir16'],
    ['red edge', 'rededge071'],
    ['red-edge', 'rededge071'],
    ['rededge', 'rededge071'],
    ['red edge 1', 'rededge071'],
    ['red edge 2', 'rededge075'],
    ['red edge 3', 'rededge078'],
    ['thermal', 'lwir'],
    ['panchromatic', 'pan'],
    ['aerosol', 'coastal'],
    ['coastal aerosol', 'coastal'],
    ['蓝', 'blue'],
    ['蓝光', 'blue'],
    ['绿', 'green'],
    ['绿光', 'green'],
    ['红', 'red'],
    ['红光', 'red'],
    ['近红外', 'nir'],
    ['红外', 'nir'],
    ['红边', 'rededge071'],
    ['短波红外', 'swir16'],
    ['短波红外1', 'swir16'],
    ['短波红外2', 'swir22'],
    ['全色', 'pan'],
    ['热红外', 'lwir'],
    ['海岸', 'coastal'],
  ] as const),
]);
const LONGEST_FIRST = [...BAND_WORDS.keys()].toSorted((a, b) => b.length - a.length);
const BAND = LONGEST_FIRST.filter((word) => word.length > 1 || /\p{Script=Han}/u.test(word)).join('|');

/** A list of at least two bands after "bands", "channels", 波段, or one that is nothing but band names. */
function bandOrderIn(text: string): (BandName | null)[] | null {
  if (/\b(?:what|which|how|why|composite|combination)\b|\?$|吗|什么|哪|合成/.test(text)) return null;
  const listed = text.replace(/^(?:no[, ]+)?(?:it's |it is |they are |they're )?/, '').replace(LIST_LEAD, '');
  const inOrder = /\bin ([a-z, ]{3,40}?) order\b/.exec(text)?.[1];
  const words = (inOrder && splitBandList(inOrder)) || splitBandList(listed.trim());
  if (words === null || words.length < 2) return null;
  // Single letters are bands only in a list of letters: "b g r n".
  return words;
}

/** "The bands come in the order", "band order:", 波段顺序应该是: what stands before a list of bands. */
const LIST_LEAD =
  /^.*?(?:(?:\b(?:bands?|channels?|order|sequence|layers?)\b)(?:[\s:=,-]+(?:is|are|'re|was|were|be|been|should|must|ought|come|comes|go|goes|run|runs|stored|stacked|arranged|sorted|given|in|as|the|this|following|correct|right|true|actual|order|sequence|follows|from|first|to|last|of|file|image|scene|really|actually|here)\b)*\s*[:=]?\s*|(?:波段|通道)(?:的?(?:顺序|次序|排列))?(?:应该|应当|其实)?(?:依次|分别|依序)?(?:是|为)?\s*[:：]?\s*|顺序(?:应该|其实)?(?:是|为)\s*[:：]?\s*)/;

function splitBandList(list: string): (BandName | null)[] | null {
  const bands: (BandName | null)[] = [];
  let rest = list.replace(/["'()[\]]/g, ' ').trim();
  if (/^[bgrn]{3,4}$/.test(rest)) rest = [...rest].join(' ');
  while (rest !== '') {
    const unknown = /^(unknown|none|null|\?|x|other|未知)(?=[\s,;/、>-]|$)/.exec(rest);
    const word = unknown
      ? null
      : LONGEST_FIRST.find((w) => rest.startsWith(w) && !/^[a-z0-9]/.test(rest.slice(w.length)));
    if (!unknown && word === undefined) return null;
    bands.push(word === undefined || word === null ? null : BAND_WORDS.get(word)!);
    rest = rest
      .slice((unknown?.[1] ?? word!).length)
      .replace(
        /^(?:\s|,|;|\/|、|->|>|-|\+|&|，|和|then\b|and\b|band\b|波段|光|in (?:this|that) order.*$|please.*$)+/,
        '',
      );
  }
  return bands.every((band) => band === null) ? null : bands;
}

function oneBandIn(text: string): Correction['band'] | null {
  const patterns = [
    new RegExp(
      `(${BAND})(?: band| channel|波段|通道)?\\s*(?:is|=|should be|must be|comes|was|其实是|应该是|应为|是|在|为)\\s*(?:actually |really )?(?:in |at )?(?:the |number |band |channel |no\\.? |position |place |#|b|第)*`,
    ),
    /(?:\b(?:band|channel) (?:number |no\.? |#)?|\bb|第)(?=\S)/,
  ];
  const first = patterns[0]!.exec(text);
  if (first) {
    const after = text.slice(first.index + first[0].length);
    const lead = /第$/.test(first[0]) ? '第' : 'band ';
    const position = /^one of\b/.test(after) ? undefined : findQuantities(lead + after)[0];
    const at = /^b?(\d{1,2})\b/.exec(after);
    const number = at ? Number(at[1]) : position && position.start <= lead.length ? position.value : null;
    if (number && !/^\s*(?:%|m\b|米)/.test(after.replace(/^\S+/, '')))
      return { name: BAND_WORDS.get(first[1]!)!, index: number - 1 };
  }
  const second = new RegExp(
    `(?:\\b(?:band|channel)\\s*(?:number |no\\.? |#)?(\\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)|\\bthe (\\w+) (?:band|channel|one)|\\bb(\\d{1,2})|第(\\d{1,2}|[一二三四五六七八九十]+)个?(?:波段|通道))\\s*(?:is|=|should be|must be|其实是|应该是|应为|才是|是|为)\\s*(?:actually |really )?(?:the |a )?(${BAND})(?![a-z])`,
  ).exec(text);
  if (second) {
    const word = second[1] ?? second[2] ?? second[3] ?? second[4]!;
    const value = /^\d+$/.test(word)
      ? Number(word)
      : findQuantities(second[4] ? `第${word}` : `region ${word}`)[0]?.value;
    if (value) return { name: BAND_WORDS.get(second[5]!)!, index: value - 1 };
  }
  return null;
}

/** "Swap red and blue", "red and blue are mixed up": the bands of the current scene with the two exchanged. */
export function swappedBands(text: string, state: DialogueState): (BandName | null)[] | null {
  if (
    !/\b(?:swap|swapped|exchange|exchanged|mixed up|reversed|switched|wrong way round)\b|互换|对调|弄反|反了/.test(text)
  )
    return null;
  const bands = sceneAt(state)?.info.bands.map((band) => band.name) ?? [];
  const named = new Set(
    [...text.matchAll(new RegExp(`(?<![a-z])(?:${BAND})(?![a-z])`, 'g'))].map((match) => BAND_WORDS.get(match[0])!),
  );
  const [a, b] = [...named].filter((name) => bands.includes(name));
  if (named.size !== 2 || a === undefined || b === undefined) return null;
  return bands.map((name) => (name === a ? b : name === b ? a : name));
}

/** A stated ground size of a pixel: "pixels are 0.5 m", "30 cm resolution", "gsd 0.3m", "每个像素0.5米". */
function pixelSizeIn(text: string): number | null {
  if (/\bhow\b|\bwhat\b|多少|什么|\?$/.test(text)) return null;
  if (
    !/\b(?:pixels?|px|resolution|gsd|ground sampl\w*|cell ?size|per pixel|m\/px|cm\/px)\b|像素|像元|分辨率/.test(text)
  )
    return null;
  const length = findQuantities(text).find((q) => q.kind === 'length');
  if (length) return length.si;
  const bare = /(?:pixel size|pixels?(?: are| is)?|gsd|resolution)(?: is| of| =|=|:)?\s*(\d*\.?\d+)\s*$/.exec(
    text,
  )?.[1];
  return bare ? Number(bare) : null;
}

const SENSORS: readonly (readonly [pattern: RegExp, sensor: string])[] = [
  [/\bsentinel[- ]?2[abc]?\b|\bs2[ab]?\b|哨兵(?:2|二)号?/, 'sentinel-2'],
  [/\blandsat[- ]?(?:8|oli)\b|\bl8\b/, 'landsat-8'],
  [/\blandsat[- ]?9\b/, 'landsat-9'],
  [/\blandsat[- ]?7\b/, 'landsat-7'],
  [/\blandsat[- ]?5\b/, 'landsat-5'],
  [/\blandsat\b|陆地卫星/, 'landsat-8'],
  [/\bnaip\b/, 'naip'],
  [/\bplanet(?:scope)?\b/, 'planetscope'],
  [/\bworldview[- ]?3\b|\bwv3\b/, 'worldview-3'],
  [/\bworldview(?:[- ]?2)?\b|\bwv2\b/, 'worldview-2'],
  [/\brapideye\b/, 'rapideye'],
  [/\bhls\b/, 'hls'],
];

/** "this is a Sentinel-2 image": a statement, not a question. */
function sensorIn(text: string): string | null {
  if (/^(?:is|was|are|which|what|how|why|do|does|can)\b|\?$|吗|什么|哪/.test(text)) return null;
  if (
    !/^its \b|\b(?:this|it|that|image|scene|sensor|they|these|data)(?:'s| is| was|'re| are| comes?)\b|^(?:no[, ]+)?(?:not .* but )?(?:from )?(?:sentinel|landsat|naip|planet|worldview|rapideye)|\bsensor\s*[:=]|\btaken (?:by|with|from)\b|这是|传感器(?:是|为)|^是|数据$|影像$/.test(
      text,
    )
  )
    return null;
  for (const [pattern, sensor] of SENSORS) if (pattern.test(text)) return sensor;
  return null;
}
