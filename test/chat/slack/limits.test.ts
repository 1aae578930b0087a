import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PatientClient } from '../../../src/chat/slack/patient-client.ts';
import { setLogLevel } from '../../../src/log.ts';
import type { Respond } from '../../../src/queue/turn-worker.ts';
import { replyOf } from '../../fakes/messages.ts';
import { ADA, type FakeWorkspace } from '../../fakes/slack-server.ts';
import { isWorking, SlackBench, until } from './setup.ts';

setLogLevel('silent');

/** What Slack asks one of us to wait; whoever has to wait as well is told apart from who has not. */
const WAIT_S = 20;
const SOON_MS = 8_000;

const respond: Respond = async ({ message }, run) => {
  if (message.text === 'slow') {
    for (let done = 0; done < 12; done++) {
      run.onProgress({ stage: 'masking', done, total: 12 });
      await sleep(500, undefined, { signal: run.signal });
    }
  }
  return { state: {}, reply: replyOf(`done ${message.text}`) };
};

const bench = new SlackBench(respond, { way: 'oauth', settings: { PARALLEL_CONVERSATIONS: '16' } });
const { slack } = bench;
let [one, other]: FakeWorkspace[] = [];

beforeAll(async () => {
  await bench.open();
  one = await bench.install('T1');
  other = await bench.install('T2');
});
afterAll(() => bench.close());

/** Milliseconds from a message to its answer. */
async function ask(workspace: FakeWorkspace, channel: string, text: string, thread?: string): Promise<number> {
  const begun = performance.now();
  const said = await slack.say(workspace, { channel, text, ...(thread ? { thread } : {}) });
  await bench.answered(said.thread, 1, workspace, 90_000);
  return performance.now() - begun;
}

describe('a limit of Slack', () => {
  it('on asking for files holds up neither another workspace nor another person', async () => {
    slack.trouble.set('files.info', { times: 2, status: 429, retryAfter: WAIT_S });
    for (const id of ['F0A', 'F0B']) {
      const files = [{ id, file_access: 'check_file_info' }];
      void slack.event('T1', {
        type: 'message',
        subtype: 'file_share',
        channel_type: 'im',
        channel: 'D1',
        ts: slack.ts(),
        user: ADA,
        text: 'x',
        files,
      });
    }
    await sleep(200);
    expect(await ask(other!, 'D2', 'hello')).toBeLessThan(SOON_MS);
    expect(await ask(one!, 'D3', 'hello')).toBeLessThan(SOON_MS);
    slack.trouble.clear();
  });

  it('on reading a thread holds up only that question, and that one briefly', async () => {
    const root = await slack.say(one!, { channel: 'C1', text: 'our field' });
    slack.trouble.set('conversations.replies', { times: 1, status: 429, retryAfter: WAIT_S });
    const mention = ask(one!, 'C1', `<@${one!.bot}> area?`, root.thread);
    expect(await ask(one!, 'D4', 'hello')).toBeLessThan(SOON_MS);
    expect(await mention).toBeLessThan(SOON_MS);
    slack.trouble.clear();
  });

  it('on progress, and on one answer, lets the other answers of the workspace through; the one comes when it may', async () => {
    one!.rich = false;
    const { thread } = await slack.say(one!, { channel: 'D1', text: 'slow' });
    await until(() => slack.answers(one!, thread).find(isWorking));
    slack.trouble.set('chat.update', { times: 1, status: 429, retryAfter: 2 });
    await sleep(4_000);
    expect(slack.trouble.get('chat.update')!.times).toBe(0);
    await bench.answered(thread, 1, one!, 90_000);
    one!.rich = true;
  });

  it('on one method leaves the others alone, also for whoever waits', async () => {
    const client = new PatientClient(one!.token, { slackApiUrl: slack.apiUrl });
    slack.trouble.set('users.info', { times: 1, status: 429, retryAfter: 3 });
    const begun = performance.now();
    const waiting = client.users.info({ user: ADA });
    await until(() => slack.trouble.get('users.info')!.times === 0);
    expect((await client.auth.test()).ok).toBe(true);
    expect(performance.now() - begun).toBeLessThan(2_500);
    expect((await waiting).ok).toBe(true);
    expect(performance.now() - begun).toBeGreaterThan(3_000);
    slack.trouble.clear();
  });

  it('that holds in twenty workspaces loses and doubles nothing, and no other workspace waits', async () => {
    const teams = await Promise.all(Array.from({ length: 40 }, (_, n) => bench.install(`TL${n}`)));
    for (const { team } of teams.slice(0, 20)) slack.limited.set(team, { perMinute: 60, atOnce: 2 });
    const free = teams.slice(20).map((workspace) => ask(workspace, 'D1', 'hello'));
    const held = teams.slice(0, 20).flatMap((workspace) => ['D1', 'D2', 'D3'].map((at) => ask(workspace, at, 'hello')));
    const waits = await Promise.all(free);
    await Promise.all(held);
    for (const workspace of teams) {
      const answers = workspace.messages.filter((message) => message.user === workspace.bot && !isWorking(message));
      expect(answers.map(({ text }) => text)).toEqual(answers.map(() => 'done hello'));
      expect(answers).toHaveLength(teams.indexOf(workspace) < 20 ? 3 : 1);
    }
    expect(Math.max(...waits)).toBeLessThan(20_000);
    slack.limited.clear();
  });
});
