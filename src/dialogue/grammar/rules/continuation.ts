import type { LandCover } from '../../../domain/land-cover.ts';
import type { Language } from '../../../domain/message.ts';
import type { Plan } from '../../../domain/plan.ts';
import { type DialogueState, sceneAt } from '../../state.ts';
import type { Features } from '../features.ts';
import { findQuantities } from '../quantities.ts';
import { wordOf } from '../subject.ts';

/** Clauses that only make sense after another one: "and water?", "the second one", "in acres", "same for the other image". */
export function continuation(f: Features, state: DialogueState): Plan[] | null {
  const answered = answerToQuestion(f, state);
  if (answered) return answered;
  const last = state.lastPlans.filter((plan) => REPEATABLE.has(plan.operation));
  if (last.length === 0) return null;
  const newest = last.at(-1)!;

  if (isOtherScene(f))
    return last.map((plan) => ({ ...withoutRegion(plan, plan.measure === 'largest'), scene: f.scene! }));
  const asksNumber = newest.operation === 'extract' && f.unit !== null;
  if (f.has('again-same') && f.targets.length > 0 && !f.has(...OWN_VERBS) && !asksNumber) {
    return [{ ...withoutRegion(newest), targets: f.targets, ...(f.style ? { style: f.style } : {}), ...wordOf(f) }];
  }
  if (newest.operation === 'index' && newest.index && f.targets.length === 0 && f.index === null) {
    if (f.threshold) return [{ ...newest, threshold: f.threshold }];
    // "How much is that in ha?" after "NDVI above 0.6".
    const asksArea = f.unit !== null || f.has('how-much', 'how-big', 'area', 'share');
    if (newest.threshold && asksArea && f.scene === null && !f.has('mean', 'export', 'compare'))
      return [{ ...newest, ...(f.unit ? { unit: f.unit } : {}) }];
  }
  const turned = withOtherSide(newest, f.text);
  if (turned) return [turned];
  // "How big is region 2?", "and its NDVI?"
  if (
    newest.operation === 'measure' &&
    newest.region !== undefined &&
    f.index &&
    f.has('pronoun') &&
    f.targets.length === 0 &&
    f.elliptical &&
    f.threshold === null
  ) {
    const { unit: _unit, measure: _measure, ...rest } = newest;
    return [{ ...rest, measure: 'mean', index: f.index }];
  }
  const changed = withChangedNumber(newest, f, state.language);
  if (changed) return [changed];
  if (newest.operation === 'compare' && f.unit && f.targets.length === 0 && isBare(f))
    return [{ ...newest, unit: f.unit }];
  const zoomed = newest.operation === 'restyle' && newest.style?.zoomRegion !== undefined;
  if (zoomed && f.regions.length === 1 && isBare(f) && f.targets.length === 0 && f.filter === null)
    return [{ ...newest, region: f.regions[0]!, style: { ...newest.style, zoomRegion: f.regions[0]! } }];
  if (!f.elliptical) return null;

  if (
    f.index &&
    f.targets.length === 0 &&
    newest.index &&
    newest.operation !== 'index' &&
    !f.has(...OWN_VERBS.filter((verb) => verb !== 'index'))
  ) {
    return [{ ...newest, index: f.index }];
  }
  // "Vegetation in the north half" alone says what to show; "and in the north half" what to measure there.
  const goesOn = f.filter === null || GOES_ON.test(f.text);
  if (f.targets.length > 0 && isBare(f) && FOLLOWED.has(newest.operation) && goesOn) {
    // "How big is the largest one?", "and water?": what nobody has seen yet is shown, sizes and all.
    const isRegional = newest.operation === 'measure' && newest.region !== undefined;
    if (isRegional && !f.targets.every((target) => isKnown(target, state))) {
      return [{ operation: 'extract', targets: f.targets, ...wordOf(f) }];
    }
    const filter = f.filter ? { filter: f.filter } : {};
    return [{ ...withoutRegion(newest, newest.measure === 'largest'), targets: f.targets, ...filter, ...wordOf(f) }];
  }
  if (newest.operation !== 'measure' || f.targets.length > 0 || f.index) return null;
  if (f.regions.length === 1 && isBare(f)) {
    const measure =
      newest.measure === 'largest' || newest.measure === 'smallest' || newest.measure === 'count'
        ? 'area'
        : newest.measure;
    const { toRegion: _to, filter: _filter, ...rest } = newest;
    const unit = newest.measure === 'count' ? {} : newest.unit ? { unit: newest.unit } : {};
    const { unit: _unit, ...bare } = rest;
    const largest = f.has('largest') && measure === 'area';
    return [{ ...bare, ...unit, measure: largest ? 'largest' : (measure ?? 'area'), region: f.regions[0]! }];
  }
  if (f.has('smallest') && !f.has(...OWN_VERBS)) {
    const { region: _region, ...rest } = newest;
    return [{ ...rest, measure: newest.measure === 'where' ? 'where' : 'smallest' }];
  }
  if (f.unit && !f.has('how-many', 'largest', 'smallest', 'mean', 'distance', 'area')) return [inUnit(newest, f)];
  if (f.filter && !f.has('only', 'without') && isBare(f)) return [{ ...newest, filter: f.filter }];
  return null;
}

const REPEATABLE: ReadonlySet<Plan['operation']> = new Set([
  'extract',
  'index',
  'measure',
  'compare',
  'describe',
  'explain',
  'export',
  'restyle',
  'list',
]);

const GOES_ON = /^(?:and|what about|how about|or|also)\b|^(?:那|还有)|呢$/;

/** After these, a bare target means the same again for it; after anything else it is a wish to see it. */
const FOLLOWED: ReadonlySet<Plan['operation']> = new Set(['measure', 'compare', 'export', 'explain', 'list']);

const OWN_VERBS = [
  'how-many',
  'how-much',
  'how-big',
  'where',
  'mean',
  'distance',
  'explain',
  'sure',
  'method',
  'export',
  'format',
  'list',
  'compare',
  'describe',
  'contents',
  'zoom',
  'share',
  'index',
  'count',
] as const;

/** Nothing but the thing and words that join. */
const isBare = (f: Features): boolean => !f.has('show', 'find', 'only', 'paint', ...OWN_VERBS) && f.style === null;

/** "and in the other image?", "same for scene 1": what was done, there. */
function isOtherScene(f: Features): boolean {
  if (f.scene === null || f.targets.length > 0 || f.index || f.unit) return false;
  if (f.has('again-same')) return !f.has('export', 'compare', 'index');
  return (
    f.elliptical &&
    f.style === null &&
    f.filter === null &&
    !f.has('show', 'find', 'only', 'undo', 'rename', ...OWN_VERBS, 'rerun', 'largest', 'smallest')
  );
}

function inUnit(plan: Plan, f: Features): Plan {
  const unit = f.unit!;
  const measure =
    unit === 'percent'
      ? 'share'
      : plan.measure === 'share' || plan.measure === 'count' || plan.measure === 'where'
        ? 'area'
        : plan.measure;
  return { ...plan, ...(measure ? { measure } : {}), unit };
}

/** The missing piece we asked for, put into the plan that waits for it. */
function answerToQuestion(f: Features, state: DialogueState): Plan[] | null {
  const pending = state.pending;
  if (!pending || pending.about === 'scene' || pending.plans.length === 0) return null;
  const short = !f.has(...OWN_VERBS);
  if (pending.about === 'target' && f.targets.length > 0 && short) {
    return pending.plans.map((plan) => ({ ...plan, targets: f.targets, ...wordOf(f) }));
  }
  return null;
}

function withoutRegion(plan: Plan, keep = false): Plan {
  if (keep) return plan;
  const { region: _region, toRegion: _to, ...rest } = plan;
  return rest;
}

/**
 * "Make that 5", "what about 0.7?", "200 m instead": the plan with its one number replaced. A bare number has the unit
 * of the number it replaces, as far as that can be told.
 */
function withChangedNumber(plan: Plan, f: Features, language: Language): Plan | null {
  const numbers = findQuantities(f.text).filter((q) => q.kind !== 'ordinal');
  const [number] = numbers;
  const others =
    f.targets.length > 0 || f.index !== null || f.scene !== null || f.style !== null || f.regions.length > 0;
  if (number === undefined || numbers.length !== 1 || others) return null;
  if (!CHANGED.test(`${f.text.slice(0, number.start)}#${f.text.slice(number.end)}`)) return null;
  if (f.has(...OWN_VERBS, 'show', 'find')) return null;
  const { threshold, filter } = plan;
  if (threshold && number.kind === 'plain') return { ...plan, threshold: { ...threshold, value: number.value } };
  if (!filter) return null;
  if (filter.near && (number.kind === 'length' || number.kind === 'plain'))
    return { ...plan, filter: { ...filter, near: { ...filter.near, distanceM: number.si } } };
  for (const limit of ['minAreaM2', 'maxAreaM2'] as const) {
    const before = filter[limit];
    if (before === undefined) continue;
    if (number.kind === 'area') return { ...plan, filter: { ...filter, [limit]: number.si } };
    if (number.kind === 'plain')
      return { ...plan, filter: { ...filter, [limit]: number.value * unitLike(before, number.value, language) } };
  }
  for (const extreme of ['largest', 'smallest'] as const) {
    if (filter[extreme] !== undefined && number.kind === 'plain' && Number.isInteger(number.value) && number.value > 0)
      return { ...plan, filter: { ...filter, [extreme]: number.value } };
  }
  return null;
}

/** What may stand around the number, written as `#`. */
const CHANGED =
  /^(?:(?:no|ok|okay|hmm|now|and|or|actually|sorry|i meant?|rather|maybe|so|then|(?:that(?:'s| is| was)|it(?:'s| is| was)|still|a bit|far|much|way)* ?too \w+)[, .:;-]+)*(?:make (?:that|it|them)|(?!(?:zoom|set|change|switch) )[a-z]+ (?:it|that|this|the (?:limit|threshold|cut-?off|minimum|maximum|value))(?: up| down)? to|go (?:for|with|to|up to|down to)|what about|how about|change (?:that|it) to|set (?:that|it) to|let's (?:say|try)|try|with|use|rather|i mean|instead)?(?: the| only| at| it)? ?#(?: ones?)?(?: instead| then| rather| please| of them)*$|^(?:(?:提高|降低|调高|调低|放宽|收紧|提|降|加|减|调|设)(?:到|成|为)|改成|换成|那|还是|改为|如果是|试试|要|用)*#(?:个|块|的)?(?:呢|吧|试试)*$/;

/** "Now below", "the opposite", "I meant smaller than": the other side of the same limit. */
function withOtherSide(plan: Plan, text: string): Plan | null {
  const side = SIDE.exec(text);
  const opposite = OPPOSITE.test(text);
  if (!side && !opposite) return null;
  const { threshold, filter } = plan;
  if (threshold)
    return { ...plan, threshold: { ...threshold, above: opposite ? !threshold.above : side?.[1] !== undefined } };
  if (!filter) return null;
  const { minAreaM2, maxAreaM2, ...rest } = filter;
  const limit = minAreaM2 ?? maxAreaM2;
  if (limit === undefined || (minAreaM2 !== undefined && maxAreaM2 !== undefined)) return null;
  const above = opposite ? minAreaM2 === undefined : side?.[1] !== undefined;
  return { ...plan, filter: { ...rest, ...(above ? { minAreaM2: limit } : { maxAreaM2: limit }) } };
}

const OPPOSITE =
  /^(?:(?:and|now|then|ok|no|show|rather|just|the|exactly) )*(?:opposite|inverse|reverse|other way (?:a?round)|converse|contrary)(?: please| then| of that)?$|^(?:反过来|相反的?|反之)(?:呢|吧)?$/;

const SIDE =
  /^(?:(?:and|now|then|or|what about|how about|ok|only|just|no|sorry|rather|i meant?|actually|the)[, ]+)*(?:(above|over|higher|more|greater|larger|bigger)|below|under|lower|less|smaller)(?: (?:than|that|it|this|than that|ones|side))?$/;

/** Square metres of the reader's unit in which `areaM2` is a plain number of about the size of `value`. */
function unitLike(areaM2: number, value: number, language: Language): number {
  const units = AREA_UNITS_M2[language].filter((unit) => Math.abs(((areaM2 / unit) * 10) % 1) < 1e-6);
  const farness = (unit: number): number => Math.abs(Math.log(areaM2 / unit / value));
  return (units.length > 0 ? units : [1]).toSorted((a, b) => farness(a) - farness(b))[0]!;
}

/** km², ha, acre, ft², m²; km², ha, mu, m². */
const AREA_UNITS_M2: Readonly<Record<Language, readonly number[]>> = {
  en: [1e6, 10_000, 4046.8564224, 0.09290304, 1],
  zh: [1e6, 10_000, 10_000 / 15, 1],
};

/** Has this target been looked for on the current scene, or is it about to be? */
const isKnown = (target: LandCover, state: DialogueState): boolean =>
  state.lastPlans.some((plan) => plan.targets.includes(target)) ||
  state.findings.some((f) => f.facts.target === target && f.sceneId === sceneAt(state)?.info.id);
