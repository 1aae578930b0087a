import { afterAll, beforeAll, expect, it } from 'vitest';
import { setLogLevel } from '../../../src/log.ts';
import { replyOf } from '../../fakes/messages.ts';
import { SlackBench, shownWords } from './setup.ts';

setLogLevel('silent');

const bench = new SlackBench(async ({ message }) => ({ state: {}, reply: replyOf(`heard ${message.text}`) }), {
  way: 'http',
});
const { slack } = bench;

beforeAll(() => bench.open());
afterAll(() => bench.close());

const send = (body: string, headers: Record<string, string>): Promise<Response> =>
  fetch(slack.requestUrl!, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

const eventBody = (ts: string, text: string): string => {
  bench.workspace.messages.push({
    channel: 'D1',
    ts,
    user: 'UADA',
    text,
    blocks: [],
    files: [],
    edits: 0,
    versions: [],
  });
  return JSON.stringify({
    type: 'event_callback',
    team_id: 'T1',
    event_id: `Ev${ts}`,
    event: { type: 'message', channel: 'D1', channel_type: 'im', ts, user: 'UADA', text },
    authorizations: [{ team_id: 'T1', user_id: 'UBOT', is_bot: true }],
  });
};

it('answers what Slack has signed, once however often it is sent', async () => {
  const ts = slack.ts();
  const body = eventBody(ts, 'signed');
  expect((await send(body, slack.signed(body))).status).toBe(200);
  const retry = { ...slack.signed(body), 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' };
  expect((await send(body, retry)).status).toBe(200);
  const answers = await bench.answered(ts);
  expect(answers.map(shownWords)).toEqual(['heard signed']);
});

it('refuses what is not signed, signed by somebody else, changed, or old', async () => {
  const ts = slack.ts();
  const body = eventBody(ts, 'forged');
  const good = slack.signed(body);
  const statuses = [
    await send(body, {}),
    await send(body, { ...good, 'x-slack-signature': `v0=${'0'.repeat(64)}` }),
    await send(body.replace('forged', 'f0rged'), good),
    await send(body, slack.signed(body, Math.floor(Date.now() / 1000) - 6 * 60)),
  ].map(({ status }) => status);
  expect(statuses).toEqual([401, 401, 401, 401]);
  expect(slack.answers(bench.workspace, ts)).toEqual([]);
});

it('answers Slack’s question whether the address is ours', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'c-123' });
  const response = await send(body, slack.signed(body));
  expect(await response.json()).toEqual({ challenge: 'c-123' });
});
