import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { webApi } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from '../../fakes/slack-server.ts';

type Manifest = Parameters<webApi.WebClient['apps']['manifest']['create']>[0]['manifest'];

const FOLDER = join(import.meta.dirname, '../../../deploy/slack');
const read = (name: string): Manifest => JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));

/** What each event needs, from its page in Slack's reference. */
const SCOPE_OF: Readonly<Record<string, string | null>> = {
  agent_session_stopped: 'assistant:write',
  app_home_opened: null,
  app_mention: 'app_mentions:read',
  app_uninstalled: null,
  file_deleted: 'files:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  'message.mpim': 'mpim:history',
  tokens_revoked: null,
};

const SOURCE = join(import.meta.dirname, '../../../src/chat/slack');
const code = readdirSync(SOURCE)
  .map((file) => readFileSync(join(SOURCE, file), 'utf8'))
  .join('')
  .replaceAll(/\s+\./g, '.');

/** The Web API methods that the code calls. */
const CALLED = [
  ...new Set([...code.matchAll(/\b(?:client|impatient)\.((?:[a-z]+\.)+[a-zA-Z]+)\(/g)].map((match) => match[1]!)),
].toSorted();

it('finds the methods the code calls', () => {
  expect(CALLED).toEqual([
    'agents.sessions.setStatus',
    'assistant.threads.setSuggestedPrompts',
    'auth.test',
    'chat.appendStream',
    'chat.postEphemeral',
    'chat.postMessage',
    'chat.startStream',
    'chat.stopStream',
    'chat.update',
    'conversations.history',
    'conversations.replies',
    'files.completeUploadExternal',
    'files.getUploadURLExternal',
    'files.info',
    'users.info',
    'views.open',
    'views.publish',
  ]);
});

const MANIFESTS = ['manifest.json', 'manifest.http.json', 'manifest.mention-only.json', 'manifest.basic.json'];
/** For free plans and guests: without the agent surface. */
const BASIC = 'manifest.basic.json';
/** What only an agent has. */
const AGENT = { scope: 'assistant:write', event: 'agent_session_stopped' };

describe('the types of Slack’s own client', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spex-manifest-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The names that the compiler refuses in manifests, each taken as if it were written in TypeScript. */
  const compile = (manifests: readonly string[]): string[] => {
    const type = `import type { webApi } from '@slack/bolt';
type Manifest = Parameters<webApi.WebClient['apps']['manifest']['create']>[0]['manifest'];
`;
    const files = manifests.map((manifest, place) => {
      const file = join(folder, `manifest-${place}.ts`);
      writeFileSync(file, `${type}export const manifest = ${manifest.trim()} satisfies Manifest;\n`);
      return file;
    });
    const compiler = resolve('node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023'];
    const run = spawnSync(process.execPath, [compiler, ...options, '--types', 'node', ...files], {
      cwd: folder,
      encoding: 'utf8',
    });
    const errors = run.stdout.split('\n').filter((line) => line.includes('error TS'));
    return errors.map((line) => /"[^"]+"/.exec(line)?.[0] ?? line);
  };

  beforeAll(() => symlinkSync(resolve('node_modules'), join(folder, 'node_modules')));

  it('fit every manifest but for what they do not know yet, and would not fit a wrong one', () => {
    const texts = MANIFESTS.map((name) => readFileSync(join(FOLDER, name), 'utf8'));
    // In Slack's reference, not in the types of 8.2: the scope of agents, and their Stop button.
    const newer = ['"assistant:write"', '"agent_session_stopped"'];
    expect(compile(texts)).toEqual(MANIFESTS.flatMap((name) => (name === BASIC ? [] : newer)));
    const [text] = texts;
    const wrong = [
      ['agent_view', 'agent_views'],
      ['message.im', 'message.dm'],
      ['files:read', 'file:read'],
    ].map(([right, written]) => text!.replace(`"${right}"`, `"${written}"`));
    expect(compile(wrong).filter((name) => !newer.includes(name))).toEqual([
      '"agent_views"',
      '"message.dm"',
      '"file:read"',
    ]);
  });
});

describe.each(MANIFESTS)('deploy/slack/%s', (name) => {
  const { display_information, features, oauth_config, settings } = read(name);
  const scopes = oauth_config!.scopes!.bot!;
  const events: readonly string[] = settings!.event_subscriptions!.bot_events!;

  it('keeps the limits of the manifest reference', () => {
    expect(display_information.name.length).toBeLessThanOrEqual(35);
    expect(display_information.description!.length).toBeLessThanOrEqual(140);
    const { agent_view: agent } = features!;
    expect(agent === undefined).toBe(name === BASIC);
    expect((agent?.agent_description ?? '').length).toBeLessThanOrEqual(300);
    expect((agent?.suggested_prompts ?? []).length).toBeLessThanOrEqual(4);
    expect(features!.shortcuts!.every((s) => s.description.length <= 150)).toBe(true);
    expect(features!.slash_commands!.every((c) => /^\/[a-z]{1,31}$/.test(c.command))).toBe(true);
  });

  it('asks for what its events and the methods we call need, and for nothing that nothing needs', () => {
    const forEvents = events.flatMap((event) => SCOPE_OF[event] ?? []);
    const forMethods = CALLED.flatMap((method) => {
      const { scope } = METHODS[method]!;
      // The history of a conversation is read where its messages may be heard, and nowhere else.
      return typeof scope === 'string' ? scope : [];
    });
    expect(events.every((event) => event in SCOPE_OF)).toBe(true);
    // The slash command and the shortcut need `commands`; `file_input` of the form and attached files `files:read`.
    const needed = new Set([...forEvents, ...forMethods, 'commands']);
    if (name === BASIC) needed.delete(AGENT.scope);
    expect(scopes).toEqual([...needed].toSorted());
  });

  it('lists what the code listens to', () => {
    const heard = [...code.matchAll(/app\.event\('(\w+)'/g)].map((match) => match[1]);
    const listened = new Set(heard);
    if (name === BASIC) listened.delete(AGENT.event);
    expect([...new Set(events.map((event) => event.split('.')[0]))].toSorted()).toEqual([...listened].toSorted());
    expect(code).toContain(`'${features!.shortcuts![0]!.callback_id}'`);
    expect(code).toContain(`'${features!.slash_commands![0]!.command}'`);
  });

  it('names an address exactly when Slack calls us', () => {
    const isHttp = name === 'manifest.http.json';
    expect(settings!.socket_mode_enabled).toBe(!isHttp);
    const addresses = [
      settings!.event_subscriptions!.request_url,
      settings!.interactivity!.request_url,
      features!.slash_commands![0]!.url,
      oauth_config!.redirect_urls?.[0],
    ];
    expect(addresses.every((address) => (address?.startsWith('https://') ?? false) === isHttp)).toBe(true);
  });
});
