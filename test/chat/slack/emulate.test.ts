import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { webApi } from '@slack/bolt';
import { createEmulator, type Emulator } from 'emulate';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setLogLevel } from '../../../src/log.ts';
import type { Respond } from '../../../src/queue/turn-worker.ts';
import { replyOf } from '../../fakes/messages.ts';
import { CLIENT_ID, CLIENT_SECRET } from '../../fakes/slack-server.ts';
import { freePort, SlackBench, until } from './setup.ts';

setLogLevel('silent');

/**
 * A second opinion on files and OAuth, from a Slack that we did not write: the package `emulate`. It knows neither Socket
 * Mode nor streams nor agents, so this is also a workspace of before.
 */
const PICTURE = PNG.sync.write(new PNG({ width: 2, height: 2 }));
const SCENE = Buffer.concat([Buffer.from('II*\0'), randomBytes(5_000)]);
const USER_TOKEN = 'xoxp-somebody';

let read: Buffer | null = null;
const respond: Respond = async ({ files }, run) => {
  read = readFileSync(files[0]!.path);
  const artefact = (name: string, mediaType: string, bytes: Buffer) => {
    const path = join(run.folder, name);
    writeFileSync(path, bytes);
    return { name, path, mediaType, bytes: bytes.length };
  };
  const blocks = [
    { kind: 'picture', artefact: artefact('overlay.png', 'image/png', PICTURE), alt: 'Vegetation, 42.1 ha' },
    { kind: 'files', artefacts: [artefact('demo.geojson', 'application/geo+json', Buffer.from('{"a":1}'))] },
  ] as const;
  return { state: {}, reply: replyOf('', { blocks }) };
};

const bench = new SlackBench(respond, { way: 'oauth' });
let emulator: Emulator;

beforeAll(async () => {
  const port = await freePort();
  await bench.open({
    apiUrl: `http://127.0.0.1:${port}/api/`,
    async before(requestUrl) {
      emulator = await createEmulator({
        service: 'slack',
        port,
        baseUrl: `http://127.0.0.1:${port}`,
        seed: {
          slack: {
            strict_scopes: true,
            users: [{ name: 'ada', real_name: 'Ada' }],
            oauth_apps: [
              {
                client_id: CLIENT_ID,
                client_secret: CLIENT_SECRET,
                name: 'spex',
                redirect_uris: [new URL('/slack/oauth_redirect', requestUrl).href],
              },
            ],
            tokens: [{ token: USER_TOKEN, user: 'ada', type: 'user' }],
          },
        },
      });
    },
  });
});
afterAll(async () => {
  await bench.close();
  await emulator.close();
});

it('is installed over OAuth, fetches a scene, and posts picture and export: in a Slack of other people', async () => {
  const mine = await bench.visit('/slack/install');
  const page = await (await fetch(mine.location!)).text();
  // The page has a form for each person who could allow it.
  const fields = [...page.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
    name!,
    unescaped(value!),
  ]);
  const form = new URLSearchParams(fields.slice(0, fields.length / (page.match(/<form/g)?.length ?? 1)));
  // We name no address to come back to: Slack takes the one of the app's settings, the emulator has to be told.
  form.set('redirect_uri', new URL('/slack/oauth_redirect', bench.slack.requestUrl!).href);
  const allowed = await fetch(new URL('/oauth/v2/authorize/callback', emulator.url), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const { status } = await bench.visit(allowed.headers.get('location')!, mine.cookie!);
  expect(status).toBe(200);

  const person = new webApi.WebClient(USER_TOKEN, { slackApiUrl: `${emulator.url}/api/` });
  const { team_id: team, user_id: user } = await person.auth.test();
  const channel = (await person.conversations.list({})).channels!.find(({ name }) => name === 'general')!.id!;
  await person.conversations.join({ channel });
  await person.filesUploadV2({ channel_id: channel, file: SCENE, filename: 'field.tif' });
  const root = (await person.conversations.history({ channel })).messages!.find((m) => m.files?.length)!;
  await bench.slack.event(team!, {
    type: 'message',
    subtype: 'file_share',
    channel_type: 'im',
    channel,
    ts: root.ts,
    user,
    text: 'show vegetation',
    files: root.files,
  });

  const answered = await until(async () => {
    const { messages = [] } = await person.conversations.replies({ channel, ts: root.ts! });
    const image = messages.find((m) => m.blocks?.some((b) => b.type === 'image'));
    return image && messages.some((m) => m.files?.some((f) => f.name === 'demo.geojson')) ? { messages, image } : null;
  });
  expect(read?.equals(SCENE)).toBe(true);
  const shared = answered.messages.flatMap((m) => m.files ?? []).find((f) => f.name === 'demo.geojson')!;
  const bytes = await fetch(shared.url_private!, { headers: { authorization: `Bearer ${USER_TOKEN}` } });
  expect(await bytes.text()).toBe('{"a":1}');
  const picture = answered.image.blocks!.find((b) => b.type === 'image') as { alt_text?: string };
  expect(picture.alt_text).toBe('Vegetation, 42.1 ha');
  expect(answered.messages.filter((m) => m.blocks?.length)).toHaveLength(1);
});

const unescaped = (html: string): string =>
  html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
