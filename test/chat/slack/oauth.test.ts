import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setLogLevel } from '../../../src/log.ts';
import type { Respond } from '../../../src/queue/turn-worker.ts';
import { type Database, openDatabase } from '../../../src/stores/database.ts';
import { replyOf } from '../../fakes/messages.ts';
import { CLIENT_ID, type FakeWorkspace } from '../../fakes/slack-server.ts';
import { SlackBench, shownWords } from './setup.ts';

setLogLevel('silent');

/** Says what it was sent. */
const respond: Respond = async ({ message, files, state }) => {
  const { count } = (state ?? { count: 0 }) as { count: number };
  const read = files.map((file) => `${file.name}=${readFileSync(file.path).length}`);
  return { state: { count: count + 1 }, reply: replyOf([`turn ${count + 1}`, message.text, ...read].join(' ')) };
};

const TEAMS = ['T1', 'T2', 'T3', 'T4', 'T5'];
const bench = new SlackBench(respond, { way: 'oauth', settings: { PARALLEL_CONVERSATIONS: '4' } });
const { slack } = bench;

beforeAll(() => bench.open());
afterAll(() => bench.close());
afterEach(() => expect(slack.faults.splice(0)).toEqual([]));

describe('installing', () => {
  it('asks Slack for the scopes of the manifest, with a state that only this browser can bring back', async () => {
    const { status, location, cookie } = await bench.visit('/slack/install');
    const asked = Object.fromEntries(new URL(location!).searchParams);
    const manifest = JSON.parse(readFileSync('deploy/slack/manifest.http.json', 'utf8'));
    expect([status, asked.client_id]).toEqual([302, CLIENT_ID]);
    expect(asked.scope!.split(',')).toEqual(manifest.oauth_config.scopes.bot);
    expect(cookie).toContain(asked.state);
  });

  it('refuses who comes back without the state, with somebody else’s, with a forged one, or having said no', async () => {
    const mine = await bench.visit('/slack/install');
    const other = await bench.visit('/slack/install');
    const stateOf = ({ location }: { location: string | null }) => new URL(location!).searchParams.get('state')!;
    const back = async (query: Record<string, string>, cookie: string) =>
      (await bench.visit(`/slack/oauth_redirect?${new URLSearchParams(query)}`, cookie)).status;
    const forged = `${stateOf(mine).slice(0, -4)}AAAA`;
    expect([
      await back({ code: 'c' }, mine.cookie!),
      await back({ code: 'c', state: stateOf(mine) }, ''),
      await back({ code: 'c', state: stateOf(other) }, mine.cookie!),
      await back({ code: 'c', state: forged }, mine.cookie!.replace(stateOf(mine), forged)),
      await back({ error: 'access_denied', state: stateOf(mine) }, mine.cookie!),
      await back({ code: 'never-given', state: stateOf(mine) }, mine.cookie!),
    ]).toEqual([400, 400, 400, 400, 500, 500]);
    expect(slack.workspaces.size).toBe(0);
  });
});

it('answers 20 uploads from 5 workspaces at once, each in its own thread, none lost, none twice', async () => {
  const workspaces: FakeWorkspace[] = [];
  for (const team of TEAMS) workspaces.push(await bench.install(team));
  const uploads = await Promise.all(
    Array.from({ length: 20 }, async (_, place) => {
      const workspace = workspaces[place % 5]!;
      const direct = place % 2 === 1;
      const said = await slack.say(workspace, {
        channel: direct ? 'D1' : 'C1',
        text: `${direct ? '' : `<@${workspace.bot}> `}number ${place}`,
        files: [slack.addFile(workspace.team, `scene-${place}.tif`, Buffer.alloc(100 + place, 'II*'))],
      });
      return { workspace, thread: said.thread };
    }),
  );
  for (const [place, { workspace, thread }] of uploads.entries()) {
    const answers = await bench.answered(thread, 1, workspace, 80_000);
    expect(answers.map(shownWords)).toEqual([`turn 1 number ${place} scene-${place}.tif=${100 + place}`]);
  }
  for (const { messages } of workspaces) expect(messages).toHaveLength(8); // four questions, four answers
}, 120_000);

it('keeps the tokens where nobody can read them, and knows them after a restart', async () => {
  const workspace = slack.workspaces.get('T2')!;
  const kept = await whileClosed((database) =>
    database.query<{ name: string }>('SELECT name FROM secret ORDER BY name'),
  );
  expect(kept.map(({ name }) => name)).toEqual(TEAMS.map((team) => `slack:installation:${team}`));
  const { thread } = await slack.say(workspace, { channel: 'D1', text: 'again' });
  expect((await bench.answered(thread, 1, workspace)).map(shownWords)).toEqual(['turn 1 again']);
});

it('forgets a workspace that throws it out, and no other; it may come back', async () => {
  const gone = slack.workspaces.get('T3')!;
  const { thread } = await slack.say(gone, { channel: 'D1', text: 'before' });
  await bench.answered(thread, 1, gone);
  await slack.uninstall('T3');
  await sleep(3_000); // the events are acknowledged before anything is deleted
  const left = await whileClosed(async (database) => ({
    secrets: await database.query<{ name: string }>('SELECT name FROM secret ORDER BY name'),
    turns: await database.query<{ team: string }>(
      `SELECT DISTINCT split_part(conversation, ':', 2) AS team FROM turn ORDER BY team`,
    ),
  }));
  expect(left.secrets.map(({ name }) => name.slice(-2))).toEqual(['T1', 'T2', 'T4', 'T5']);
  expect(left.turns.map(({ team }) => team)).toEqual(['T1', 'T2', 'T4', 'T5']);

  const again = await bench.install('T3');
  const back = await slack.say(again, { channel: 'D1', text: 'back' });
  expect((await bench.answered(back.thread, 1, again)).map(shownWords)).toEqual(['turn 1 back']);
});

/** Looks into the database between two lives of the app; no token may lie in its files. */
async function whileClosed<Found>(look: (database: Database) => Promise<Found>): Promise<Found> {
  await bench.disconnect();
  const database = await openDatabase({ dataDir: bench.folder });
  const found = await look(database);
  await database.close();
  const files = readdirSync(join(bench.folder, 'db'), { recursive: true, withFileTypes: true });
  const bytes = files.filter((f) => f.isFile()).map((f) => readFileSync(join(f.parentPath, f.name)));
  expect(bytes.length).toBeGreaterThan(10);
  for (const { token } of slack.workspaces.values()) expect(bytes.some((b) => b.includes(token))).toBe(false);
  // The search would find it: what people said lies there as it is.
  expect(bytes.some((b) => b.includes('number 7'))).toBe(true);
  await bench.connect();
  return found;
}
