import { describe, expect, it } from 'vitest';
import { FORGET_SENTENCES } from '../../src/dialogue/forget-sentences.ts';
import { planByGrammar } from '../../src/dialogue/grammar-planner.ts';
import { isCancel } from '../../src/dialogue/is-cancel.ts';
import { isForget } from '../../src/dialogue/is-forget.ts';
import { emptyState } from '../../src/dialogue/state.ts';
import type { Reply } from '../../src/domain/message.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { Conversation, messageOf, textOf } from './conversation.ts';
import { KEEPS_EVERYTHING_EN, KEEPS_EVERYTHING_ZH } from './keeps-everything.ts';

const ASKS = [...FORGET_SENTENCES.everybody, ...FORGET_SENTENCES.asker];
const isForgetSaid = (text: string) => isForget({ text, files: [] });

/** Two scenes, two masks, an index map and a comparison. */
async function busy(): Promise<Conversation> {
  const chat = new Conversation();
  await chat.say('', ['a_2020-01-01.tif']);
  await chat.say('', ['b_2021-01-01.tif']);
  await chat.say('show water');
  await chat.say('what changed?');
  await chat.say('show NDVI');
  await chat.say('show water');
  return chat;
}

/** Everything of a conversation that could be lost or overwritten. */
const holdings = ({ state }: Conversation) => [
  ...state.scenes.map(({ info, name }) => `${info.id} ${name}`),
  ...[...state.findings, ...state.indexFindings, ...state.changes].map(({ id }) => id),
];

const pressed = (reply: Reply, label: string): readonly Plan[] => {
  const actions = reply.blocks.flatMap((block) => (block.kind === 'actions' ? block.actions : []));
  const found = actions.find((action) => action.label === label);
  if (!found) throw new Error(`no ${label} among ${actions.map((action) => action.label)}`);
  return found.plans;
};

describe('a sentence that is not on the list', () => {
  it('is in a table of 100 English and 40 Chinese ones, none twice', () => {
    expect(new Set(KEEPS_EVERYTHING_EN).size).toBe(KEEPS_EVERYTHING_EN.length);
    expect(new Set(KEEPS_EVERYTHING_ZH).size).toBe(KEEPS_EVERYTHING_ZH.length);
    expect(KEEPS_EVERYTHING_EN.length).toBeGreaterThanOrEqual(100);
    expect(KEEPS_EVERYTHING_ZH.length).toBeGreaterThanOrEqual(40);
  });

  it.each([...KEEPS_EVERYTHING_EN, ...KEEPS_EVERYTHING_ZH])('%s: keeps everything', async (sentence) => {
    const chat = await busy();
    const before = holdings(chat);
    expect(isCancel({ text: sentence, files: [] })).toBe(false);
    expect(isForgetSaid(sentence)).toBe(false);
    const { plans } = await chat.say(sentence);
    expect(plans.map(({ operation }) => operation)).not.toContain('forget');
    expect(plans.map(({ operation }) => operation)).not.toContain('cancel');
    expect(chat.forgotten).toBe(null);
    expect(chat.state.forgetting ?? null).toBe(null);
    expect(holdings(chat)).toEqual(expect.arrayContaining(before));
  });

  it('is found at once in whatever is pasted', () => {
    const pasted = ['"', "'", '`', ' ', ',', '!', '<@', '@', '>', 'please ', '请', 'forget everything. '];
    const started = performance.now();
    for (const piece of pasted) expect(isForgetSaid(piece.repeat(100_000))).toBe(false);
    for (const piece of pasted.slice(0, -1)) expect(isForgetSaid(piece.repeat(1_990 / piece.length))).toBe(false);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('never asks for deletion, whatever of the editing vocabulary it is made of', () => {
    const verbs =
      'delete,erase,wipe,forget,remove,clear,reset,purge,drop,cancel,undo,hide,start over with,get rid of,do not delete,never forget';
    const things =
      'the colours,all filters,the overlay,the small ponds,everything under one acre,everything except water,the second scene,region 3,water,' +
      'all buildings,the last result,my filter,the legend,nothing,anything,everything here but the lake,all of the trees,the conversation about water,' +
      'my data from the table,our images of 2020,it when you are done,the history of this river';
    const frames = ['%', 'please %', '% now', 'can you % for me', '%, then show water', 'I want to %', '% and zoom in'];
    const verbsZh = '删除,清除,清空,重置,忘记,忘掉,抹掉,取消,不要删除,别忘记,重新开始';
    const thingsZh =
      '颜色,所有筛选,叠加,小池塘,一亩以下的,水体以外的,第二张图,第3块,水体,全部建筑,上一个结果,图例,对话里的水体,数据表';
    const english = verbs
      .split(',')
      .flatMap((verb) =>
        things.split(',').flatMap((thing) => frames.map((frame) => frame.replace('%', `${verb} ${thing}`))),
      );
    const chinese = verbsZh
      .split(',')
      .flatMap((verb) =>
        thingsZh
          .split(',')
          .flatMap((thing) => [verb + thing, `请${verb}${thing}吧`, `把${thing}${verb}`, `${thing}，${verb}`]),
      );
    const asked = [...english, ...chinese].filter((text) => {
      const plans = planByGrammar(messageOf(text), emptyState);
      return isForgetSaid(text) || isCancel({ text, files: [] }) || plans.some((plan) => plan.operation === 'forget');
    });
    expect(asked).toEqual([]);
  });
});

describe('a sentence of the list', () => {
  it.each(ASKS)('%s: is a question, and nothing goes', async (sentence) => {
    const chat = await busy();
    const before = holdings(chat);
    const reply = await chat.say(sentence);
    expect(reply.plans.map(({ operation }) => operation)).toEqual(['forget']);
    expect(chat.forgotten).toBe(null);
    expect(holdings(chat)).toEqual(before);
    expect(isForgetSaid(sentence)).toBe(true);
    expect(isCancel({ text: sentence, files: [] })).toBe(false);
  });

  it.each([
    'Forget everything!',
    'please forget everything',
    'FORGET EVERYTHING, PLEASE.',
    '@spex-chat forget everything',
    '<@U123> could you please forget everything? Thanks!',
    'Let’s start over.',
    '请全部忘记吧。',
    '麻烦你删除我的数据，谢谢',
  ])('%s: is the same with another case, politeness, punctuation or a mention', (sentence) => {
    expect(isForgetSaid(sentence)).toBe(true);
    expect(planByGrammar(messageOf(sentence), emptyState)).toMatchObject([{ operation: 'forget' }]);
  });

  it('among others is asked last, after what the others want', async () => {
    const chat = new Conversation();
    await chat.say('', ['field.tif']);
    const reply = await chat.say('Forget everything. Show water!');
    expect(reply.plans.map(({ operation }) => operation)).toEqual(['extract', 'forget']);
    expect(textOf(reply)).toContain('1 scene, 1 result and 2 messages');
    expect(isForgetSaid('Forget everything. Show water!')).toBe(false);
    await chat.say('', [], pressed(reply, 'Delete everything'));
    expect(chat.forgotten).toBe('everybody');
  });

  it('with a file counts the file', async () => {
    const chat = new Conversation();
    const reply = await chat.say('forget everything', ['field.tif']);
    expect(textOf(reply)).toContain('1 scene and 1 message');
    expect(isForget({ text: 'forget everything', files: [{ id: '1', name: 'a', source: 'a', size: 1 }] })).toBe(false);
  });
});

describe('the question', () => {
  it('says what goes, and that it cannot be undone, in both languages', async () => {
    const chat = await busy();
    expect(textOf(await chat.say('forget everything'))).toBe(
      'This deletes the whole conversation: 2 scenes, 4 results and 7 messages. It cannot be undone. Shall I delete it?',
    );
    expect(textOf(await chat.say('全部忘记'))).toBe(
      '这会删除整个对话：2 幅影像、4 个结果和 8 条消息。删除后无法恢复。确定删除吗？',
    );
  });

  it('deletes when it is pressed', async () => {
    const chat = await busy();
    const reply = await chat.say('forget everything');
    const done = await chat.say('', [], pressed(reply, 'Delete everything'));
    expect(chat.forgotten).toBe('everybody');
    expect(done.forgotten).toBe(true);
    expect(chat.state.scenes).toEqual([]);
    expect(textOf(done)).toBe("I've deleted this conversation: its scenes, results, files and messages.");
  });

  it('keeps when that is pressed, and is then closed', async () => {
    const chat = await busy();
    const before = holdings(chat);
    const reply = await chat.say('forget everything');
    expect(textOf(await chat.say('', [], pressed(reply, 'Keep everything')))).toBe('OK, nothing was deleted.');
    const late = await chat.say('', [], pressed(reply, 'Delete everything'));
    expect(textOf(late)).toContain('no longer open');
    expect(chat.forgotten).toBe(null);
    expect(holdings(chat)).toEqual(before);
  });

  it('pressed twice deletes nothing the second time', async () => {
    const chat = await busy();
    const reply = await chat.say('forget everything');
    await chat.say('', [], pressed(reply, 'Delete everything'));
    await chat.say('', ['new.tif']);
    await chat.say('', [], pressed(reply, 'Delete everything'));
    expect(chat.forgotten).toBe(null);
    expect(chat.state.scenes.map(({ name }) => name)).toEqual(['new.tif']);
  });

  it.each<[string, (chat: Conversation) => Promise<unknown>]>([
    ['a scene came', (chat) => chat.say('', ['new.tif'])],
    ['something was asked', (chat) => chat.say('show vegetation')],
    ['somebody else asked', (chat) => chat.say('forget me', [], undefined, 'bob')],
    ['it was asked again', (chat) => chat.say('forget everything')],
  ])('is closed once %s', async (_what, happens) => {
    const chat = await busy();
    const reply = await chat.say('forget everything');
    await happens(chat);
    const before = holdings(chat);
    const late = await chat.say('', [], pressed(reply, 'Delete everything'));
    expect(textOf(late)).toContain('no longer open');
    expect(chat.forgotten).toBe(null);
    expect(holdings(chat)).toEqual(before);
  });

  it('is answered by nobody but the person who asked, and stays open meanwhile', async () => {
    const chat = await busy();
    const reply = await chat.say('forget everything');
    for (const label of ['Delete everything', 'Keep everything']) {
      const refused = await chat.say('', [], pressed(reply, label), 'bob');
      expect(textOf(refused)).toContain('Only the person who asked');
      expect(chat.forgotten).toBe(null);
    }
    await chat.say('', [], pressed(reply, 'Delete everything'));
    expect(chat.forgotten).toBe('everybody');
  });

  it('comes for a button of an earlier version, and not where a dialog of the platform has asked', async () => {
    const chat = await busy();
    expect(textOf(await chat.say('', [], [{ operation: 'forget', targets: [] }]))).toContain('cannot be undone');
    expect(chat.forgotten).toBe(null);
    await chat.say('', [], [{ operation: 'forget', targets: [], answer: 'delete' }]);
    expect(chat.forgotten).toBe('everybody');
  });

  it('does not come when there is nothing', async () => {
    const chat = new Conversation();
    expect(textOf(await chat.say('', [], [{ operation: 'forget', targets: [] }]))).toBe(
      'There is nothing here to delete.',
    );
  });
});

describe('among several people', () => {
  const shared = async (): Promise<Conversation> => {
    const chat = new Conversation();
    await chat.say('', ['ada.tif'], undefined, 'ada');
    await chat.say('show water', [], undefined, 'ada');
    await chat.say('', ['bob.tif'], undefined, 'bob');
    await chat.say('show water', [], undefined, 'bob');
    await chat.say('that is wrong, it is shadow', [], undefined, 'bob');
    await chat.say('show NDVI', [], undefined, 'ada');
    return chat;
  };

  it('only whoever began can have the whole conversation deleted; anybody else only what they sent', async () => {
    const chat = await shared();
    const reply = await chat.say('forget everything', [], undefined, 'bob');
    expect(textOf(reply)).toBe(
      'Only the person who started this conversation can delete all of it. ' +
        'This deletes what you sent here: 1 scene, 2 results and 4 messages. What the others sent stays. It cannot be undone. Shall I delete it?',
    );
    const done = await chat.say('', [], pressed(reply, 'Delete what I sent'), 'bob');
    expect(chat.forgotten).toBe('asker');
    expect(done.forgotten).toBeUndefined();
    expect(textOf(done)).toContain('1 scene, 2 results and 4 messages. What everybody else sent is still here.');
    expect(chat.state.scenes.map(({ name }) => name)).toEqual(['ada.tif']);
    expect(chat.state.currentScene).toBe(1);
    expect(chat.state.findings.map(({ sceneId }) => sceneId)).toEqual([chat.state.scenes[0]!.info.id]);
    expect(chat.state.indexFindings).toEqual([]);
    expect(chat.state.complaints).toEqual([]);
    expect(JSON.stringify(chat.state)).not.toContain('bob');

    // Nothing brings it back.
    expect(textOf(await chat.say('undo', [], undefined, 'ada'))).toContain('nothing to undo');
    expect(textOf(await chat.say('show water', [], undefined, 'ada'))).toContain('ada.tif');
  });

  it('whoever began can have all of it deleted, or only what they sent', async () => {
    const chat = await shared();
    const all = await chat.say('forget everything', [], undefined, 'ada');
    expect(textOf(all)).toContain('the whole conversation: 2 scenes, 3 results and 7 messages');
    const own = await chat.say('forget me', [], undefined, 'ada');
    expect(textOf(own)).toContain('what you sent here: 1 scene, 1 result and 5 messages');
    await chat.say('', [], pressed(own, 'Delete what I sent'), 'ada');
    expect(chat.forgotten).toBe('asker');
    expect(chat.state.scenes.map(({ name }) => name)).toEqual(['bob.tif']);
  });

  it('the others are told of what somebody had deleted from elsewhere', async () => {
    const chat = await shared();
    chat.state = { ...chat.state, scenesGone: 1 };
    expect(textOf(await chat.say('show water', [], undefined, 'ada'))).toContain(
      'Somebody has deleted what they sent here: 1 scene with the results.',
    );
    expect(textOf(await chat.say('show water', [], undefined, 'ada'))).not.toContain('Somebody');
  });
});
