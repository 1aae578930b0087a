import type { Plan } from '../../../domain/plan.ts';
import { DEED } from '../deeds.ts';
import { wordOf } from '../subject.ts';
import type { Rule } from './rule.ts';

export const decline: Rule = (f) => {
  // We keep what is near something, never what is far from it: the opposite of what was asked must not come out.
  if (f.filter?.near && (NOT_NEAR.test(f.text) || (FAR.test(f.text) && !AT_MOST.test(f.text))))
    return [{ operation: 'decline', targets: [], about: f.text.slice(0, 120) }];
  if (IMPERATIVE.test(f.text)) return [{ operation: 'decline', targets: [], about: f.text.slice(0, 120) }];
  const foreign = f.mentions.filter((m) => m.concept === 'foreign' && !isNegatedForeign(f.text, m.start));
  if (foreign.length === 0)
    return (BEYOND.test(f.text) || (DOING.test(f.text) && !f.has('sure', 'method', 'explain'))) &&
      !f.has('help', 'list')
      ? [{ operation: 'decline', targets: [], about: f.text.slice(0, 120) }]
      : null;
  // "How dry is the corn?": what grows there does not matter to an index.
  if (f.index !== null && foreign.every((m) => m.value === 'crop')) return null;
  // "Which houses are gone after the quake?" is answered by what changed.
  if (f.has('compare') && f.targets.length > 0 && foreign.every((m) => m.value === 'event')) return null;
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

/** "Plant trees here", "could you please sell my house": somebody shall do something. */
const IMPERATIVE = new RegExp(
  String.raw`^(?:(?:and|then|also|so|ok|please|now|just|can you|could you|would you|will you|i want you to|you (?:must|should|have to)|let's|help me(?: to)?)[, ]+)*(?:${DEED}) (?:me |us )?(?:a|an|some|more|another|my|our|your|his|her|their|trees|flowers|people|everyone|somebody)\b`,
);

/** Persons, the future and years to come: none of them is in a picture. */
const BEYOND =
  /\b(?:see|hear|love|like|know|miss) (?:me|us)\b|离.{1,8}最远|\d ?[+*/×] ?\d+$|^(?:(?:and|so|but|ok|hi|hello)[, ]+)*(?:who|whose|whom)\b|(?<!\b(?:you|i|we|that|this) )\bwill\b(?! (?:you|do\b))|\b(?:going|expected|likely) to (?:be|rain|grow|change|happen|look|shrink|expand|increase|decrease|flood|rise)\b|\b(?:in|by|until|for|year) 20[3-9]\d\b|20[3-9]\d年|^谁|(?:会不会|将来|以后会|过几年)|\bwhat would (?!it be|that be|be left|remain|the )|^(?:is|are) (?:the |this |that |these |those |it )(?:\w+ )?(?:clean|dirty|safe|polluted|cold|warm|hot|salty|fresh|drinkable|toxic|contaminated|frozen|occupied|inhabited|empty|abandoned|legal|expensive|cheap|old|modern|edible|ripe|native|public|private|protected|for sale)(?: enough)?(?: (?:for|to|and|or)\b.*)?$|\bwhat colou?rs? (?:is|are|has|have|was) (?:the |this |that |these |those )?(?!over|mask|line|map|mark|drawn|used)[a-z]+$|什么颜色的?$|\bhow (?:do|does) (?!you\b|it\b|this\b|that\b|these\b|the (?:bot|model|index|method|mask))[a-z ]{2,30} work$/;

/** "Where can I fish?", "could we build here?": wishes that no answer of ours fulfils. */
const DOING =
  /\b(?:can|could|may|should|shall) (?:i|we|one) (?!(?:\w+ly |just |also |even |still |please |again )*(?:see|have|get|ask|view|look|download|export|find|know|take|use|trust|rely|quote|save|change|make|do|be|zoom|compare|upload|send|drop|say|type|open|print|filter|combine|rename|undo|delete|measure|count|show|add|go|tell|give|mark|draw|read|speak|understand|explain|help|detect|extract|identify|calculate|compute|segment|map|describe|list|limit|restrict|keep|remove|hide|highlight|outline|paint|colou?r|put|set|turn|switch|work|try|run|repeat|estimate|separate|distinguish|recogni[sz]e|pick|check|share|label|display|write|call|name|name|redo|start|stop|include|exclude|sort|summari[sz]e|spot|locate|provide|point|indicate|confirm|crop|reset|bring|leave|let|come|return|break|convert|format|pass|hand|mail|email|attach|produce|create|generate|plot|overlay|visuali[sz]e|render|trace|forget|wipe|erase|clear|focus|enlarge|magnify|move|swap|correct|fix|adjust|lower|raise|reduce|increase|double|not)\b)[a-z]/;

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
