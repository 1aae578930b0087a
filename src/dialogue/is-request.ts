import type { InboundMessage } from '../domain/message.ts';
import type { Operation, Plan } from '../domain/plan.ts';
import { planByGrammar } from './grammar-planner.ts';
import type { DialogueState } from './state.ts';
import { spokenBefore } from './understanding/planner.ts';
import type { WishClassifier } from './understanding/wish-classifier.ts';

/** What nobody means who talks to somebody else: thanks, small talk and what is not understood are answered to nobody. */
const TALK: ReadonlySet<Operation> = new Set(['help', 'clarify', 'decline', 'cancel']);

/**
 * Does a message that nobody has addressed to us ask for something about the scene? It has to have the form of a wish, to be
 * understood as one, all of it, and not to sound like what people say to each other: "show the trees" is for us, "the trees are
 * beautiful this time of year" for the others. A scene that comes with it is enough.
 */
export function isRequest(message: InboundMessage, state: DialogueState, { classify }: WishClassifier): boolean {
  if (message.files.length > 0) return true;
  const amongPeople = classify(message.text, spokenBefore(state))
    .filter(([wish]) => wish === 'chat' || wish === 'decline' || wish === 'help')
    .reduce((sum, [, probability]) => sum + probability, 0);
  if (amongPeople > 0.5) return false;
  const text = message.text.trim();
  const plans = planByGrammar(message, state);
  if (plans.some(({ operation, correction }) => TALK.has(operation) || correction?.complaint !== undefined))
    return false;
  const isWish = (/\p{Script=Han}/u.test(text) ? ASKS_ZH : ASKS).test(text);
  // "Water", "NDVI map", "and the buildings?"; and what answers a question of ours.
  const isShort = text.split(/\s+/).length <= 3 && (plans.every(isNamed) || /^(?:and|also)\b.*\?$/i.test(text));
  return isWish || isShort || state.pending !== null;
}

/** What is asked for by its name. */
const isNamed = ({ operation }: Plan): boolean => operation === 'extract' || operation === 'index';

/** Begins as a question about a thing or as a wish to us begins; "can we …", "let me …", "Tom, …" are for people. */
const ASKS = new RegExp(
  [
    '^(?:(?:and|now|then|ok|okay|so|also|please|but|just|next|instead)[,\\s]+)*',
    "(?:(?:can|could|would|will) you (?:please |just |also )?|i(?:'d| would) like to (?:see|know|have)|i (?:want|need) |can i (?:see|have|get) )?",
    '(?:',
    'show|display|mark|find|detect|extract|segment|map|plot|draw|colou?r|highlight|outline|overlay|hide|zoom|',
    'count|measure|calculate|compute|estimate|compare|export|download|send|give|save|list|describe|explain|tell|',
    'rerun|redo|undo|rename|reset|remove|add|keep|drop|filter|use|change|make|set|switch|convert|delete|forget|',
    "what(?:'s)?|how|where(?:'s)?|which|why|is (?:it|this|that|there|the)|are (?:there|these|those|the)|was there|were there|does|",
    'only|without|within|in|as|by|not|above|below|over|under|larger|bigger|smaller|more|less|greater|all|the (?:largest|biggest|smallest|other)',
    ')\\b',
  ].join(''),
  'i',
);

const ASKS_ZH =
  /[?？]|吗|呢|多少|多大|哪|几|什么|为何|怎么|显示|标|画|找|提取|导出|下载|比较|对比|计算|统计|测|只|换|用|改|设|给我|看|列|删|撤销|解释|描述|再/;
