import { LAND_COVERS } from '../../domain/land-cover.ts';
import type { Block } from '../../domain/message.ts';
import type { Plan } from '../../domain/plan.ts';
import type { ForeignTopic } from '../grammar/foreign.ts';
import { MAX_LENGTH, normalize } from '../grammar/normalize.ts';
import { tag } from '../grammar/tagger.ts';
import { MAX_PLANS } from '../grammar-planner.ts';
import type { DialogueState, Pending } from '../state.ts';
import { sceneAt } from '../state.ts';
import { sceneActions } from './describe.ts';
import { type Execute, plain, type Turn } from './turn.ts';

/** What can be said, by example; a short word for a greeting or thanks. */
export const help: Execute = async (plan, state, turn) => {
  const { texts } = turn;
  const scene = sceneAt(state);
  const actions = scene ? sceneActions([scene], turn) : [];
  if (plan.about === 'thanks') return { state, blocks: [plain(texts.thanks)], unchanged: true };
  if (plan.about === 'talk') return { state, blocks: [plain(texts.talk)], unchanged: true };
  if (plan.about === 'greeting') {
    return {
      state,
      blocks: [plain(scene ? texts.greetingScene(scene.name) : texts.greeting)],
      actions,
      unchanged: true,
    };
  }
  const others = actions.filter(({ plans }) => plans[0]!.operation !== 'help');
  return { state, blocks: helpBlocks(turn), actions: others, unchanged: true };
};

/** What we can't do, and what we can. */
export const decline: Execute = async (plan, state, turn) => {
  const { texts } = turn;
  const scene = sceneAt(state);
  const words =
    plan.about === 'length'
      ? [texts.declineLength(MAX_LENGTH, MAX_PLANS)]
      : plan.about === 'language'
        ? [texts.declineLanguage]
        : plan.about === 'nearest'
          ? [texts.declineNearest]
          : plan.about === 'removal'
            ? [texts.declineRemoval]
            : [...(plan.about ? [texts.decline(plan.about, reasonFor(plan.about, turn))] : []), texts.declineCan];
  return {
    state,
    blocks: [plain(texts.join(words))],
    actions: scene ? sceneActions([scene], turn) : [],
    unchanged: true,
  };
};

/** What stands in the way, where the words tell it. */
function reasonFor(about: string, { texts }: Turn): string {
  const topic = tag(normalize(about)).find(({ concept }) => concept === 'foreign')?.value;
  return topic ? texts.declineReason(topic as ForeignTopic) : '';
}

/** We ask. What was understood so far waits in the state for the answer. */
export const clarify: Execute = async (plan, before, turn) => {
  const { texts } = turn;
  const noScene = before.scenes.length === 0;
  if (plan.about === 'which') {
    const targets = (option: Plan) =>
      [option.index?.toUpperCase(), ...option.targets.map((target) => texts.target(target))].filter(Boolean).join(', ');
    return {
      state: { ...before, questions: before.questions + 1 },
      blocks: [plain(texts.askWhich)],
      actions: (plan.options ?? []).map((option) => ({
        label: texts.wish(option.operation, targets(option)),
        plans: [option],
      })),
      unchanged: true,
    };
  }
  const question = questionFor(plan.about, noScene, plan.word ?? '', texts);
  const pending: Pending | null =
    plan.about === 'target' || plan.about === 'scene-or-target'
      ? { about: 'target', plans: [waiting(plan)] }
      : before.pending;
  const state: DialogueState = { ...before, pending, questions: before.questions + 1 };
  const actions = noScene
    ? []
    : LAND_COVERS.map((t) => ({ label: texts.Target(t), plans: [{ ...waiting(plan), targets: [t] }] }));
  return { state, blocks: [plain(question)], actions, unchanged: true };
};

/** The plan that a target completes. */
function waiting(plan: Parameters<Execute>[0]): Parameters<Execute>[0] {
  const { about: _about, word: _word, ...rest } = plan;
  return { ...rest, operation: plan.measure === undefined ? 'extract' : 'measure' };
}

function questionFor(about: string | undefined, noScene: boolean, words: string, texts: Turn['texts']): string {
  if (about === 'name') return texts.askName;
  if (noScene) return texts.askScene;
  return about === 'target' || about === 'scene-or-target' ? texts.askTarget : texts.askRequest(words);
}

function helpBlocks({ texts }: Turn): Block[] {
  return [
    plain(texts.helpIntro),
    {
      kind: 'table',
      caption: '',
      columns: [
        { title: texts.say, align: 'left' },
        { title: texts.get, align: 'left' },
      ],
      rows: texts.helpExamples.map(([say, get]) => [say, get]),
    },
  ];
}
