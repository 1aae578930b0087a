import { createHash } from 'node:crypto';
import type { Forgettable } from '../../domain/memory.ts';
import type { Action } from '../../domain/message.ts';
import type { Plan } from '../../domain/plan.ts';
import type { DialogueState } from '../state.ts';
import { withoutPerson } from '../without-person.ts';
import { type Execute, type Outcome, plain, type Turn } from './turn.ts';

/**
 * First the question, which says what goes, then what its buttons say. The whole conversation goes only when the person
 * who began it, or who is alone in it, asks for that; anybody else can have what they sent themselves deleted.
 */
export const forget: Execute = async (plan, state, turn) => {
  const { texts, message } = turn;
  const open = state.forgetting;
  if (plan.answer !== undefined && plan.question !== undefined) {
    if (open?.id !== plan.question) return said(texts.forgetClosed, state);
    if (open.asker !== message.author.id) return said(texts.forgetNotYours, state);
  }
  if (plan.answer === 'keep') return said(texts.forgetKept, { ...state, forgetting: null });

  const wish = await wishOf(open && plan.answer ? open : plan, state, turn);
  if (plan.answer === 'delete') {
    if (wish.whose === 'everybody') return { ...said(texts.forgotten, state), forget: 'everybody' };
    return { ...said(texts.forgottenMine(wish.what), { ...wish.rest, forgetting: null }), forget: 'asker' };
  }
  if (Object.values(wish.what).every((count) => count === 0)) return said(texts.nothingToForget, state);
  return ask(plan, wish, state, turn);
};

interface Wish {
  readonly whose: 'everybody' | 'asker';
  readonly what: Forgettable;
  readonly rest: DialogueState;
}

/** What may go when this person wants it, and the state without it. */
async function wishOf({ whose }: Pick<Plan, 'whose'>, state: DialogueState, turn: Turn): Promise<Wish> {
  const authors = await turn.authors();
  const asker = turn.message.author.id;
  const [starter = asker] = authors;
  const isAlone = authors.every((author) => author === asker);
  const all = isAlone || (whose !== 'asker' && starter === asker);
  const { rest, ...sent } = withoutPerson(state, all ? null : asker);
  const messages = all ? authors.length : authors.filter((author) => author === asker).length;
  return { whose: all ? 'everybody' : 'asker', what: { ...sent, messages }, rest };
}

function ask(plan: Plan, { whose, what }: Wish, state: DialogueState, { texts, message }: Turn): Outcome {
  const id = createHash('sha256').update(message.id).digest('hex').slice(0, 12);
  const answer = (label: string, how: NonNullable<Plan['answer']>): Action => ({
    label,
    plans: [{ operation: 'forget', targets: [], answer: how, question: id }],
    ...(how === 'delete' ? { style: 'danger' } : {}),
  });
  const all = whose === 'everybody';
  const question = all ? texts.forgetQuestion(what) : texts.forgetMineQuestion(what);
  const instead = !all && plan.whose !== 'asker' ? [texts.forgetOnlyMine] : [];
  return {
    ...said(texts.join([...instead, question]), { ...state, forgetting: { id, asker: message.author.id, whose } }),
    actions: [answer(all ? texts.buttonForget : texts.buttonForgetMine, 'delete'), answer(texts.buttonKeep, 'keep')],
  };
}

const said = (text: string, state: DialogueState): Outcome => ({ state, blocks: [plain(text)], unchanged: true });
