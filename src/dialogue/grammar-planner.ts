import { isDeepStrictEqual } from 'node:util';
import type { InboundMessage } from '../domain/message.ts';
import type { Plan } from '../domain/plan.ts';
import { forgetIn } from './forget-sentences.ts';
import { advance } from './grammar/advance.ts';
import { splitClauses } from './grammar/clauses.ts';
import { decide } from './grammar/decide.ts';
import { featuresOf } from './grammar/features.ts';
import { MAX_LENGTH, normalize } from './grammar/normalize.ts';
import { tag } from './grammar/tagger.ts';
import { isKnownWord, mendTypos } from './grammar/typos.ts';
import { isCancel } from './is-cancel.ts';
import type { Planner } from './planner.ts';
import { type DialogueState, MAX_QUESTIONS } from './state.ts';

/** The default planner: deterministic, no model, English and Chinese. */
export const grammarPlanner: Planner = {
  async plan(message, state) {
    return planByGrammar(message, state);
  },
};

/** More requests than this in one message are noise, and so are more sentences: both are said, not cut off. */
export const MAX_PLANS = 12;
const MAX_CLAUSES = 60;
const TOO_LONG: Plan = { operation: 'decline', targets: [], about: 'length' };

/** What the message asks for, in its order; one `clarify` or `help` when nothing in it is understood. */
export function planByGrammar(message: InboundMessage, before: DialogueState): Plan[] {
  if (message.plans && message.plans.length > 0) return [...message.plans];
  if (isCancel(message)) return [{ operation: 'cancel', targets: [] }];
  if (message.text.length > MAX_LENGTH) return [TOO_LONG];
  const { whose, rest } = forgetIn(message.text);
  if (whose) {
    const others = rest === '' ? [] : planByGrammar({ ...message, text: rest }, before);
    // Last, so that it asks about all there is by then; thanks and what was not understood say nothing beside it.
    return [...others.filter(isDeed), { operation: 'forget', targets: [], whose }];
  }
  const text = mendTypos(
    normalize(message.text),
    before.scenes.map((scene) => scene.name),
  );
  if (text === '')
    return message.files.length > 0 ? [{ operation: 'describe', targets: [] }] : [notUnderstood(before, '')];

  const plans: Plan[] = [];
  let state = before;
  let chat: 'greeting' | 'thanks' | null = null;
  const clauses = splitClauses(text);
  if (clauses.length > MAX_CLAUSES) return [TOO_LONG];
  // "Here is a picture of our orchard. Where do you see plants?": the first sentence asks for nothing.
  const requests = clauses.filter((clause) => !isNarrative(clause, state));
  for (const clause of requests.length > 0 ? requests : clauses) {
    const features = featuresOf(clause, state);
    const decided = decide(features, state, message.text);
    // "He owns a farm. Where is the water on it?"
    const tells =
      requests.length > 1 &&
      TELLS.test(clause) &&
      decided?.every(
        (plan) => plan.operation === 'decline' || (plan.operation === 'compare' && features.targets.length === 0),
      );
    if (!decided || tells) {
      if (features.has('greeting')) chat ??= 'greeting';
      else if (features.has('thanks')) chat ??= 'thanks';
      continue;
    }
    for (const plan of decided) {
      const newest = plans.at(-1);
      if (newest && isSaid(plan, newest)) continue;
      if (newest && isSamePlus(plan, newest)) plans.pop();
      plans.push(plan);
      state = advance(state, plan);
    }
  }
  const wanted = withoutEmptyQuestions(plans);
  if (wanted.length > MAX_PLANS) return [TOO_LONG];
  if (wanted.length > 0) return wanted;
  if (message.files.length > 0) return [{ operation: 'describe', targets: [] }];
  if (chat) return [{ operation: 'help', targets: [], about: chat }];
  return [notUnderstood(before, message.text)];
}

const isDeed = ({ operation }: Plan): boolean => !['help', 'clarify', 'cancel'].includes(operation);

/** Does `newest` answer it already? "Which is the smallest and how big is it?" is one question, the same thing twice is one. */
const isSaid = (plan: Plan, newest: Plan): boolean =>
  Object.entries(plan).every(([field, value]) => isDeepStrictEqual(value, newest[field as keyof Plan])) ||
  (plan.operation === 'measure' &&
    plan.measure === 'area' &&
    plan.region === undefined &&
    plan.unit === undefined &&
    plan.filter === undefined &&
    newest.operation === 'measure' &&
    newest.measure === 'smallest' &&
    isDeepStrictEqual(plan.targets, newest.targets));

/** "Compute NDVI and tell me where it exceeds 0.4" is one map, "that is wrong, the order is red, green, blue" one correction. */
function isSamePlus(plan: Plan, newest: Plan): boolean {
  if (plan.operation === 'index') {
    const bare = newest.operation === 'index' && newest.threshold === undefined;
    return bare && plan.index === newest.index && plan.threshold !== undefined;
  }
  const corrects = plan.operation === 'correct' && plan.correction?.complaint === undefined;
  return corrects && (newest.correction?.complaint !== undefined || (newest.operation === 'describe' && !newest.about));
}

/** A sentence about somebody, not a wish. */
const TELLS = /^(?:he|she|they|we|i|my|our|his|her) (?!want|need|would|wonder|am looking|'d|'m looking)/;

/** A sentence that tells where a scene comes from and asks for nothing. */
function isNarrative(clause: string, state: DialogueState): boolean {
  if (!NARRATIVE.test(clause)) return false;
  const f = featuresOf(clause, state);
  return (
    !f.has(
      'show',
      'find',
      'how-much',
      'how-many',
      'how-big',
      'where',
      'compare',
      'export',
      'explain',
      'sure',
      'only',
    ) && decide(f, state, clause)?.every((plan) => plan.operation === 'extract') === true
  );
}

const NARRATIVE =
  /^(?:i|we)(?:'m|'re| am| are) (?:\w+ly |still |just )?(?:mapping|writing|working|studying|planning|preparing|researching|monitoring|assessing|investigating|trying|doing|new)\b|\b(?:i|we) (?:just )?(?:got|have|took|flew|uploaded|made|received|shot|recorded)\b|\b(?:got|here is|here's|here are|this is|these are|attached|it's) (?:a|an|the|my|our|some)\b|\bfrom (?:my|our) \w+|^(?:这是|我(?:刚)?(?:拍|传|上传|有))/;

/** A clause we would have to ask about is noise beside one that is clear. */
function withoutEmptyQuestions(plans: readonly Plan[]): Plan[] {
  const clear = plans.filter((plan) => plan.operation !== 'clarify');
  const kept = clear.length > 0 ? clear : plans.slice(0, 1);
  // "Hi, can you help me? Show water." is no request for help.
  const useful = kept.filter((plan) => plan.operation !== 'help');
  return useful.length > 0 ? useful : kept.slice(0, 1);
}

/** Neither English nor Chinese: another script, or hardly a word that English has. */
function isOtherLanguage(text: string): boolean {
  if ((text.match(/[^\p{Script=Latin}\p{Script=Han}\P{L}]/gu)?.length ?? 0) > 2) return true;
  const words = normalize(text).match(/[a-z']{2,}/g) ?? [];
  return words.length > 2 && words.filter((word) => isKnownWord(word)).length < words.length * 0.4;
}

/** A whole question of which we know no word: it is not for us. */
const isQuestion = (words: string): boolean =>
  /^(?:(?:and|so|but|ok|hey|hi|hello|please)[, ]+)*(?:what|when|where|why|how|which|is|are|was|were|can|could|do|does|did|has|have|may|should|would)(?: [\w'-]+){2,}|(?<!\p{Script=Han})\p{Script=Han}{4,}(?:[吗呢么][?？]?|[?？])$/iu.test(
    words.trim(),
  );

/** "Open a ticket with IT": a whole request of which we know no word. */
const isOtherDeed = (words: string): boolean => {
  const text = normalize(words);
  return (
    /^(?:please |just |can you |could you )*[a-z]{3,} (?:me |us )?(?:a|an|my|our|your|the|some) [a-z]{3,}/.test(text) &&
    tag(text).every(({ concept }) => concept === 'pronoun' || concept === 'filler')
  );
};

function notUnderstood(state: DialogueState, words: string): Plan {
  if (state.questions >= MAX_QUESTIONS || /^[\s?？!！.。]*$/.test(words)) return { operation: 'help', targets: [] };
  if (isOtherLanguage(words)) return { operation: 'decline', targets: [], about: 'language' };
  if (isQuestion(words) || isOtherDeed(words))
    return { operation: 'decline', targets: [], about: words.trim().slice(0, 120) };
  return { operation: 'clarify', targets: [], about: 'request', ...(words ? { word: words.slice(0, 200) } : {}) };
}
