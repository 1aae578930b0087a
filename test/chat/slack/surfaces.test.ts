import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { setLogLevel } from '../../../src/log.ts';
import type { Respond } from '../../../src/queue/turn-worker.ts';
import { openDatabase } from '../../../src/stores/database.ts';
import { replyOf } from '../../fakes/messages.ts';
import { expectWithin, watched } from '../../fakes/watched.ts';
import { SlackBench, shownWords, until } from './setup.ts';

setLogLevel('silent');

/** Remembers a scene and a finding, as the dialogue does. */
const respond: Respond = async ({ message, files }, run) => {
  if (message.text === 'slow') await sleep(60_000, undefined, { signal: run.signal });
  const facts = {
    target: 'vegetation',
    areaM2: 421_000,
    pixels: 9,
    share: 0.37,
    count: 1,
    regions: [],
    validFraction: 1,
  };
  const state = { scenes: files.map(({ name }) => ({ name })), findings: [{ refines: null, facts }] };
  const words = [message.text || 'no words', ...files.map(({ name }) => name)].join(' ');
  return { state, reply: replyOf(words, { facts: [facts as never] }) };
};

const bench = new SlackBench(respond);
const { slack } = bench;
const scene = (name: string) => slack.addFile('T1', name, Buffer.from('II*\0scene'));
/** Somebody sends a form as it was shown. */
const submit = ({ callback_id, private_metadata }: { callback_id: string; private_metadata: string }, user: string) =>
  slack.interactive({
    type: 'view_submission',
    team: { id: 'T1' },
    user: { id: user, team_id: 'T1' },
    view: { id: 'V9', team_id: 'T1', type: 'modal', callback_id, private_metadata, state: { values: {} } },
  });
const callsOf = (method: string) => slack.calls.filter((call) => call.method === method).map((call) => call.args);

beforeAll(() => bench.open());
afterAll(() => bench.close());
afterEach(() => {
  expect(slack.faults.splice(0)).toEqual([]);
  slack.calls.length = 0;
});

it('suggests questions when a person opens the conversation with it', async () => {
  await slack.event('T1', { type: 'app_home_opened', user: 'UADA', channel: 'D1', tab: 'messages' });
  const [call] = await until(() => {
    const found = callsOf('assistant.threads.setSuggestedPrompts');
    return found.length > 0 && found;
  });
  expect(call.channel_id).toBe('D1');
  expect(call.prompts.map((p: { message: string }) => p.message)).toContain('show vegetation');
});

it('shows that it works, and Slack’s Stop stops it within a second', async () => {
  const { thread } = await slack.say(bench.workspace, { channel: 'D1', text: 'slow' });
  await until(() =>
    callsOf('agents.sessions.setStatus').some((c) => c.status === 'processing' && c.thread_ts === thread),
  );
  const stopped = await watched(async () => {
    await slack.pressStop(bench.workspace, 'D1', thread);
    return bench.answered(thread);
  });
  expect(shownWords(stopped.result[0]!)).toBe('Stopped.');
  expectWithin(1_000, stopped.tookMs, stopped);
  await until(() => callsOf('agents.sessions.setStatus').at(-1)?.status === 'active');
});

it('lists on its Home tab what a person did, and deletes it when asked', async () => {
  const { workspace } = bench;
  const { thread } = await slack.say(workspace, {
    channel: 'D1',
    text: 'look',
    files: [scene('field <!here>.tif')],
    user: 'UEVE',
  });
  await bench.answered(thread);
  await slack.event('T1', { type: 'app_home_opened', user: 'UEVE', channel: 'D1', tab: 'home' });
  const home = await until(() => workspace.views.get('UEVE'));
  const words = JSON.stringify(home.blocks);
  expect(words).toContain('field &lt;!here&gt;.tif\\nvegetation 42.1 ha\\n<#D1>');
  expect(words).toContain('deleted 30 days after');
  expect(words).not.toContain('<!here>');

  await slack.interactive({
    type: 'block_actions',
    team: { id: 'T1' },
    user: { id: 'UEVE' },
    view: { id: 'V1', team_id: 'T1', type: 'home' },
    container: { type: 'view' },
    actions: [{ type: 'button', action_id: 'home:forget', block_id: 'b', action_ts: '1.1' }],
  });
  const question = await until(() => workspace.views.get('modal'));
  expect(shownWords(question)).toContain('what you sent in 1 conversation: 1 scene, 1 result and 1 message.');
  expect(JSON.stringify(workspace.views.get('UEVE'))).toContain('field');
  await submit(question, 'UEVE');
  const after = await until(() => {
    const view = workspace.views.get('UEVE');
    return JSON.stringify(view).includes("I've deleted what you sent in 1 conversation") && view;
  });
  expect(JSON.stringify(after)).not.toContain('field');
});

it('asks at /scene forget, anew when more was said, and leaves what others sent', async () => {
  const { workspace } = bench;
  const say = (text: string, user: string, thread?: string) =>
    slack.say(workspace, { channel: 'C1', text, user, ...(thread ? { thread } : {}) });
  const { thread } = await say(`<@${workspace.bot}> mine`, 'UBEA');
  await bench.answered(thread);
  await say(`<@${workspace.bot}> and mine`, 'UEVE', thread);
  await bench.answered(thread, 2);
  workspace.views.delete('modal');
  await slack.command(workspace, 'C1', 'forget', 'UEVE');
  const question = await until(() => workspace.views.get('modal'));
  expect(shownWords(question)).toContain('what you sent in 1 conversation: 1 message.');

  await say(`<@${workspace.bot}> mine again`, 'UEVE', thread);
  await bench.answered(thread, 3);
  const { response_action, view } = await submit(question, 'UEVE');
  expect(response_action).toBe('update');
  expect(shownWords(view)).toContain('2 messages');
  expect(workspace.ephemerals.filter(({ user }) => user === 'UEVE')).toEqual([]);

  await submit(view, 'UEVE');
  const told = await until(() => workspace.ephemerals.find(({ user }) => user === 'UEVE'));
  expect(told.text).toContain("I've deleted what you sent in 1 conversation.");
  // The thread is still Bea's, and Eve has nothing left to delete.
  await slack.command(workspace, 'C1', 'forget', 'UEVE');
  const empty = await until(
    () =>
      shownWords(workspace.views.get('modal')!).includes('I keep nothing of yours.') && workspace.views.get('modal'),
  );
  expect(empty.submit).toBeUndefined();
  await slack.command(workspace, 'C1', 'forget', 'UBEA');
  await until(() => shownWords(workspace.views.get('modal')!).includes('1 message.'));
});

it('speaks the language that a person has chosen on the Home tab, until it is told to forget', async () => {
  const { workspace } = bench;
  const press = (action: object) =>
    slack.interactive({
      type: 'block_actions',
      team: { id: 'T1' },
      user: { id: 'ULEE' },
      view: { id: 'V1', team_id: 'T1', type: 'home' },
      container: { type: 'view' },
      actions: [{ block_id: 'b', action_ts: slack.ts(), ...action }],
    });
  const home = async (action: object): Promise<string> => {
    workspace.views.delete('ULEE');
    await press(action);
    return JSON.stringify(await until(() => workspace.views.get('ULEE')));
  };
  const chosen = await home({
    type: 'static_select',
    action_id: 'home:language',
    selected_option: { value: 'zh', text: { type: 'plain_text', text: '中文' } },
  });
  expect(chosen).toMatch(/设置.*"initial_option":\{"value":"zh"/);
  const { thread } = await slack.say(workspace, { channel: 'D1', text: '', files: [scene('z.tif')], user: 'ULEE' });
  expect(shownWords((await bench.answered(thread))[0]!.versions[0]!)).toContain('正在处理…');
  workspace.views.delete('modal');
  await press({ type: 'button', action_id: 'home:forget' });
  await submit(await until(() => workspace.views.get('modal')), 'ULEE');
  await slack.event('T1', { type: 'app_home_opened', user: 'ULEE', channel: 'D1', tab: 'home' });
  await until(() => JSON.stringify(workspace.views.get('ULEE')).includes('"initial_option":{"value":"slack"'));
});

it('takes a scene and a question from the form', async () => {
  const { workspace } = bench;
  workspace.views.delete('modal');
  await slack.command(workspace, 'C1', '');
  const form = await until(() => workspace.views.get('modal'));
  expect(form.blocks[0].element).toMatchObject({ type: 'file_input', max_files: 10 });
  await slack.interactive({
    type: 'view_submission',
    team: { id: 'T1' },
    user: { id: 'UADA', team_id: 'T1' },
    view: {
      id: 'V77',
      team_id: 'T1',
      type: 'modal',
      callback_id: form.callback_id,
      state: {
        values: {
          files: { files: { type: 'file_input', files: [scene('form.tif')] } },
          question: { question: { type: 'plain_text_input', value: 'water?' } },
        },
      },
    },
  });
  const root = await until(() => workspace.messages.find((m) => m.channel === 'DUADA'));
  expect(shownWords((await bench.answered(root.ts))[0]!)).toContain('water? form.tif');
});

it('takes a link for a scene: in the form, with /scene, in a message, and above a question', async () => {
  const { workspace } = bench;
  const link = 'https://sentinel-cogs.s3.us-west-2.amazonaws.com/a/TCI.tif';
  const submit = (id: string, question: string) =>
    slack.interactive({
      type: 'view_submission',
      team: { id: 'T1' },
      user: { id: 'UADA', team_id: 'T1' },
      view: {
        id,
        team_id: 'T1',
        type: 'modal',
        callback_id: 'new_scene',
        state: { values: { question: { question: { type: 'plain_text_input', value: question } } } },
      },
    });
  expect((await submit('V78', 'water?')).errors.files).toContain('Add a file here, or put a link');
  const answersTo = async (act: () => Promise<unknown>): Promise<string> => {
    const before = workspace.messages.length;
    await act();
    const root = await until(() => workspace.messages.slice(before).find((m) => m.channel === 'DUADA' && !m.thread_ts));
    return shownWords((await bench.answered(root.ts))[0]!).split('\n')[0]!;
  };
  expect(await answersTo(() => submit('V79', `water? ${link}`))).toBe(`water? ${link}`);
  expect(await answersTo(() => slack.command(workspace, 'C1', `<${link}> show water`))).toBe(`${link} show water`);
  // What is wrong with a link is said where it would be read.
  const malformed = 'https://a:99999999/a.tif show water';
  expect(await answersTo(() => slack.command(workspace, 'C1', malformed))).toBe(malformed);

  const said = await slack.say(workspace, { channel: 'C1', text: `ours: <${link}|the scene>` });
  await slack.say(workspace, { channel: 'C1', text: `<@${workspace.bot}> area?`, thread: said.thread });
  expect(shownWords((await bench.answered(said.thread))[0]!)).toContain(`area? ${link}\n`);
});

it('explains itself to whoever types /scene help', async () => {
  const response = await slack.command(bench.workspace, 'C1', 'help');
  expect(response.response_type).toBe('ephemeral');
  expect(response.text).toContain('/scene forget');
});

it('answers about the scene of a message by the shortcut', async () => {
  const { workspace } = bench;
  const { thread } = await slack.say(workspace, { channel: 'C1', text: 'ours', files: [scene('short.tif')] });
  const shortcut = (ts: string, channel = 'C1') =>
    slack.interactive({
      type: 'message_action',
      callback_id: 'analyse_scene',
      team: { id: 'T1' },
      user: { id: 'UADA' },
      channel: { id: channel },
      action_ts: slack.ts(),
      message_ts: ts,
      message: workspace.messages.find((m) => m.ts === ts)!,
      response_url: `${slack.url}/response`,
    });
  await shortcut(thread);
  expect(shownWords((await bench.answered(thread))[0]!)).toContain('no words short.tif');
  expect(workspace.ephemerals.at(-1)).toMatchObject({
    user: 'UADA',
    text: 'I am looking at it. The answer comes into the thread of that message.',
  });

  // To whoever asked only, and with the next step.
  const bare = await slack.say(workspace, { channel: 'C1', text: 'no scene' });
  await shortcut(bare.ts);
  workspace.absent.add('C9');
  const away = await slack.say(workspace, { channel: 'C9', text: '', files: [scene('away.tif')] });
  await shortcut(away.ts, 'C9');
  await until(() => slack.responses.length === 2);
  expect(slack.responses).toEqual([
    { response_type: 'ephemeral', text: 'That message has no file. Use this on a message with a scene.' },
    {
      response_type: 'ephemeral',
      text: `I am not in this channel. Invite me with /invite <@${workspace.bot}> and try again.`,
    },
  ]);
  expect([bare, away].flatMap(({ ts }) => slack.answers(workspace, ts))).toEqual([]);
});

it('keeps what a person thinks of an answer', async () => {
  const { thread } = await slack.say(bench.workspace, { channel: 'D1', text: 'rate me' });
  const [answer] = await bench.answered(thread);
  await slack.press(bench.workspace, answer!, /^feedback/, 'good');
  await slack.press(bench.workspace, answer!, /^feedback/, 'bad', 'UBOB');
  await slack.press(bench.workspace, answer!, /^feedback/, 'bad');
  await sleep(300);
  expect(slack.answers(bench.workspace, thread)).toHaveLength(1); // it is not a question
  await bench.disconnect();
  const database = await openDatabase({ dataDir: bench.folder });
  const kept = await database.query('SELECT conversation, handle, author, good FROM rating ORDER BY author');
  await database.close();
  await bench.connect();
  const of = { conversation: `slack:T1:D1:${thread}`, handle: answer!.ts };
  // Whoever thinks again is asked once.
  expect(kept).toEqual([
    { ...of, author: 'T1:UADA', good: false },
    { ...of, author: 'T1:UBOB', good: false },
  ]);
});

it('deletes what a deleted file was part of, and everything of a workspace that uninstalls it', async () => {
  const { workspace } = bench;
  const file = scene('private.tif');
  const first = await slack.say(workspace, { channel: 'D1', text: 'keep', files: [file], user: 'UFAY' });
  await bench.answered(first.thread);
  const second = await slack.say(workspace, { channel: 'D1', text: 'other', files: [scene('b.tif')], user: 'UFAY' });
  await bench.answered(second.thread);
  const listed = async (): Promise<string> => {
    workspace.views.delete('UFAY');
    await slack.event('T1', { type: 'app_home_opened', user: 'UFAY', channel: 'D1', tab: 'home' });
    return JSON.stringify(await until(() => workspace.views.get('UFAY')));
  };
  expect(await listed()).toMatch(/b\.tif.*private\.tif/);
  await slack.event('T1', { type: 'file_deleted', file_id: file.id });
  const left = await until(async () => {
    const now = await listed();
    return !now.includes('private.tif') && now;
  });
  expect(left).toContain('b.tif');
  await slack.event('T1', { type: 'tokens_revoked', tokens: { bot: [workspace.bot] } });
  await until(async () => (await listed()).includes('Nothing yet.'));
});

it('gives up a call that Slack cannot answer after six attempts, not after the hundred of Socket Mode', async () => {
  const trouble = { times: 100, status: 503 };
  slack.trouble.set('views.publish', trouble);
  await slack.event('T1', { type: 'app_home_opened', user: 'UADA', channel: 'D1', tab: 'home' });
  await until(() => trouble.times === 94, 60_000);
  await sleep(6_000); // the longest pause is five seconds
  expect(trouble.times).toBe(94);
  slack.trouble.delete('views.publish');
});

it('asks a workspace without agents for their status once', async () => {
  const old = slack.install('T2', { rich: false });
  await bench.disconnect();
  bench.workspace = old;
  await bench.connect();
  for (const text of ['one', 'two']) {
    const { thread } = await slack.say(old, { channel: 'D2', text });
    await bench.answered(thread, 1, old);
  }
  expect(slack.refused.filter((call) => call === 'T2 agents.sessions.setStatus')).toHaveLength(1);
});

it('answers in a quiet channel only who mentions it, until it is to listen again', async () => {
  const { workspace } = bench;
  const told = (text: string) => slack.command(workspace, 'C1', text);
  const { thread } = await slack.say(workspace, { channel: 'C1', text: `<@${workspace.bot}> one`, user: 'UQUI' });
  await bench.answered(thread);
  expect((await told('quiet')).text).toContain('only who mentions me');
  await slack.say(workspace, { channel: 'C1', text: 'unheard', thread, user: 'UQUI' });
  await slack.say(workspace, { channel: 'C1', text: `<@${workspace.bot}> two`, thread, user: 'UQUI' });
  expect(shownWords((await bench.answered(thread, 2))[1]!)).toContain('two');
  expect((await told('listen')).text).toContain('without a mention');
  await slack.say(workspace, { channel: 'C1', text: 'three', thread, user: 'UQUI' });
  expect(shownWords((await bench.answered(thread, 3))[2]!)).toContain('three');
});
