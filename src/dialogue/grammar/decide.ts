import { LAND_COVERS, type LandCover } from '../../domain/land-cover.ts';
import type { Plan } from '../../domain/plan.ts';
import type { DialogueState } from '../state.ts';
import { decideContinuation } from './continuation.ts';
import { complaintIn, correctionIn, swappedBands } from './corrections.ts';
import { type Features, FOREIGN_FORMAT } from './features.ts';
import { decideMeasure } from './measure.ts';
import { newNameIn } from './names.ts';
import { findQuantities } from './quantities.ts';
import { BOTH, foundTargets, indexJustShown, lastTwoTargets, regionOf, targetsOr, unitOf, wordOf } from './subject.ts';

/**
 * What one clause wants: the first rule that fits. Null when the clause holds no request (a greeting beside one,
 * noise). The order is the grammar: a correction may name a target, an export a region, a question anything.
 *
 * @param original  the message as it was typed, for names
 */
export function decide(features: Features, state: DialogueState, original: string): Plan[] | null {
  for (const rule of RULES) {
    const plans = rule(features, state, original);
    if (plans) return plans.map((plan) => withPlace(plan, features));
  }
  return null;
}

type Rule = (f: Features, state: DialogueState, original: string) => Plan[] | null;

/** Adds the scene that was named, where the operation can speak of one. */
function withPlace(plan: Plan, { scene }: Features): Plan {
  const anywhere = ['help', 'decline', 'clarify', 'undo', 'forget', 'cancel', 'compare'].includes(plan.operation);
  return scene === null || anywhere || plan.scene !== undefined ? plan : { ...plan, scene };
}

const forget: Rule = (f) => (f.has('forget') && !f.has('zoom') ? [{ operation: 'forget', targets: [] }] : null);

const undo: Rule = (f) =>
  (f.has('undo') || /^(?:go )?back(?: please| one)?$|^返回$/.test(f.text)) &&
  !f.has('export', 'index') &&
  f.filter === null &&
  f.scene === null
    ? [{ operation: 'undo', targets: [] }]
    : null;

const rename: Rule = (f, _state, original) => {
  if (!f.has('rename')) return null;
  const name = newNameIn(original);
  return name === null
    ? [{ operation: 'clarify', targets: [], about: 'name' }]
    : [{ operation: 'rename', targets: [], name }];
};

const correct: Rule = (f, state) => {
  const correction = correctionIn(f.text);
  if (correction) return [{ operation: 'correct', targets: [], correction }];
  const swapped = swappedBands(f.text, state);
  if (swapped) return [{ operation: 'correct', targets: [], correction: { bands: swapped } }];
  const complaint = complaintIn(f.text, state.focus.targets.length > 0) ?? otherThingIn(f, state);
  if (complaint === null || /^(?:what|which|is|are|was|how|why) .*\b(?:wrong|not)\b.*(?:with|\?)/.test(f.text))
    return null;
  // What the complaint names may be what is there or what is not: the finding spoken of is meant.
  const targets = state.focus.targets.length > 0 ? state.focus.targets : f.targets;
  return [{ operation: 'correct', targets, correction: { complaint } }];
};

/** "Region 3 is a car park", "those dark spots are shadows": it is something else than was shown. */
function otherThingIn(f: Features, state: DialogueState): string | null {
  if (state.focus.targets.length === 0 || f.has('show', 'how-many', 'how-much', 'compare')) return null;
  const said = STATEMENT.exec(f.text)?.[1] ?? STATEMENT_ZH.exec(f.text)?.[1];
  if (said === undefined) return null;
  const start = f.text.length - said.length;
  const other = f.mentions.some(
    (m) =>
      m.start >= start &&
      ((m.concept === 'foreign' && m.value === 'thing') ||
        m.concept === 'cloud' ||
        (m.concept === 'target' && !state.focus.targets.includes(m.value as LandCover))),
  );
  const denied = f.negated.some((target) => state.focus.targets.includes(target));
  return other || denied || OTHER_THING.test(said) ? f.text : null;
}

const STATEMENT =
  /^(?:(?:no|nope|nah|hm+|but|wait|actually|sorry|hey|well|i think|i'm afraid|i know)[, ]+)*(?:that|this|it|those|these|they|region|number|patch|the|some of|most of|part of|half of|#)[^?]*?(?:'s|'re|\b(?:is|are|was|were))(?: \w+ly)?(?: just| only| all| in fact| really)? ([^?]+)$/;
const STATEMENT_ZH =
  /^(?:不对?[,， ]*)?(?:那|这|它|第|区域|图斑)[^?？]*?(?:其实|明明)?是(?<!不是|是不是|还是)([^?？吗呢]+)$/;

const OTHER_THING =
  /\b(?:shadows?|snow|sand|rock|rocks|soil|asphalt|concrete|tarmac|plastic|a different|something else)\b|阴影|影子|雪|沙|岩石|沥青|水泥/;

const exportFiles: Rule = (f, state) => {
  const wantsFormat = f.format !== null && !(f.has('zoom', 'how-many', 'how-much') && !f.has('export'));
  // "I want the mask and the table", of what has been found.
  const named = state.focus.shown === 'finding' && f.targets.length === 0 && WANTS_MASK.test(f.text);
  const wantsFiles = f.has('export') || named;
  if (!wantsFormat && !wantsFiles) return null;
  if (!wantsFormat && f.has('explain', 'how-many', 'how-much')) return null;
  const shownIndex = f.targets.length === 0 && f.index === null ? indexJustShown(state) : null;
  const foreign = f.mentions.find((m) => m.concept === 'format' && m.value === FOREIGN_FORMAT);
  const formats = f.formats.length > 0 ? f.formats : formatsByWord(f);
  // "Download everything": all that has been found here.
  const found = f.everything ? foundTargets(state) : [];
  return (formats.length > 0 ? formats : [null]).map((format) => ({
    operation: 'export',
    targets: shownIndex ? [] : found.length > 0 ? found : targetsOr(f, state),
    ...(format ? { format } : {}),
    ...(shownIndex ? { index: shownIndex } : {}),
    ...(foreign ? { word: foreign.text } : {}),
    ...(f.regions.length === 1 && f.filter?.largest === undefined ? { region: f.regions[0]! } : {}),
    ...(f.index ? { index: f.index } : {}),
    ...(f.filter ? { filter: f.filter } : {}),
  }));
};

const WANTS_MASK =
  /\b(?:want|need|give|get|have)\b.*\b(?:mask|raster|shapes|polygons|picture|image|overlay)\b|^(?:and |now )?(?:the|its) (?:mask|raster|shapes|polygons)(?: (?:of|for) (?:that|this|it|them|those|these))?$/;

/** Formats that are plain words: the picture, the mask, the table. */
function formatsByWord(f: Features): NonNullable<Plan['format']>[] {
  const formats: NonNullable<Plan['format']>[] = [];
  if (/\b(?:mask|raster)\b|掩膜/.test(f.text)) formats.push('geotiff');
  if (/\b(?:polygons?|shapes?|outlines?)\b|多边形/.test(f.text)) formats.push('geojson');
  if (f.has('list') || /表格/.test(f.text)) formats.push('csv');
  if (formats.length === 0 && /\b(?:image|picture|photo|overlay|map)\b|图片|图像/.test(f.text)) formats.push('png');
  return formats;
}

const compare: Rule = (f, state): Plan[] | null => {
  const thanBefore =
    /\b(?:less|more|fewer|smaller|bigger|larger|greener|drier|wetter)\b.*\b(?:now|today|nowadays|these days|lately)\b|\bthan (?:before|earlier|last (?:year|time|month)|back then|in the (?:other|first|previous|earlier|old)|the (?:other|first|previous|earlier|old))\b|比(?:以前|之前|上次|去年|另)/.test(
      f.text,
    );
  if (f.indices.length > 1 || (f.regions.length > 1 && f.scene === null)) return null;
  const isNew = f.targets.length > 0 && f.index === null && NEW.test(f.text);
  if (!f.has('compare') && !thanBefore && !isNew) return null;
  // "NDVI inside vs outside" is about one mask.
  if (/\binside\b|\boutside\b|内外/.test(f.text)) return null;
  // "How does that compare to water?" is about sizes on one scene.
  const [against] = f.targets;
  if (
    f.targets.length === 1 &&
    /\bcompare[sd]? (?:to|with)(?: the)? \S+\??$/.test(f.text) &&
    state.focus.targets.length > 0 &&
    !state.focus.targets.includes(against!)
  ) {
    return [{ operation: 'measure', targets: [...state.focus.targets, against!], measure: 'area' }];
  }
  const paintsOnly =
    f.style !== null && (f.style.color !== undefined || f.has('opaque', 'transparent', 'zoom', 'outline', 'fill'));
  if (paintsOnly && !/what|since|between|哪|什么/.test(f.text)) return null;
  // Two targets on one scene: sizes are compared, no dates.
  const dates =
    /\b(?:images?|scenes?|dates?|pictures?|photos?|since|before|after|then|earlier|previous|last|other|changed?|changes|gained|lost|grew|shr[aiu]nk|over time|turned|became|become|converted|replaced)\b|变|张|幅|期|前后|增加|减少|影像|新增|消失/.test(
      f.text,
    );
  if (f.targets.length > 1 && !dates)
    return [{ operation: 'measure', targets: f.targets, measure: 'area', ...unitOf(f) }];
  const implied = f.targets.length > 0 || f.index ? undefined : IMPLIED.find(([pattern]) => pattern.test(f.text));
  const targets =
    f.targets.length > 0
      ? f.targets
      : f.index
        ? []
        : implied
          ? [implied[1]]
          : state.focus.targets.length > 0
            ? state.focus.targets
            : LAND_COVERS;
  const byAge = FIRST_AND_LAST.test(f.text) && state.scenes.length > 1 ? [1, state.scenes.length] : [];
  const numbers = [
    ...f.text.matchAll(
      /(?:image|scene|picture|photo|and|with|to|vs\.?|versus|图|和|与)s? ?#?(\d{1,2})\b(?! ?(?:ha|m|km|%))/g,
    ),
  ].map((m) => Number(m[1]));
  const ordinals = findQuantities(f.text).flatMap((q) => (q.kind === 'ordinal' ? [q.value] : []));
  // "Compare it with the first": nothing else can be first here.
  const named = f.scene ?? (ordinals.length === 1 ? ordinals[0] : undefined);
  const spoken = byAge.length > 0 ? byAge : numbers.length < 2 && ordinals.length >= 2 ? ordinals : numbers;
  const scenes = [...new Set(spoken)];
  return [
    {
      operation: 'compare',
      targets,
      ...(f.index ? { index: f.index } : {}),
      ...(scenes.length === 2 ? { scenes: [scenes[0]!, scenes[1]!] as const } : {}),
      ...(scenes.length !== 2 && typeof named !== 'undefined' && named !== 'all' ? { scene: named } : {}),
      ...unitOf(f),
      ...wordOf(f),
    },
  ];
};

/** "New buildings", "which houses are new?", 新建的房子; not "my new image". */
const NEW =
  /\bnew(?:ly|er)?\b(?! (?:image|scene|picture|photo|file|one|upload|colou?r|name|style|map|overlay|mask|filter|threshold|date))|\brecently\b|新(?:建|增|修|盖|出现|的|添)/;

/** Verbs that tell what it was that changed. */
const IMPLIED: readonly (readonly [RegExp, LandCover])[] = [
  [/\bbuilt\b|\bdemolished\b|\btorn down\b|拆|盖了|建了/, 'building'],
  [/\bcut down\b|\bfelled\b|\blogged\b|\bdeforest|\bgreener\b|\bregr(?:own|owth)\b|砍/, 'vegetation'],
  [/\bdr(?:ied|y|ying) (?:up|out)\b|\bflooded\b|干涸|淹/, 'water'],
];

const FIRST_AND_LAST = /\b(?:first|oldest|earliest)\b.*\b(?:last|latest|newest)\b/;

const explain: Rule = (f, state) => {
  if (asksHowIndicesDiffer(f))
    return f.indices.map((index) => ({ operation: 'explain', targets: [], index, aspect: 'how' }));
  if (asksWhatIndexIs(f)) return [{ operation: 'explain', targets: [], index: f.index!, aspect: 'how' }];
  const asksMeaning = /\bwhat (?:does|do|did) .+ mean\b|\bwhat is meant\b|什么意思/.test(f.text);
  const asksTruth = IS_IT_TRUE.test(f.text);
  if (!f.has('explain', 'sure', 'method') && !asksMeaning && !asksTruth) return null;
  if (f.has('largest', 'smallest') && f.has('how-big', 'where') && !f.has('explain', 'sure')) return null;
  const shownIndex = f.targets.length === 0 && f.index === null ? indexJustShown(state) : null;
  if (shownIndex && !f.has('sure')) return [{ operation: 'explain', targets: [], index: shownIndex, aspect: 'how' }];
  const asksMeans = /^(?:and |so )?(?:which|what) (?:index|bands?|threshold|model|method|data)\b/.test(f.text);
  const ofIndex =
    f.index !== null && f.targets.length === 0 && f.regions.length === 0 && (asksMeaning || !f.has('pronoun'));
  const aspect =
    (f.has('sure') || asksTruth) && !asksMeans
      ? 'sure'
      : f.has('method') || asksMeaning || ofIndex || asksMeans
        ? 'how'
        : 'why';
  return [
    {
      operation: 'explain',
      targets: targetsOr(f, state),
      aspect,
      ...(f.index && (ofIndex || NAMED_INDEX.test(f.text)) ? { index: f.index } : {}),
      ...regionOf(f, state),
    },
  ];
};

const IS_IT_TRUE =
  /^(?:and |but |so )?(?:is|are) (?:this|that|it|these|those|the)(?: (?:number|figure|result|area|value|mask|answer)s?)? (?:really |actually )?(?:exact|accurate|precise|right|correct|plausible|realistic)\b/;

/** "What is the difference between NDVI and EVI?" */
const asksHowIndicesDiffer = (f: Features): boolean =>
  f.indices.length > 1 && f.has('compare') && f.scene === null && /\bdiffer|区别|差别|不同/.test(f.text);

/** "What is NDVI?", "what does NDBI mean": the word itself. "What is the NDVI (there)?": its value. */
function asksWhatIndexIs(f: Features): boolean {
  const mention = f.mentions.find((m) => m.concept === 'index');
  if (!mention) return false;
  const rest = `${f.text.slice(0, mention.start)}_${f.text.slice(mention.end)}`.trim();
  const isLongName = mention.text.length > 6;
  // "How is NDWI defined?", "the formula of EVI"
  if (f.has('method') && f.targets.length === 0 && f.regions.length === 0 && !f.has('mean', 'sure', 'pronoun'))
    return true;
  return (
    /^(?:so |and )?(?:what(?:'s|s| is| does| are)|explain|define|tell me what|what do you mean by) (?:an? )?_(?: is| index| mean| stand for| good for| used for| useful for| for| do| measure| show| exactly| actually| tell me| about)*$|^什么(?:是|叫)_$|^_(?:指数)?(?:是什么|什么意思|是什么意思|怎么理解|代表什么)$|^(?:解释一?下?|介绍一?下?)_$/.test(
      rest,
    ) ||
    (isLongName && /^(?:what(?:'s| is)|explain) the _$/.test(rest))
  );
}

const decline: Rule = (f) => {
  // We keep what is near something, never what is far from it: the opposite of what was asked must not come out.
  if (f.filter?.near && (NOT_NEAR.test(f.text) || (FAR.test(f.text) && !AT_MOST.test(f.text))))
    return [{ operation: 'decline', targets: [], about: f.text.slice(0, 120) }];
  const foreign = f.mentions.filter((m) => m.concept === 'foreign' && !isNegatedForeign(f.text, m.start));
  if (foreign.length === 0)
    return BEYOND.test(f.text) && !f.has('help', 'list')
      ? [{ operation: 'decline', targets: [], about: f.text.slice(0, 120) }]
      : null;
  // "How do you tell a building from a car park?" is about our method.
  if (f.has('method') && f.targets.length > 0 && foreign.every((m) => m.value === 'thing')) return null;
  const about = foreign.map((m) => m.text).join(', ');
  const refusal: Plan = { operation: 'decline', targets: [], about };
  // "the roads and the water": the half that is possible is done. "Cars near the water": it is about the cars.
  const listed =
    foreign.every((m) => m.value === 'thing') && f.targets.length > 0 && !f.has('near', 'how-many', 'how-big', 'count');
  return listed && /\b(?:and|plus)\b|[,，、和与及]|&/.test(f.text)
    ? [{ operation: 'extract', targets: f.targets, ...wordOf(f) }, refusal]
    : [refusal];
};

/** Persons, the future and years to come: none of them is in a picture. */
const BEYOND =
  /\d ?[+*/×] ?\d+$|^(?:(?:and|so|but|ok|hi|hello)[, ]+)*(?:who|whose|whom)\b|(?<!\b(?:you|i|we|that|this) )\bwill\b(?! (?:you|do\b))|\b(?:going|expected|likely) to (?:be|rain|grow|change|happen|look|shrink|expand|increase|decrease|flood|rise)\b|\b(?:in|by|until|for|year) 20[3-9]\d\b|20[3-9]\d年|^谁|(?:会不会|将来|以后会|过几年)|\bwhat would (?!it be|that be|be left|remain|the )|^(?:is|are) (?:the |this |that |these |those |it )(?:\w+ )?(?:clean|dirty|safe|polluted|cold|warm|hot|salty|fresh|drinkable|toxic|contaminated|frozen|occupied|inhabited|empty|abandoned|legal|expensive|cheap|old|modern|edible|ripe|native|public|private|protected|for sale)$/;

const NOT_NEAR =
  /\b(?:not|isn't|aren't|nowhere|never)\b[^.]{0,12}\b(?:near|close|next|within|beside|adjacent|along)\b|不(?:靠近|在)/;
const AT_MOST = /\b(?:no|not) (?:more|further|farther|greater)\b|\bat most\b|\bless than\b|\bwithin\b|不超过|以内|之内/;
const FAR =
  /\b(?:further|farther|more|greater|at least|beyond|over)\b.*\b(?:from|away)\b|\bfar (?:away )?from\b|\boutside\b|(?:以外|之外|超过|大于).*(?:的|$)|远离/;

const isNegatedForeign = (text: string, start: number): boolean =>
  // "Since the fire": when, not what.
  /(?:not|no|without|except|excluding|ignore|ignoring|besides|after|before|since|following|due to|because of) (?:the |any |that |last )?$|(?:不要|不含|除了|排除)$/.test(
    text.slice(0, start),
  );

const restyle: Rule = (f, state) => {
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

const NAMED_INDEX = /[a-z]{3,5}i\b|指数|index|exg|nbr|evi/;

const indexMap: Rule = (f) => {
  if (f.index === null) return null;
  // "Moisture", "bare soil": a word for an index is a wish to see it, unless a number is asked for.
  const unnamed = !NAMED_INDEX.test(f.text);
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
    ...(unnamed ? { word: f.mentions.find((m) => m.concept === 'index')!.text } : {}),
  }));
};

const describe: Rule = (f) => {
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
    f.has('contents') &&
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

const MORE_OR_LESS = /\b(?:more|most|less|least|fewer|bigger|larger|smaller)\b|更|最/;

/** "Use the second image": it is the current one from then on, and is described. */
const switchScene: Rule = (f) => {
  const turns =
    /\b(?:use|switch|go|take|open|load|select|choose|pick|continue|work|back|return|move)\b|切换|换|打开|使用|选|回到|用第/.test(
      f.text,
    );
  const nothingElse = f.targets.length === 0 && f.index === null && f.style === null && f.filter === null;
  const aloneIsEnough = f.elliptical && !f.has('again-same', 'undo', 'rerun', 'list');
  return (turns || aloneIsEnough) &&
    nothingElse &&
    f.scene !== null &&
    f.scene !== 'all' &&
    !f.has('export', 'compare', 'rename')
    ? [{ operation: 'describe', targets: [], scene: f.scene }]
    : null;
};

const list: Rule = (f, state) => {
  if (!f.has('list') || f.has('compare', 'describe')) return null;
  // A bare "list" after a finding lists its regions.
  const bare = state.focus.shown === 'finding' && f.mentions.every((m) => m.concept === 'list' || m.concept === 'show');
  const ofScenes = /\b(?:so far|history|have|got|images|scenes)\b|历史|哪些/.test(f.text);
  const ofRegions =
    f.targets.length > 0 || f.has('region', 'largest', 'smallest') || f.filter !== null || (bare && !ofScenes);
  if (/[哪些]/.test(f.text) && f.filter?.near) return null;
  return [
    {
      operation: 'list',
      targets: ofRegions ? targetsOr(f, state) : [],
      ...(f.filter ? { filter: f.filter } : {}),
      ...unitOf(f),
    },
  ];
};

/** "Which formats can you write?", "what indices do you know?": about us, whatever else stands in it. */
const abilities: Rule = (f) => (ABILITIES.test(f.text) ? [{ operation: 'help', targets: [] }] : null);

const ABILITIES =
  /^(?:and |so )?(?:what|which)\b.*\b(?:can you|do you (?:know|support|offer|read|write|accept|understand|handle))\b(?! (?:see|find|tell)\b)(?!.*\b(?:image|scene|picture|here)\b)|^(?:你)?(?:支持|会|能做|能输出)(?:哪些|什么)/;

const help: Rule = (f) => {
  const asksHelp = f.has('help') && f.targets.length === 0 && f.index === null;
  return asksHelp ? [{ operation: 'help', targets: [] }] : null;
};

const rerun: Rule = (f, state) => {
  if (!f.has('rerun') || f.targets.length > 0 || f.index !== null || f.filter !== null || f.has('all-scenes'))
    return null;
  return [{ operation: 'rerun', targets: state.focus.targets }];
};

/** "show all of them again", "remove the filter". */
const unfilter: Rule = (f, state) => {
  const all =
    /\b(?:remove|clear|drop|without|no|no more|reset|lift|cancel) (?:the |all |any |that )?(?:filters?|limits?|restrictions?|conditions?)\b|\btake (?:the |that |all )?(?:filters?|limits?|restrictions?) (?:off|away)\b|\b(?:all|every(?:thing)?)(?: of)? (?:them|regions|patches|it|those)(?: again)?$|\ball again$|取消(?:筛选|过滤)|不(?:要)?(?:筛选|过滤)|(?:显示|看)(?:全部|所有)(?:区域|图斑|的)?$/.test(
      f.text,
    );
  const filtered = state.focus.targets.length > 0;
  return all && filtered && !f.has('list') && f.targets.length === 0
    ? [{ operation: 'extract', targets: state.focus.targets, filter: {} }]
    : null;
};

const extract: Rule = (f, state) => {
  if (f.targets.length > 0) {
    return [
      {
        operation: 'extract',
        targets: f.targets,
        ...(f.filter ? { filter: f.filter } : {}),
        ...(f.style ? { style: f.style } : {}),
        ...wordOf(f),
      },
    ];
  }
  if (f.negated.length > 0) {
    const ofAll =
      /\b(?:anything|everything|all) (?:but|that (?:is|isn't))\b|\bother than\b|\b(?:apart|aside) from\b|\bnon\b|\bneither\b/.test(
        f.text,
      );
    const rest = (state.focus.targets.length > 0 && !ofAll ? state.focus.targets : LAND_COVERS).filter(
      (t) => !f.negated.includes(t),
    );
    if (rest.length > 0) return [{ operation: 'extract', targets: rest }];
  }
  const together = BOTH.test(f.text) ? lastTwoTargets(state) : [];
  if (together.length === 2 && f.filter === null && f.index === null && (f.elliptical || f.has('show', 'find')))
    return [{ operation: 'extract', targets: together }];
  if (f.filter) return withTarget(state, { operation: 'extract', targets: state.focus.targets, filter: f.filter });
  if (f.has('show', 'find') && state.focus.targets.length > 0 && f.has('pronoun') && !f.has('scene'))
    return [{ operation: 'extract', targets: state.focus.targets }];
  return f.has('show', 'find')
    ? [{ operation: 'clarify', targets: [], about: f.has('scene') ? 'scene-or-target' : 'target' }]
    : null;
};

/** The order is the grammar. */
const RULES: readonly Rule[] = [
  abilities,
  forget,
  rename,
  correct,
  undo,
  exportFiles,
  decline,
  unfilter,
  decideContinuation,
  compare,
  explain,
  restyle,
  indexMap,
  describe,
  switchScene,
  list,
  decideMeasure,
  rerun,
  help,
  extract,
];

/** The plan, or the question for the target when nothing has been spoken of yet. */
function withTarget(state: DialogueState, plan: Plan): Plan[] {
  if (plan.targets.length > 0 || state.focus.targets.length > 0) return [plan];
  return [{ operation: 'clarify', targets: [], about: 'target', ...(plan.filter ? { filter: plan.filter } : {}) }];
}
