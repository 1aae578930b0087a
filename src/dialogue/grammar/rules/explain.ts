import type { Features } from '../features.ts';
import { namesIndex } from '../names-index.ts';
import { indexJustShown, regionOf, targetsOr } from '../subject.ts';
import type { Rule } from './rule.ts';

export const explain: Rule = (f, state) => {
  if (asksHowIndicesDiffer(f))
    return f.indices.map((index) => ({ operation: 'explain', targets: [], index, aspect: 'how' }));
  if (asksWhatIndexIs(f)) return [{ operation: 'explain', targets: [], index: f.index!, aspect: 'how' }];
  const asksMeaning = /\bwhat (?:does|do|did) .+ mean\b|\bwhat is meant\b|什么意思/.test(f.text);
  if (f.index !== null && f.targets.length === 0 && f.threshold === null && WHAT_IT_NEEDS.test(f.text))
    return [{ operation: 'explain', targets: [], index: f.index, aspect: 'how' }];
  const asksTruth = IS_IT_TRUE.test(f.text);
  if (!f.has('explain', 'sure', 'method') && !asksMeaning && !asksTruth) return null;
  // "What does infrared mean?", "how was your weekend?": nothing of ours.
  const aboutNothing =
    state.focus.targets.length === 0 && f.targets.length === 0 && f.index === null && state.lastPlans.length === 0;
  if (aboutNothing && GENERAL.test(f.text) && !f.has('explain', 'sure', 'pronoun'))
    return [{ operation: 'decline', targets: [], about: f.text.slice(0, 120) }];
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
      ...(f.index && (ofIndex || namesIndex(f.text)) ? { index: f.index } : {}),
      ...regionOf(f, state),
    },
  ];
};

/** "Which bands does NDMI need?", "what goes into EVI", NDVI需要哪些波段 */
const WHAT_IT_NEEDS =
  /\b(?:which|what) (?:\w+ )?(?:bands?|channels?|wavelengths?|inputs?)\b.*\b(?:needs?|uses?|used|require[sd]?|go(?:es)? into|made|for|in)\b|\bwhat (?:does|do) .* (?:need|use|require|consist of)\b|\bwhat goes into\b|(?:需要|用到?|要用)(?:的是)?(?:哪|什么|啥).{0,3}波段/;

const GENERAL = /\bwhat (?:does|do|did) .+ mean\b|^(?:and |so )?how (?:was|were) /;

const IS_IT_TRUE =
  /^(?:and |but |so )?(?:is|are) (?:this|that|it|these|those|the)(?: (?:number|figure|result|area|value|mask|answer)s?)? (?:really |actually )?(?:exact|accurate|precise|right|correct|plausible|realistic)\b/;

/** "What is the difference between NDVI and EVI?" */
const asksHowIndicesDiffer = (f: Features): boolean =>
  f.indices.length > 1 &&
  f.has('compare') &&
  f.scene === null &&
  /\bdiffer|\bbetter\b|\bvs\b|\bversus\b|哪个好|哪个更好|区别|差别|不同/.test(f.text);

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
