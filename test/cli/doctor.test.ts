import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  checkDatabase,
  checkDisk,
  checkNode,
  checkPack,
  checkPorts,
  checkPrivacy,
  checkTokens,
  examine,
} from '../../src/cli/doctor.ts';
import { loadConfig } from '../../src/config.ts';

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
