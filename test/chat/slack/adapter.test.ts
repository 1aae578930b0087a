import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/domain/message.ts';
import { UserFacingError } from '../../../src/errors.ts';
import { setLogLevel } from '../../../src/log.ts';
import type { Respond } from '../../../src/queue/turn-worker.ts';
import { replyOf } from '../../fakes/messages.ts';
import { elementsOf } from '../../fakes/slack-server.ts';
import { expectWithin, watched } from '../../fakes/watched.ts';
import { isWorking, SlackBench, shownWords, until } from './setup.ts';

setLogLevel('silent');

const PICTURE = PNG.sync.write(new PNG({ width: 2, height: 2 }));

/** While true, 'next' is not answered. */
let holding = false;

/** A dialogue that does on request what can happen. */
const respond: Respond = async ({ message, files, state, isEarlier }, run) => {
  const { count } = (state ?? { count: 0 }) as { count: number };
  const { text } = message;
  if (text === 'break') throw new Error('ENOENT: /home/secret');
  if (text === 'fail') throw new UserFacingError('band-missing', 'This scene has no nir band. Send one that has.');
  if (text === 'help') return { state, reply: replyOf('Try "show vegetation".') };
  if (text === 'slow') {
    run.onProgress({
      stage: 'masking',
      done: 3,
      total: 12,
      sentence: 'Trees stand in the north, not *here* <!channel>.',
    });
    await sleep(60_000, undefined, { signal: run.signal });
  }
  if (text === 'next' && holding) await sleep(60_000, undefined, { signal: run.signal });
  const read = files.map((file) => `${file.name}=${readFileSync(file.path).length}`);
  const said = message.plans ? `pressed ${message.plans[0]!.operation}` : text;
  const earlier = isEarlier ? ['earlier'] : [];
  const reply =
    text === 'show vegetation'
      ? overlay(run.folder)
      : replyOf([`turn ${count + 1}`, said, ...earlier, ...read].join(' '));
  return { state: { count: count + 1 }, reply, lacksScene: text === 'how large is it?' && files.length === 0 };
};

function overlay(folder: string): Reply {
  const artefact = (name: string, mediaType: string, bytes: Buffer) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return { name, path, mediaType, bytes: bytes.length };
  };
  return {
    blocks: [
      { kind: 'headline', title: 'Vegetation · <!channel>', numbers: [{ label: 'Area', value: '42.1 ha' }] },
      { kind: 'picture', artefact: artefact('overlay.png', 'image/png', PICTURE), alt: 'Vegetation, 42.1 ha, 37 %' },
      { kind: 'text', voice: 'measured', text: 'Vegetation covers 42.1 ha.' },
      { kind: 'text', voice: 'model', text: 'It lies in the north.' },
      { kind: 'text', voice: 'limits', text: 'Pixels are 10 m.' },
      {
        kind: 'table',
        caption: 'Largest regions',
        columns: [
          { title: 'Region', align: 'right' },
          { title: 'Area', align: 'right' },
        ],
        rows: [
          ['1', '=HYPERLINK("x")'],
          ['2', '8.7 ha'],
        ],
      },
      { kind: 'details', title: 'How this was computed', lines: ['NDVI, Otsu 0.42'] },
      { kind: 'files', artefacts: [artefact('demo.geojson', 'application/geo+json', Buffer.from('{"a":1}'))] },
      {
        kind: 'actions',
        actions: [
          { label: 'Show water', plans: [{ operation: 'extract', targets: ['water'] }] },
          { label: 'GeoJSON', plans: [{ operation: 'export', targets: ['vegetation'], format: 'geojson' }] },
          { label: 'GeoTIFF', plans: [{ operation: 'export', targets: ['vegetation'], format: 'geotiff' }] },
        ],
      },
    ],
    language: 'en',
    plans: [{ operation: 'extract', targets: ['vegetation'] }],
    facts: [
      { target: 'vegetation', areaM2: 421_000, pixels: 4210, share: 0.37, count: 2, regions: [], validFraction: 1 },
    ],
  };
}

const bench = new SlackBench(respond, { settings: { PARALLEL_CONVERSATIONS: '4', MAX_SCENE_MB: '4' } });
const { slack } = bench;
const scene = (name = 'scene.tif', size = 1000) => slack.addFile('T1', name, Buffer.alloc(size, 'II*'));

beforeAll(() => bench.open());
afterAll(() => bench.close());
afterEach(() => {
  expect(slack.faults.splice(0)).toEqual([]);
  slack.processingMs = 0;
  bench.workspace.rich = true;
});

describe('a conversation', () => {
  it('goes from an upload with a mention to a picture, a press and an export', async () => {
    slack.processingMs = 400;
    const text = `<@${bench.workspace.bot}> show vegetation`;
    const { thread } = await slack.say(bench.workspace, { channel: 'C1', text, files: [scene()] });
    const [answer] = await bench.answered(thread);

    expect(answer!.blocks.map((b) => b.type)).toEqual([
      'header',
      'section',
      'image',
      'section',
      'rich_text',
      'context',
      'data_table',
      'container',
      'actions',
      'context_actions',
    ]);
    expect(answer!.blocks[2].alt_text).toBe('Vegetation, 42.1 ha, 37 %');
    const picture = slack.files.get(answer!.blocks[2].slack_file.id)!;
    expect([picture.bytes.equals(PICTURE), picture.alt, picture.shared]).toEqual([
      true,
      'Vegetation, 42.1 ha, 37 %',
      null,
    ]);
    expect(answer!.blocks[6].rows[1]).toEqual([
      { type: 'raw_text', text: '1' },
      { type: 'raw_text', text: '=HYPERLINK("x")' },
    ]);
    expect(answer!.blocks[7]).toMatchObject({ is_collapsible: true, default_collapsed: true });
    // The words beside the blocks are parsed by Slack.
    expect(answer!.text).toContain('Vegetation · &lt;!channel&gt;: Area 42.1 ha');
    expect(answer!.text).not.toContain('<!');
    const shared = await until(() => slack.answers(bench.workspace, thread).find((m) => m.files.length > 0));
    expect(shared!.files.map((f: { name: string }) => f.name)).toEqual(['demo.geojson']);

    await slack.press(bench.workspace, answer!, /^plans:0/);
    const [, pressed] = await bench.answered(thread, 2);
    expect(shownWords(pressed!)).toContain('turn 2 pressed extract');
    await slack.press(bench.workspace, answer!, /^menu:export/, 'GeoTIFF');
    const third = (await bench.answered(thread, 3))[2]!;
    expect(shownWords(third)).toContain('turn 3 pressed export');

    // In a thread that it is part of it answers without a mention, but not when people turn to each other.
    await slack.say(bench.workspace, { channel: 'C1', text: 'and now?', thread });
    expect(shownWords((await bench.answered(thread, 4))[3]!)).toContain('turn 4 and now?');
    await slack.say(bench.workspace, { channel: 'C1', text: '<@UBOB> look', thread });
    await sleep(600);
    expect(slack.answers(bench.workspace, thread).filter((m) => m.files.length === 0)).toHaveLength(4);
  });

  it('takes a scene that is forwarded to it, and one above a question that was forwarded there', async () => {
    const { workspace } = bench;
    const forwarded = { is_share: true, text: 'from Eve', files: [scene('fwd.tif', 55)] };
    const direct = await slack.say(workspace, { channel: 'D1', text: 'look', attachments: [forwarded] });
    expect(shownWords((await bench.answered(direct.thread))[0]!)).toBe('turn 1 look fwd.tif=55');
    const link = 'https://example.com/cog.tif';
    const linked = await slack.say(workspace, {
      channel: 'C1',
      text: `<@${workspace.bot}> look`,
      attachments: [{ is_share: true, text: `see <${link}>` }],
    });
    expect(shownWords((await bench.answered(linked.thread))[0]!)).toBe(`turn 1 look ${link}`);
  });

  it('is overheard in its threads, which is said to whoever decides; a press of what one person sees counts', async () => {
    const { workspace } = bench;
    const { thread } = await slack.say(workspace, { channel: 'C1', text: `<@${workspace.bot}> show vegetation` });
    const [answer] = await bench.answered(thread);
    await slack.say(workspace, { channel: 'C1', text: 'lol', thread, user: 'UEVE' });
    await slack.press(workspace, answer!, /^plans:0/, undefined, 'UADA', { ephemeral: true });
    expect(shownWords((await bench.answered(thread, 2))[1]!)).toContain('turn 2 pressed extract');
    expect(slack.answers(workspace, thread).filter((m) => m.files.length === 0)).toHaveLength(2);
  });

  it('finds the scene above a question in its thread', async () => {
    const { thread } = await slack.say(bench.workspace, {
      channel: 'C1',
      text: 'our field',
      files: [scene('a.tif', 77)],
    });
    await slack.say(bench.workspace, { channel: 'C1', text: `<@${bench.workspace.bot}> area?`, thread });
    expect(shownWords((await bench.answered(thread))[0]!)).toContain('turn 1 area? a.tif=77');
  });

  it('takes the newest scene of a direct message for a question without one, and no scene for a greeting', async () => {
    await slack.say(bench.workspace, { channel: 'D7', text: 'look', files: [scene('old.tif', 11)] });
    await slack.say(bench.workspace, { channel: 'D7', text: 'look', files: [scene('new.tif', 22)] });
    const greeting = await slack.say(bench.workspace, { channel: 'D7', text: 'hello' });
    expect(shownWords((await bench.answered(greeting.thread))[0]!)).toBe('turn 1 hello');
    const question = await slack.say(bench.workspace, { channel: 'D7', text: 'how large is it?' });
    expect(shownWords((await bench.answered(question.thread))[0]!)).toBe('turn 1 how large is it? earlier new.tif=22');
  });

  it('takes several band files of one message, in a direct message without a mention', async () => {
    const files = [scene('B02.tif', 10), scene('B03.tif', 20), scene('B04.tif', 30)];
    const { thread } = await slack.say(bench.workspace, { channel: 'D1', text: 'look', files });
    expect(shownWords((await bench.answered(thread))[0]!)).toContain('turn 1 look B02.tif=10 B03.tif=20 B04.tif=30');
  });

  it('answers about a scene in private channels and group messages when it is spoken to', async () => {
    for (const [channel, kind] of [
      ['G1', 'group'],
      ['G2', 'mpim'],
    ] as const) {
      const ts = slack.ts();
      const text = `<@${bench.workspace.bot}> hello ${kind}`;
      const event = { type: 'message', channel, ts, user: 'UADA', text, channel_type: kind };
      const files = [scene(`${kind}.tif`, 33)];
      bench.workspace.messages.push({ ...event, blocks: [], files, edits: 0, versions: [] });
      await slack.event('T1', { ...event, subtype: 'file_share', files });
      expect((await bench.answered(ts)).map(shownWords)).toEqual([`turn 1 hello ${kind} ${kind}.tif=33`]);
      await slack.event('T1', { ...event, ts: slack.ts(), text: 'among ourselves' });
    }
    expect(bench.workspace.messages.filter((m) => /^G/.test(m.channel) && m.bot_id)).toHaveLength(2);
  });

  it('loses neither question nor scene when Slack tells them far apart, in whatever order', async () => {
    const mention = { channel: 'C1', user: 'UADA', text: `<@${bench.workspace.bot}> area?` };
    const tell = async (order: readonly ('mention' | 'message')[]): Promise<string[]> => {
      const ts = slack.ts();
      const files = [scene('late.tif', 55)];
      bench.workspace.messages.push({ ...mention, ts, blocks: [], files, edits: 0, versions: [] });
      const events = {
        mention: { type: 'app_mention', ...mention, ts },
        message: { type: 'message', subtype: 'file_share', channel_type: 'channel', ...mention, ts, files },
      };
      for (const one of order) {
        await slack.event('T1', events[one]);
        await sleep(1_500);
      }
      return (await bench.answered(ts)).map(shownWords);
    };
    expect(await tell(['message', 'mention'])).toEqual(['turn 1 area? late.tif=55']);
    expect(await tell(['mention', 'message'])).toEqual(['turn 1 area?', 'turn 2  late.tif=55']);
    expect(await tell(['mention', 'message', 'message', 'mention'])).toHaveLength(2);
  });

  it('speaks the language of whoever asks', async () => {
    bench.workspace.locales.set('ULI', 'zh-CN');
    const { thread } = await slack.say(bench.workspace, { channel: 'D1', text: 'NDVI', user: 'ULI' });
    const [answer] = await bench.answered(thread);
    expect(shownWords(answer!.versions[0]!)).toContain('正在处理…');
  });
});

it('is silent when nobody speaks to it', async () => {
  const { workspace } = bench;
  const before = workspace.messages.length;
  await slack.say(workspace, { channel: 'C1', text: 'a scene for later', files: [scene()] });
  await slack.event('T1', {
    type: 'message',
    channel: 'D1',
    ts: slack.ts(),
    bot_id: 'B9',
    text: 'hi',
    channel_type: 'im',
  });
  await slack.event('T1', {
    type: 'message',
    channel: 'D1',
    ts: slack.ts(),
    user: workspace.bot,
    text: 'me',
    channel_type: 'im',
  });
  await slack.event('T1', {
    type: 'message',
    subtype: 'message_changed',
    channel: 'D1',
    ts: slack.ts(),
    message: { user: 'UADA', text: 'edited' },
    channel_type: 'im',
  });
  await slack.event('T1', {
    type: 'message',
    subtype: 'message_deleted',
    channel: 'D1',
    ts: slack.ts(),
    channel_type: 'im',
  });
  await sleep(700);
  expect(workspace.messages.length).toBe(before + 1); // what the person said
});

it('answers a redelivered event once, also after a restart', async () => {
  const ts = slack.ts();
  bench.workspace.messages.push({
    channel: 'D1',
    ts,
    user: 'UADA',
    text: 'once',
    blocks: [],
    files: [],
    edits: 0,
    versions: [],
  });
  const event = { type: 'message', channel: 'D1', ts, user: 'UADA', text: 'once', channel_type: 'im' };
  await Promise.all([slack.event('T1', event, { id: 'EvX' }), slack.event('T1', event, { id: 'EvX' })]);
  await bench.answered(ts);
  await bench.disconnect();
  await bench.connect();
  await slack.event('T1', event, { id: 'EvX' });
  await sleep(500);
  expect(slack.answers(bench.workspace, ts)).toHaveLength(1);
});

describe('while it works', () => {
  it('shows where it stands, and a press stops it at once', async () => {
    const { thread } = await slack.say(bench.workspace, { channel: 'C1', text: `<@${bench.workspace.bot}> slow` });
    const working = await until(() =>
      slack.answers(bench.workspace, thread).find((m) => shownWords(m).includes('3 of 12')),
    );
    // In a channel only its recipient sees a stream grow; everybody sees an edit.
    expect(slack.calls.some((c) => c.method === 'chat.startStream' && c.args.channel === 'C1')).toBe(false);
    const [plan] = working.blocks;
    expect(plan.type).toBe('plan');
    expect(plan.tasks.map((t: { status: string }) => t.status)).toEqual([
      'complete',
      'complete',
      'complete',
      'in_progress',
      'pending',
    ]);
    await until(() => shownWords(working).includes('Trees stand in the north'));
    const stopped = await watched(async () => {
      await slack.press(bench.workspace, working, /^plans:cancel/);
      return bench.answered(thread);
    });
    const [answer] = stopped.result;
    expectWithin(1_000, stopped.tookMs, stopped);
    expect(shownWords(answer!)).toBe('Stopped.');
  });

  it('streams in a direct message, where the workspace has streams: cards that count, then the explanation, quoted and harmless', async () => {
    const { thread } = await slack.say(bench.workspace, { channel: 'D9', text: 'slow' });
    const working = await until(() => slack.answers(bench.workspace, thread).find((m) => m.stream?.text));
    const of = (method: string) =>
      slack.calls.filter((c) => c.method === method && c.args.channel === 'D9').at(-1)!.args;
    expect(of('chat.startStream')).toMatchObject({
      thread_ts: thread,
      recipient_user_id: 'UADA',
      recipient_team_id: 'T1',
      task_display_mode: 'plan',
    });
    expect(working.stream!.tasks.get('mask')).toMatchObject({ title: 'Draw masks: 3 of 12', status: 'in_progress' });
    expect(working.stream!.text).toBe('> Trees stand in the north, not \\*here\\* &lt;!channel&gt;.\n');
    expect(elementsOf(working.blocks).map((e) => e.text.text)).toEqual(['Cancel']);
    await slack.say(bench.workspace, { channel: 'D9', text: 'stop', thread });
    await bench.answered(thread, 2);
    expect(slack.calls.some((c) => c.method === 'chat.stopStream' && c.args.ts === working.ts)).toBe(true);
  });

  it('goes on by editing when Slack ends the stream, or refuses it for the moment', async () => {
    slack.streamMs = 0;
    const first = await slack.say(bench.workspace, { channel: 'D1', text: 'slow' });
    const edited = await until(() => slack.answers(bench.workspace, first.thread).find((m) => m.edits > 0));
    expect(shownWords(edited)).toContain('3 of 12');
    await slack.say(bench.workspace, { channel: 'D1', text: 'stop', thread: first.thread });
    await bench.answered(first.thread, 2);
    slack.streamMs = 300_000;
    slack.trouble.set('chat.startStream', { times: 1, status: 429, retryAfter: 30 });
    const second = await slack.say(bench.workspace, { channel: 'D1', text: 'quick' });
    const [answer] = await bench.answered(second.thread);
    expect(answer!.versions.map(shownWords)[0]).toContain('Working on it');
    expect(slack.trouble.get('chat.startStream')!.times).toBe(0);
  });

  it('says that it goes on when it is told to end, hands the work back, and goes on', async () => {
    const streamed = await slack.say(bench.workspace, { channel: 'D1', text: 'slow' });
    const working = await until(() => slack.answers(bench.workspace, streamed.thread).find((m) => m.stream?.text));
    holding = true; // or the second question could be answered before the end is asked for
    const waiting = await slack.say(bench.workspace, { channel: 'D1', text: 'next' });
    await until(() => slack.answers(bench.workspace, waiting.thread).find(isWorking));
    await bench.disconnect();
    for (const { thread } of [streamed, waiting]) {
      const [message] = slack.answers(bench.workspace, thread);
      expect(message!.stream).toBeUndefined();
      expect(shownWords(message!)).toBe('I am being stopped. This goes on by itself as soon as I am back.');
    }
    holding = false;
    await bench.connect();
    await until(() => shownWords(working).includes('3 of 12'));
    await slack.say(bench.workspace, { channel: 'D1', text: 'stop', thread: streamed.thread });
    expect((await bench.answered(streamed.thread, 2))[0]!.ts).toBe(working.ts);
    await until(() => slack.answers(bench.workspace, waiting.thread).map(shownWords).join() === 'turn 1 next');
  });

  it('ends the stream of a process that was killed before it answers', async () => {
    const { thread } = await slack.say(bench.workspace, { channel: 'D1', text: 'slow' });
    const working = await until(() => slack.answers(bench.workspace, thread).find((m) => m.stream?.text));
    const { stream } = working;
    await bench.disconnect();
    working.stream = stream; // nobody has ended it
    await bench.connect();
    await slack.say(bench.workspace, { channel: 'D1', text: 'stop', thread });
    const [answer] = await bench.answered(thread, 2);
    expect([answer!.ts, shownWords(answer!)]).toEqual([working.ts, 'Stopped.']);
  });

  it('shows words in a workspace that does not know task cards', async () => {
    bench.workspace.rich = false;
    const { thread } = await slack.say(bench.workspace, { channel: 'D1', text: 'slow' });
    const working = await until(() =>
      slack.answers(bench.workspace, thread).find((m) => shownWords(m).includes('3 of 12')),
    );
    expect(working.blocks.map((b) => b.type)).toEqual(['context', 'actions']);
    await slack.say(bench.workspace, { channel: 'D1', text: 'stop', thread });
    await bench.answered(thread, 2);
    const second = await slack.say(bench.workspace, { channel: 'D1', text: 'show vegetation' });
    const [answer] = await bench.answered(second.thread);
    expect(answer!.blocks.map((b) => b.type)).toEqual([
      'header',
      'section',
      'image',
      'section',
      'rich_text',
      'context',
      'rich_text',
      'context',
      'actions',
    ]);
    expect(elementsOf(answer!.blocks).map((e) => e.type)).toEqual(['button', 'static_select', 'static_select']);
  });
});

describe('what goes wrong', () => {
  it('stays visible where it was asked, in place of the progress', async () => {
    const { workspace } = bench;
    for (const [text, words] of [
      ['fail', 'This scene has no nir band. Send one that has.'],
      ['break', 'I have logged it as'],
      ['help', 'Try "show vegetation".'],
    ] as const) {
      const { thread } = await slack.say(workspace, { channel: 'C1', text: `<@${workspace.bot}> ${text}` });
      const shown = await bench.answered(thread);
      expect(shown.map(shownWords)).toEqual([expect.stringContaining(words)]);
    }
    const direct = await slack.say(workspace, { channel: 'D1', text: 'fail' });
    expect(shownWords((await bench.answered(direct.thread))[0]!)).toContain('no nir band');
  });

  it('is said of files that cannot be had', async () => {
    const { workspace } = bench;
    const failure = async (file: object): Promise<string> => {
      const { thread } = await slack.say(workspace, { channel: 'D1', text: 'look', files: [file] });
      return shownWords((await bench.answered(thread))[0]!);
    };
    const gone = scene();
    slack.files.get(gone.id)!.gone = true;
    expect(await failure(gone)).toContain('no longer in Slack');
    expect(await failure({ ...scene(), mode: 'tombstone' })).toContain('has been deleted in Slack');
    expect(await failure({ ...scene(), url_private_download: 'https://evil.example/x.tif' })).toContain(
      'does not lie in Slack',
    );
    expect(await failure(scene('big.tif', 5_000_000))).toContain('larger than the 4 MiB I accept');
    expect(await failure({ ...scene('big.tif', 5_000_000), size: 10 })).toContain('larger than the 4 MiB I can take');
    const away = scene();
    slack.files.get(away.id)!.redirect = slack.url.replace('127.0.0.1', 'localhost');
    expect(await failure(away)).toContain('files:read'); // Slack sends to its login page who may not read
    const around = scene();
    slack.files.get(around.id)!.redirect = `${slack.url}/login`;
    expect(await failure(around)).toContain('files:read');
    expect(slack.leaked).toEqual([]);
    workspace.scopes.delete('files:read');
    expect(await failure(scene())).toContain('files:read');
    workspace.scopes.add('files:read');
  });

  it('never loses an answer to a rate limit, a broken server or a dropped connection', async () => {
    slack.trouble.set('chat.update', { times: 2, status: 503 });
    slack.trouble.set('files.getUploadURLExternal', { times: 1, status: 429, retryAfter: 1 });
    slack.dropSockets();
    const { thread } = await slack.say(bench.workspace, { channel: 'D1', text: 'show vegetation', files: [scene()] });
    const [answer] = await bench.answered(thread);
    expect(answer!.blocks[2].type).toBe('image');
    expect(slack.answers(bench.workspace, thread).filter((m) => m.files.length === 0)).toHaveLength(1);
  });

  it('is said of a file that Slack hides, or does not tell of', async () => {
    const { workspace } = bench;
    const failure = async (file: object): Promise<string> => {
      const { thread } = await slack.say(workspace, { channel: 'D1', text: 'look', files: [file] });
      return shownWords((await bench.answered(thread))[0]!);
    };
    const { url_private_download: _, ...stub } = scene();
    expect(await failure({ ...stub, mode: 'hidden_by_limit' })).toContain('the free plan shows the newest ones only');
    expect(await failure({ ...stub, file_access: 'access_denied' })).toContain('belongs to another organisation');
    slack.trouble.set('files.info', { times: 1, status: 200, error: 'file_not_found' });
    expect(await failure({ ...stub, file_access: 'check_file_info' })).toContain('belongs to another organisation');
  });

  it('shares files once, however often the answer has to be tried, and never shows work for ever', async () => {
    const { workspace } = bench;
    const shares = (thread: string) => slack.answers(workspace, thread).filter((m) => m.files.length > 0).length;
    slack.trouble.set('chat.update', { times: 3, status: 200, error: 'internal_error' });
    const retried = await slack.say(workspace, { channel: 'D1', text: 'show vegetation', files: [scene()] });
    await until(() => shares(retried.thread) > 0);
    expect(shares(retried.thread)).toBe(1);

    slack.trouble.set('chat.update', { times: 100, status: 200, error: 'is_archived' });
    const archived = { channel: 'C1', text: `<@${workspace.bot}> show vegetation`, user: 'UARC' };
    const { thread } = await slack.say(workspace, archived);
    const direct = () => workspace.messages.find(({ text }) => text?.includes('Slack does not let me post it there'));
    expect((await until(direct)).channel).not.toBe('C1');
    slack.trouble.delete('chat.update');
    expect(shares(thread)).toBe(0);
  });

  it('posts a new message when somebody deleted the one that showed its progress', async () => {
    const { thread } = await slack.say(bench.workspace, { channel: 'D1', text: 'slow' });
    const working = await until(() => slack.answers(bench.workspace, thread).find(isWorking));
    bench.workspace.messages.splice(bench.workspace.messages.indexOf(working), 1);
    await slack.say(bench.workspace, { channel: 'D1', text: 'stop', thread });
    await until(() => slack.answers(bench.workspace, thread).filter((m) => shownWords(m) === 'Stopped.').length === 2);
  });
});

it('answers 20 uploads at once, each in its own thread, none lost, none twice', async () => {
  const uploads = await Promise.all(
    Array.from({ length: 20 }, (_, place) =>
      slack.say(bench.workspace, {
        channel: place % 2 ? 'D1' : 'C1',
        text: `${place % 2 ? '' : `<@${bench.workspace.bot}> `}number ${place}`,
        files: [scene(`scene-${place}.tif`, 100 + place)],
        user: `UP${place % 5}`,
      }),
    ),
  );
  for (const [place, { thread }] of uploads.entries()) {
    const answers = await bench.answered(thread, 1, bench.workspace, 80_000);
    expect(answers.map(shownWords)).toEqual([`turn 1 number ${place} scene-${place}.tif=${100 + place}`]);
  }
}, 90_000);
