import type { LandCover } from '../../../domain/land-cover.ts';
import type { Plan } from '../../../domain/plan.ts';
import type { DialogueState } from '../../state.ts';
import type { Features } from '../features.ts';
import { indexJustShown, lastTwoTargets, regionOf, targetsOr, unitOf, withoutExtremes } from '../subject.ts';

/** A number or a place from a finding or an index; null when the clause asks for neither. */
export function measure(f: Features, state: DialogueState): Plan[] | null {
  const measure = measureIn(f);
  const spokenIndex = indexJustShown(state);
  const asksStatistic =
    /\b(?:max|min|maximum|minimum|highest|lowest|range|median|mean|average|deviation|variance|spread)\b|最大值|最小值|最高|最低|范围|标准差|方差/.test(
      f.text,
    ) && !f.has('where');
  const ofShownIndex = spokenIndex !== null && f.index === null && f.targets.length === 0 && asksStatistic;
  if (!measure && !ofShownIndex) return null;
  const targets = comparedTargets(f, state) ?? (ofWholeScene(f) ? [] : targetsOr(f, state));
  if (ofShownIndex || !measure) {
    return [{ operation: 'measure', targets: [], measure: 'mean', index: spokenIndex! }];
  }
  const known = state.focus.targets.length > 0;
  if (measure === 'where' && f.targets.length > 0 && !known && f.regions.length === 0) {
    // "Where is the water?" before anything was found is a wish to see it.
    return [
      { operation: 'extract', targets, ...(f.filter ? { filter: f.filter } : {}), ...(f.word ? { word: f.word } : {}) },
    ];
  }
  if (measure === 'where' && targets.length === 0) return [{ operation: 'describe', targets: [] }];
  if (targets.length === 0 && f.index === null) {
    const plan: Plan = { operation: 'measure', targets: [], measure, ...unitOf(f), ...regionOf(f, state) };
    return [{ ...plan, operation: 'clarify', about: 'target' }];
  }
  const counted =
    measure === 'count' ? ({ unit: 'count' } as const) : measure === 'share' ? ({ unit: 'percent' } as const) : {};
  const several = (f.filter?.largest ?? f.filter?.smallest ?? 1) > 1;
  const filter =
    several || measure === 'count' || measure === 'share' || measure === 'area' || measure === 'average-area'
      ? f.filter
      : withoutExtremes(f.filter);
  const kept = (measure === 'largest' && !several) || f.regions.length > 0 ? withoutExtremes(filter) : filter;
  const region =
    measure === 'count'
      ? {}
      : measure === 'distance'
        ? distanceOf(f, state)
        : measure === 'smallest'
          ? {}
          : regionOf(f, state);
  // "How big are regions 1 and 3?": one after the other.
  const single = f.regions.length > 1 && measure !== 'distance' && measure !== 'count' ? f.regions : [null];
  return single.map((id) => ({
    operation: 'measure',
    targets,
    measure,
    ...region,
    ...(id === null ? {} : { region: id }),
    ...counted,
    ...unitOf(f),
    ...(f.index ? { index: f.index } : {}),
    ...(kept && !('region' in region && measure !== 'largest' && f.filter?.largest) ? { filter: kept } : {}),
    ...(f.word ? { word: f.word } : {}),
  }));
}

/** "The mean NDVI of the whole scene": not inside what was found. */
const ofWholeScene = (f: Features): boolean =>
  f.index !== null &&
  f.targets.length === 0 &&
  /\b(?:whole|entire|full|complete|overall)\b.{0,12}\b(?:scene|image|picture|area|map)\b|整[个张幅景]/.test(f.text);

/** "Which is larger?" after several targets, one by one, is about all of them. */
function comparedTargets(f: Features, state: DialogueState): readonly LandCover[] | null {
  const compares = /\bwhich\b.*\b(?:bigger|larger|smaller|greater|more|less)\b|哪个(?:更)?(?:大|多|小|少)/.test(f.text);
  const spoken = /\bof the two\b|两/.test(f.text)
    ? lastTwoTargets(state)
    : [...new Set(state.lastPlans.flatMap((plan) => plan.targets))];
  if (compares && f.targets.length === 0 && spoken.length < 2 && f.scene === null) {
    const two = lastTwoTargets(state);
    return two.length > 1 && /\bwhich one\b|哪个/.test(f.text) ? two : null;
  }
  return compares && f.targets.length === 0 && spoken.length > 1 ? spoken : null;
}

const NUMBER_OF_REGIONS =
  /how many(?! (?:hectares|ha\b|acres|m2|m²|km|sq|square|percent|%|mu\b|meters|metres|pixels))|number of|多少[个块处片栋座条棵]|几[个块处片栋座条棵]|数一|数量|个数|count/;

function measureIn(f: Features): Plan['measure'] | null {
  const text = f.text;
  // "Which areas are covered with plants?" wants to see them.
  if (
    /\b(?:which|what) (?:areas|parts|regions|places|spots|pixels)\b|哪些(?:地方|区域)/.test(text) &&
    f.targets.length > 0 &&
    f.unit === null &&
    !f.has('largest', 'smallest')
  )
    return null;
  if (f.has('distance') && !f.filter?.near) return 'distance';
  if (f.index !== null) return 'mean';
  if (/\b(?:stats|statistics|numbers|figures)\b(?! \d)|统计/.test(text) && !f.has('method', 'how-many', 'count'))
    return 'area';
  if (f.has('mean') && f.targets.length === 0 && !f.has('area', 'how-big', 'region')) return 'mean';
  if (f.has('mean') && (f.has('area', 'how-big', 'region') || f.unit !== null || f.targets.length > 0))
    return 'average-area';
  if (f.has('where')) return 'where';
  if (
    (f.has('how-many') || f.has('count')) &&
    f.unit !== 'percent' &&
    (f.unit === null || (NUMBER_OF_REGIONS.test(text) && !/how many|多少/.test(text)))
  )
    return 'count';
  if (/\bis (?:that|it|this) (?:a lot|much|big|large|small|significant)\b|算(?:多|大)吗|多吗$/.test(text))
    return 'share';
  // "How built up is this place?", "how green is it"
  if (
    /\bhow (?:very )?(?:built[- ]up|green|wooded|forested|urban|urbani[sz]ed|vegetated|wet|flooded|watery)\b/.test(text)
  )
    return f.targets.length > 0 ? 'share' : null;
  const percent = f.unit === 'percent' || (f.has('share') && f.unit === null);
  if (percent) return 'share';
  const asksSize =
    f.has('how-big', 'how-much', 'area', 'how-many', 'total') ||
    f.unit !== null ||
    /^(?:so |and )?(?:what|which)(?:'s| is| are)?\b|哪/.test(text);
  const several = (f.filter?.largest ?? f.filter?.smallest ?? 1) > 1;
  if (!several && f.has('largest') && asksSize && !f.has('show', 'list')) return 'largest';
  if (!several && f.has('smallest') && asksSize && !f.has('show', 'list')) return 'smallest';
  if (f.has('how-big', 'how-much', 'how-many') || f.unit !== null) return 'area';
  // "Lakes with an area over 2 ha" are lakes, no question for a number.
  const isAttribute = f.filter?.minAreaM2 !== undefined || f.filter?.maxAreaM2 !== undefined;
  // 面积排前三的水体
  const last = f.mentions.at(-1);
  if (f.filter && last?.concept === 'target' && last.end === text.length && text[last.start - 1] === '的') return null;
  if (isAttribute && !/what|which|total|tell|calculate|compute|measure|是多少|总|合计/.test(text)) return null;
  if (f.has('area', 'total') && (!f.has('show', 'find') || /what|tell|give|calculate|compute|measure/.test(text)))
    return 'area';
  if (
    /\b(?:which|what)(?: one| of (?:them|these|those|the two))?(?: is| covers| has)? (?:bigger|larger|smaller|greater|more|less)\b|\bmeasure\b|\bmore .+ or |测量|哪个(?:更)?(?:大|多)/.test(
      text,
    )
  )
    return 'area';
  if (f.scene === 'all' && MORE_OR_LESS.test(text)) return 'area';
  const about =
    (f.has('contents') || (/\bdescribe\b|描述/.test(text) && f.regions.length > 0)) &&
    !/^(?:does|do|is|are)\b/.test(text) &&
    (f.targets.length > 0 || f.regions.length > 0);
  return about ||
    (f.regions.length > 0 &&
      (f.filter?.largest ?? 1) === 1 &&
      f.targets.length === 0 &&
      f.elliptical &&
      !f.has('only', 'show'))
    ? 'area'
    : null;
}

/** "Which of the two images has the larger lake?" */
const MORE_OR_LESS =
  /\b(?:more|most|less|least|fewer|(?:larg|bigg|small|great|green)(?:er|est))\b|更多|最多|更少|最少|更大|更小|[哪个张幅].*[多大少小]/;

function distanceOf(f: Features, state: DialogueState): { region?: number; toRegion?: number } {
  const [first, second] = f.regions;
  if (first !== undefined && second !== undefined) return { region: first, toRegion: second };
  const spoken = state.focus.region;
  if (first !== undefined && spoken !== null && spoken !== first) return { region: spoken, toRegion: first };
  if (first !== undefined) return first === 1 ? { region: 1, toRegion: 2 } : { region: 1, toRegion: first };
  return { region: 1, toRegion: 2 };
}
