import type { LandCover } from '../../../domain/land-cover.ts';
import type { DialogueState } from '../../state.ts';
import { complaintIn, correctionIn, swappedBands } from '../corrections.ts';
import type { Features } from '../features.ts';
import type { Rule } from './rule.ts';

export const correct: Rule = (f, state) => {
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
  /^(?:(?:no|nope|nah|hm+|but|wait|actually|sorry|hey|well|i think|i'm afraid|i know)[, ]+)*(?:that|this|it|those|these|they|region|number|patch|the|(?:some|one|two|three|many|\d+) of|most of|part of|half of|#)[^?]*?(?:'s|'re|\b(?:is|are|was|were))(?: \w+ly)?(?: just| only| all| in fact| really)? ([^?]+)$/;
const STATEMENT_ZH =
  /^(?:不对?[,， ]*)?(?:那|这|它|第|区域|图斑)[^?？]*?(?:其实|明明)?是(?<!不是|是不是|还是)([^?？吗呢]+)$/;

const OTHER_THING =
  /\b(?:shadows?|snow|sand|rock|rocks|soil|asphalt|concrete|tarmac|plastic|a different|something else)\b|阴影|影子|雪|沙|岩石|沥青|水泥/;
