import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REST, Routes } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsFor } from '../../src/chat/discord/commands.ts';
import { registerCommands } from '../../src/chat/discord/register-commands.ts';
import {
  checkDatabase,
  checkDisk,
  checkNode,
  checkPack,
  checkPlatforms,
  checkPorts,
  checkPrivacy,
  checkTokens,
  examine,
} from '../../src/cli/doctor.ts';
import { INDEX_NAMES } from '../../src/cli/index-names.ts';
import { loadConfig } from '../../src/config.ts';
import { DiscordServer } from '../fakes/discord-server.ts';
import { APP_TOKEN, FakeSlack } from '../fakes/slack-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'spex-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pack = join(folder, 'pack');
mkdirSync(pack);
writeFileSync(join(pack, 'vision.onnx'), 'weights');
const sha256 = createHash('sha256').update('weights').digest('hex');
const writePack = (files: Record<string, string>) => writeFileSync(join(pack, 'pack.json'), JSON.stringify({ files }));
writePack({ 'vision.onnx': sha256 });

const base = { MODEL_PACK: pack, DATA_DIR: join(folder, 'data'), WEB_PORT: '0' };

const config = (changed: Record<string, string> = {}) => loadConfig({ ...base, ...changed });

const KEYS = {
  SLACK_SIGNING_SECRET: 's',
  SLACK_CLIENT_SECRET: 'c',
  SLACK_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
};

describe('doctor', () => {
  it('finds nothing wrong where everything is right', async () => {
    const findings = await examine(base);
    expect(findings.filter((finding) => !finding.ok)).toEqual([]);
    expect(findings.map((finding) => finding.check)).toEqual([
      'Node',
      'configuration',
      'platforms',
      'model pack',
      'database',
      'reading scenes',
      'disk',
      'privacy',
      'ports',
    ]);
  });

  it('says who may look into the data folder, and with what the page is reached', async () => {
    const open = join(folder, 'open');
    mkdirSync(open, { mode: 0o755 });
    expect(checkPrivacy(config({ DATA_DIR: open }))).toEqual({
      check: 'privacy',
      ok: true,
      found: `others on this machine may look into ${open}; the next start closes it`,
    });
    expect(checkPrivacy(config()).found).toContain('nobody else may look into');
    const [ports] = await checkPorts(config({ WEB_HOST: '0.0.0.0' }));
    expect(ports!.found).toContain('which others can reach with the token that start prints');
  });

  it('stops at a bad configuration and shows no value', async () => {
    const findings = await examine({ ...base, SLACK_BOT_TOKEN: 'hunter2-hunter2' });
    expect(findings.map((finding) => [finding.check, finding.ok])).toEqual([
      ['Node', true],
      ['configuration', false],
    ]);
    expect(findings[1]!.found).toContain('SLACK_BOT_TOKEN: must start with xoxb-');
    expect(findings[1]!.found).not.toContain('hunter2');
  });

  it.each(['18.20.0', '20.18.3'])('refuses Node %s', (version) => {
    expect(checkNode(version)).toEqual({
      check: 'Node',
      ok: false,
      found: `${version} is too old. Install Node 20.19 or newer.`,
    });
  });

  it.each([
    [
      'a changed file',
      { 'vision.onnx': 'f'.repeat(64) },
      /vision\.onnx is damaged \(its sha256 differs\)\. Get the pack again\./,
    ],
    ['a missing file', { 'vision.onnx': sha256, 'mask.onnx': sha256 }, /mask\.onnx is missing\. Get the pack again\./],
  ])('notices %s of the pack', async (_case, files, sentence) => {
    writePack(files);
    expect(await checkPack(pack)).toMatchObject({ ok: false, found: expect.stringMatching(sentence) });
    writePack({ 'vision.onnx': sha256 });
  });

  it('notices a folder without a pack', async () => {
    expect(await checkPack(folder)).toMatchObject({
      ok: false,
      found: expect.stringContaining('Set MODEL_PACK to the folder of a model pack.'),
    });
  });

  it.each([
    [{ SLACK_BOT_TOKEN: 'xoxb-1' }, false, 'it still needs SLACK_APP_TOKEN'],
    [{ SLACK_APP_TOKEN: 'xapp-1' }, false, 'it still needs SLACK_BOT_TOKEN'],
    [{ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_MODE: 'http' }, false, 'it still needs SLACK_SIGNING_SECRET'],
    [{ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }, true, 'what socket mode needs is set'],
    [{ SLACK_CLIENT_ID: '1.2', SLACK_APP_TOKEN: 'xapp-1' }, false, 'SLACK_MODE=http'],
    [{ SLACK_CLIENT_ID: '1.2', SLACK_MODE: 'http', ...KEYS }, true, 'what installing over OAuth needs is set'],
    [{ SLACK_CLIENT_ID: '1.2', SLACK_MODE: 'http', ...KEYS, SLACK_BOT_TOKEN: 'xoxb-1' }, false, 'an empty SLACK_BOT'],
  ])('looks at the Slack tokens %j', async (tokens, ok, found) => {
    expect(checkTokens(config(tokens as Record<string, string>))[0]).toMatchObject({
      ok,
      found: expect.stringContaining(found),
    });
  });

  it('looks at the shape of the Discord token', async () => {
    const good = `${'A'.repeat(26)}.${'b'.repeat(6)}.${'c'.repeat(38)}`;
    expect(checkTokens(config({ DISCORD_TOKEN: good }))[0]).toMatchObject({ ok: true });
    expect(checkTokens(config({ DISCORD_TOKEN: 'hunter2' }))[0]).toMatchObject({
      ok: false,
      found: expect.not.stringContaining('hunter2'),
    });
  });

  it('notices a database that does not answer', async () => {
    expect(await checkDatabase(config({ DATABASE_URL: 'postgres://spex@127.0.0.1:1/spex' }))).toMatchObject({
      ok: false,
      found: expect.stringMatching(/^the server of DATABASE_URL does not open \(ECONNREFUSED\)/),
    });
  });

  it('notices a data folder that is a file', async () => {
    const DATA_DIR = join(pack, 'vision.onnx');
    expect(await checkDatabase(config({ DATA_DIR }))).toMatchObject({ ok: false });
    expect(await checkDisk(config({ DATA_DIR }))).toMatchObject({
      ok: false,
      found: expect.stringContaining('Set DATA_DIR'),
    });
  });

  it('says when the port is taken, which is no fault', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    expect((await checkPorts(config({ WEB_PORT: `${port}` })))[0]).toEqual({
      check: 'ports',
      ok: true,
      found: `${port} is taken: the web chat will use the next free one`,
    });
    server.close();
  });
});

describe('doctor --live asks Slack', () => {
  const slack = new FakeSlack();
  beforeAll(() => slack.start());
  afterAll(() => slack.stop());
  const ask = (changed: Record<string, string>) =>
    checkPlatforms(config({ SLACK_API_URL: slack.apiUrl, SLACK_APP_TOKEN: APP_TOKEN, ...changed }));
  const check = 'Slack says';

  it('whether the token and its scopes are what the app needs', async () => {
    const { token } = slack.install('T1');
    expect(await ask({ SLACK_BOT_TOKEN: token })).toEqual([
      { check, ok: true, found: 'the app works in Team T1 and goes on in its threads without a mention' },
    ]);
    const few = slack.install('T2', { without: ['files:read', 'users:read'] });
    expect(await ask({ SLACK_BOT_TOKEN: few.token })).toEqual([
      {
        check,
        ok: false,
        found:
          'in Team T2 the app lacks files:read, users:read. Add it under OAuth & Permissions, then press Reinstall there.',
      },
    ]);
    const mentions = slack.install('T3', { without: ['channels:history', 'groups:history', 'mpim:history'] });
    expect(await ask({ SLACK_BOT_TOKEN: mentions.token })).toEqual([
      { check, ok: true, found: 'the app works in Team T3 and hears only mentions in channels' },
    ]);
    const half = slack.install('T4', { without: ['groups:history'] });
    expect((await ask({ SLACK_BOT_TOKEN: half.token }))[0]!.found).toContain('lacks groups:history.');
    expect(slack.faults).toEqual([]);
  });

  it('and says which of the two tokens it does not accept, without showing it', async () => {
    const { token } = slack.install('T1');
    const [app] = await ask({ SLACK_BOT_TOKEN: token, SLACK_APP_TOKEN: 'xapp-hunter2' });
    expect(app).toMatchObject({ ok: false, found: expect.stringContaining('does not accept SLACK_APP_TOKEN') });
    const [bot] = await ask({ SLACK_BOT_TOKEN: 'xoxb-hunter2' });
    expect(bot).toMatchObject({ ok: false, found: expect.stringContaining('does not accept SLACK_BOT_TOKEN') });
    expect(`${app!.found} ${bot!.found}`).not.toContain('hunter2');
  });
});

describe('doctor --live asks Discord', () => {
  const discord = new DiscordServer();
  beforeAll(() => discord.start());
  afterAll(() => discord.stop());
  const ask = (changed: Record<string, string> = {}) =>
    checkPlatforms(config({ DISCORD_API_URL: discord.apiUrl, DISCORD_TOKEN: discord.token, ...changed }));
  const check = 'Discord says';

  it('whose token it is, and whether the commands are ours', async () => {
    expect(await ask()).toEqual([
      { check, ok: true, found: 'the token is that of spex; the next start writes its commands' },
    ]);
    const rest = new REST({ api: discord.apiUrl }).setToken(discord.token);
    const { id } = (await rest.get(Routes.currentApplication())) as { id: string };
    await registerCommands(rest, id, commandsFor(INDEX_NAMES));
    expect((await ask())[0]!.found).toBe('the token is that of spex; its commands are up to date');
    expect(discord.commandWrites).toBe(1);
  });

  it('whether the intent that is counted on is granted', async () => {
    const withIntent = { DISCORD_MESSAGE_CONTENT: 'true' };
    expect((await ask(withIntent))[0]).toMatchObject({
      ok: false,
      found: expect.stringContaining('does not grant the message content intent'),
    });
    discord.allowMessageContent = true;
    expect((await ask(withIntent))[0]).toMatchObject({ ok: true });
  });

  it('and says that the token is refused, or that nobody answers', async () => {
    expect((await ask({ DISCORD_TOKEN: 'hunter2' }))[0]).toMatchObject({
      ok: false,
      found: expect.stringMatching(/^Discord refuses the token in DISCORD_TOKEN/),
    });
    expect((await ask({ DISCORD_API_URL: 'http://127.0.0.1:1/api' }))[0]).toMatchObject({
      ok: false,
      found: expect.stringContaining('Check that this machine reaches it'),
    });
  });
});
