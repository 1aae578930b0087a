import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Working } from '../../../src/chat/slack/progress.ts';
import { createStreams, escapeMarkdown } from '../../../src/chat/slack/stream.ts';
import { singleWorkspace } from '../../../src/chat/slack/workspaces.ts';
import { setLogLevel } from '../../../src/log.ts';
import { FakeSlack } from '../../fakes/slack-server.ts';
import { until } from './setup.ts';

setLogLevel('silent');

const slack = new FakeSlack();
beforeAll(() => slack.start());
afterAll(() => slack.stop());

const WORKING: Working = {
  progress: { stage: 'queued', done: 0, total: 0 },
  sentences: [],
  language: 'en',
  mark: 'm1',
};

it('ends a stream before Slack does, and says that the message has to be edited from then on', async () => {
  const workspace = slack.install('T1');
  const root = slack.ts();
  workspace.messages.push({
    channel: 'D1',
    ts: root,
    user: 'U1',
    text: '',
    blocks: [],
    files: [],
    edits: 0,
    versions: [],
  });
  const streams = createStreams(async () => singleWorkspace(workspace.token, slack.apiUrl).of('T1'), 300);
  const stream = (await streams.begin({ team: 'T1', channel: 'D1', thread: root }, 'U1', WORKING))!;
  const message = workspace.messages.find(({ ts }) => ts === stream.ts)!;
  expect(message.stream).toBeDefined();
  await until(() => message.stream === undefined);
  await sleep(50);
  expect(await stream.append({ ...WORKING, sentences: ['late'] })).toBe(false);
  expect(slack.faults).toEqual([]);
});

it('writes words in which nothing formats or pings', () => {
  expect(escapeMarkdown('*a* _b_ [c](d) `e` <!here> & \\\n~f~')).toBe(
    '\\*a\\* \\_b\\_ \\[c\\](d) \\`e\\` &lt;!here&gt; &amp; \\\\ \\~f\\~',
  );
  expect(escapeMarkdown('1. one')).toBe('\u200b1. one');
});
