import type { Filter } from '../../domain/finding.ts';
import { LAND_COVERS, type LandCover } from '../../domain/land-cover.ts';
import type { ExportFormat, Style } from '../../domain/picture.ts';
import type { Plan, Unit } from '../../domain/plan.ts';
import type { DialogueState } from '../state.ts';
import { DEFAULT_NEAR_M, filterIn, nearTarget, thresholdIn } from './filters.ts';
import type { Concept } from './lexicon.ts';
import { namesIndex } from './names-index.ts';
import { findQuantities, unitWanted } from './quantities.ts';
import { regionsSpokenOf, sceneSpokenOf } from './references.ts';
import { styleIn } from './style.ts';
import { type Mention, tag } from './tagger.ts';

/** Everything a clause says, before anybody decides what it wants. */
export interface Features {
  readonly text: string;
  readonly mentions: readonly Mention[];
  /** In the order of mention, without those that are negated or only a place to be near to. */
  readonly targets: readonly LandCover[];
  /** "Everything", and no target by name. */
  readonly everything: boolean;
  /** "not buildings": to be taken away from what was asked before. */
  readonly negated: readonly LandCover[];
  /** The person's word where it is narrower than the target. */
  readonly word: string | null;
  readonly index: string | null;
  /** All indices named, the first of them `index`. */
  readonly indices: readonly string[];
  readonly threshold: Plan['threshold'] | null;
  readonly filter: Filter | null;
  readonly regions: readonly number[];
  readonly unit: Unit | null;
  readonly scene: NonNullable<Plan['scene']> | null;
  readonly style: Partial<Style> | null;
  /** In the order of mention, `format` the first of them. */
  readonly formats: readonly ExportFormat[];
  readonly format: ExportFormat | null;
  /** Begins like a continuation ("and …", "what about …", 那…呢), or is nothing but the thing itself. */
  readonly elliptical: boolean;
  has(...concepts: readonly Concept[]): boolean;
}

export function featuresOf(text: string, state: DialogueState): Features {
  const mentions = tag(text);
  const has = (...concepts: readonly Concept[]) => mentions.some((m) => concepts.includes(m.concept));
  const near = nearTarget(text, mentions);
  const found = mentions.filter((m) => m.concept === 'target' && m !== near);
  const all = found.filter((m) => !isPlace(m, found, text));
  const negatedMentions = all.filter((m) => isNegated(m, mentions, text));
  const negated = unique(negatedMentions.map((m) => m.value as LandCover));
  const everything =
    has('every-target') ||
    /^(?:(?:show|give|map|mark|display)(?: me| us)? )?(?:all|everything|all of (?:it|them)|the lot)(?: please)?$|^(?:显示|要|看)?(?:全部|所有|都要|全都要)$/.test(
      text,
    ) ||
    /\b(?:everything(?! (?:below|under|smaller|over|above|larger|bigger|less|more|that|which|else|near|within|in|on|from))|all (?:of )?(?:the )?(?:things|objects|features))\b|一切|所有东西/.test(
      text,
    );
  const green = colourMeaningVegetation(text, mentions);
  const named = unique(all.filter((m) => !negatedMentions.includes(m)).map((m) => m.value as LandCover));
  // "The ratio of green to built-up", "green versus water"
  const besideGreen = named.length > 0 && !named.includes('vegetation') && GREEN_BESIDE.test(text);
  const asked = besideGreen
    ? unique<LandCover>(['vegetation', ...named])
    : named.length > 0
      ? named
      : everything
        ? LAND_COVERS
        : green
          ? (['vegetation'] as const)
          : [];
  const targets = asked.filter((t) => !negated.includes(t));
  const asksHealth = named[0] === 'vegetation' && HEALTH.test(text);
  const indices = unique(mentions.flatMap((m) => (m.concept === 'index' && m.value ? [m.value] : []))).concat(
    asksHealth && !has('index') ? ['ndvi'] : [],
  );
  // "Is it dry or is there any water left?" is about the water.
  const asksWater = targets.includes('water') && has('find') && indices[0] === 'ndmi' && !namesIndex(text);
  const index = asksWater ? null : (indices[0] ?? null);
  const formats = formatsOf(mentions);
  const asksPlace = has('how-big', 'where', 'zoom', 'mean', 'distance', 'explain', 'sure');
  const asksRegionOnly = (asksPlace || has('area', 'share')) && !has('only');
  return {
    text,
    mentions,
    targets,
    everything: everything && named.length === 0,
    negated,
    word: all.find((m) => m.narrower && !negatedMentions.includes(m))?.text ?? null,
    index,
    indices,
    threshold: thresholdIn(text),
    filter: nearSpokenOf(filterIn(text, mentions, !asksRegionOnly), text, targets, state),
    regions: regionsSpokenOf(text, mentions, state),
    unit: unitWanted(text),
    scene: sceneSpokenOf(text, mentions, state) ?? null,
    // "Segmentation of the whole image" zooms nowhere.
    style: green || (everything && has('zoom')) ? null : styleIn(text, mentions, state),
    formats,
    format: formats[0] ?? null,
    elliptical: isElliptical(text, mentions),
    has,
  };
}

/**
 * "Vegetation within 20 m of it", 它附近的植被: near what was spoken of. Near itself is no filter: "meadows close to the
 * forest" are all vegetation.
 */
function nearSpokenOf(
  filter: Filter | null,
  text: string,
  targets: readonly LandCover[],
  state: DialogueState,
): Filter | null {
  const [spoken] = state.focus.targets;
  if (filter?.near && targets.length === 1 && targets[0] === filter.near.of) {
    const { near: _near, ...rest } = filter;
    return Object.keys(rest).length > 0 ? rest : null;
  }
  if (filter?.near || spoken === undefined || targets.length === 0 || targets.includes(spoken)) return filter;
  if (!NEAR_IT.test(text)) return filter;
  const length = findQuantities(text).find((q) => q.kind === 'length');
  return { ...filter, near: { of: spoken, distanceM: length?.si ?? DEFAULT_NEAR_M } };
}

const NEAR_IT =
  /\b(?:near|close to|next to|beside|around|along|within [^,]{1,20} (?:of|from)|from) (?:it|them|that|those|these|there|this)\b|(?:它们?|那里|这里|那边)(?:附近|旁边|周围|周边)|(?:附近|旁边|周围|周边)的/;

/** "Ponds south of the village", 村子南边的水: the one target is where to look for the other. */
function isPlace(target: Mention, targets: readonly Mention[], text: string): boolean {
  const behind =
    targets.some((m) => m.end <= target.start) &&
    /\b(?:north|south|east|west|left|right)(?: side)? of (?:the |a |our |my |that |this )?$/.test(
      text.slice(0, target.start),
    );
  const before =
    targets.some((m) => m.start >= target.end) && /^的?[东南西北左右][边面侧方]?的?/.test(text.slice(target.end));
  return behind || before;
}

/** "How much of it is green?" asks for vegetation, "make it green" for paint. */
const colourMeaningVegetation = (text: string, mentions: readonly Mention[]): boolean =>
  /\bgreen(?:er|est)?\b|绿的|变绿/.test(text) &&
  (GREENER.test(text) ||
    mentions.some((m) => ['how-much', 'share', 'how-many', 'where', 'find', 'compare'].includes(m.concept))) &&
  !mentions.some(
    (m) =>
      ['paint', 'outline', 'fill', 'transparent', 'opaque'].includes(m.concept) ||
      (m.concept === 'color' && !/green|绿/.test(m.text)),
  );

/** "Less green than last season" */
const GREENER = /\b(?:more|less|as|how) green\b|\bgreener\b|\bgreenest\b/;

/** "How is my crop doing?", "what shape are the trees in", 苗长得怎么样: how green it is. */
const HEALTH =
  /\bhow(?:'s| is| are| does| do)\b.*\b(?:doing|looking|look|faring|getting on|holding up|developing|progressing|fare)\b|\bhow (?:well|good|strong|bad|poor|dense|thick|lush) (?:is|are|does|do)\b|\bwhat (?:shape|state|condition) (?:is|are)\b|(?:长|情况|状态|状况|长势)[得的]?(?:怎么样|怎样|如何|好不好|好吗|好么)/;

const GREEN_BESIDE =
  /\bgreen (?:to|versus|vs\.?|and|against|or) (?:the )?(?:built|water|build|urban|blue|hous|grey|gr[ae]y)/;

/** "shapefile" and other formats we do not write: GeoPackage opens in the same programs, and the answer says so. */
export const FOREIGN_FORMAT = 'shapefile';

const formatsOf = (mentions: readonly Mention[]): ExportFormat[] =>
  unique(
    mentions.flatMap((m) =>
      m.concept === 'format' ? [m.value === FOREIGN_FORMAT ? 'geopackage' : (m.value as ExportFormat)] : [],
    ),
  );

function isNegated(target: Mention, mentions: readonly Mention[], text: string): boolean {
  const negation = mentions.findLast((m) => m.concept === 'without' && m.end <= target.start);
  if (!negation) return false;
  const between = text.slice(negation.end, target.start);
  // "not water and vegetation" negates both, "no, show water" neither; an area between means a filter: "not under 2 ha of water".
  const other = mentions.some(
    (m) =>
      m.start >= negation.end &&
      m.end <= target.start &&
      m.concept !== 'target' &&
      m.concept !== 'show' &&
      m.concept !== 'pronoun',
  );
  return (
    !other &&
    !/^\s*[,，:]/.test(between) &&
    !/[,，]\s*(?:but|just|only|and show)/.test(between) &&
    // "Not water, trees" wants trees; "not water, trees or houses" none of them.
    !(/[,，]/.test(between) && !/\b(?:and|or|nor)\b|[和或、及]/.test(text.slice(negation.end))) &&
    findQuantities(between).length === 0
  );
}

const LEAD =
  /^(?:(?:ok|okay|great|thanks|thank you|cool|nice|good|well|so|hmm|right|alright)[, ]+)*(?:and|what about|how about|also|now|plus|then|but|or)\b|^(?:那么|那|还有|以及|和|另外|再|换成|改成)|呢[?？]?$/;

function isElliptical(text: string, mentions: readonly Mention[]): boolean {
  if (LEAD.test(text)) return true;
  const verbs: readonly Concept[] = [
    'show',
    'find',
    'how-much',
    'how-many',
    'how-big',
    'area',
    'share',
    'count',
    'where',
    'mean',
    'distance',
    'compare',
    'explain',
    'sure',
    'export',
    'format',
    'list',
    'describe',
    'contents',
    'zoom',
    'only',
  ];
  return !mentions.some((m) => verbs.includes(m.concept)) && text.split(' ').length <= 7;
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
