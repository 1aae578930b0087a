import { LAND_COVERS, type LandCover } from '../../../domain/land-cover.ts';
import type { Plan } from '../../../domain/plan.ts';
import { findQuantities } from '../quantities.ts';
import { lastTwoTargets, unitOf, wordOf } from '../subject.ts';
import type { Rule } from './rule.ts';

export const compare: Rule = (f, state): Plan[] | null => {
  const thanBefore =
    /\b(?:less|more|fewer|smaller|bigger|larger|greener|drier|wetter)\b.*\b(?:now|today|nowadays|these days|lately)\b|\bthan (?:before|earlier|last \w+|back then|in the (?:other|first|previous|earlier|old)|the (?:other|first|previous|earlier|old))\b|比(?:以前|之前|上次|去年|另)/.test(
      f.text,
    ) || NOW_AND_THEN.test(f.text);
  if (/\bgrows?\b/.test(f.text) && f.targets.length === 0 && !f.has('picture') && state.scenes.length < 2) return null;
  if (
    f.indices.length > 1 ||
    (f.regions.length > 1 && f.scene === null && !(state.scenes.length > 1 && /\bchang|变化/.test(f.text)))
  )
    return null;
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
  const both = f.targets.length === 0 && !dates && SIZES.test(f.text) ? lastTwoTargets(state) : [];
  if (both.length > 1) return [{ operation: 'measure', targets: both, measure: 'area', ...unitOf(f) }];
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

/** "What is there now that was not there before?", 现在有、以前没有 */
const NOW_AND_THEN =
  /\b(?:now|today|nowadays|currently|these days)\b.*\b(?:before|then|earlier|previously|used to|formerly|in the past)\b|\b(?:before|then|earlier|previously|used to|formerly|in the past)\b.*\b(?:now|today|nowadays|currently|these days)\b|(?:现在|如今|今年).*(?:以前|之前|过去|当时|原先|去年)|(?:以前|之前|过去|当时|原先|去年).*(?:现在|如今|今年)/;

/** "Compare their sizes": of the two that were shown. */
const SIZES = /\b(?:their|the|these|those) (?:two )?(?:sizes?|areas?|extents?|shares?)\b|\bthe two\b|这两|两者|大小/;

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
