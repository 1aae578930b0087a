import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { envExample, loadConfig, packFolder, readEnvironment, secretsOf } from '../src/config.ts';

describe('loadConfig', () => {
  it('fills defaults and converts numbers, lists and switches', () => {
    const config = loadConfig({
      MODEL_TIMEOUT_S: '30',
      LOG_LEVEL: '',
      EXECUTION_PROVIDERS: 'cuda, cpu,',
      DISCORD_MESSAGE_CONTENT: 'true',
      DISCORD_SHARDS: '4',
    });
    expect(config).toMatchObject({
      MODEL_TIMEOUT_S: 30,
      LOG_LEVEL: 'info',
      EXECUTION_PROVIDERS: ['cuda', 'cpu'],
      DISCORD_MESSAGE_CONTENT: true,
      DISCORD_SHARDS: 4,
      WEB_PORT: 3000,
      WEB_HOST: '127.0.0.1',
      ALLOWED_HOSTS: [],
    });
    expect(config.DATABASE_URL).toBeUndefined();
    expect(config.MODEL_THREADS).toBeUndefined();
  });

  it('names every bad variable at once and shows no value', () => {
    const load = () =>
      loadConfig({
        SLACK_BOT_TOKEN: 'secret-123',
        MODEL_TIMEOUT_S: 'soon',
        DATABASE_URL: 'mysql://me:hunter2@db',
        LLM: 'hunter3',
        SLACK_MODE: 'hunter4',
        LLM_BASE_URL: 'file:///hunter5',
        DISCORD_SHARDS: 'hunter6',
        DISCORD_MESSAGE_CONTENT: 'hunter7',
      });
    expect(load).toThrow(/DATABASE_URL[\s\S]*MODEL_TIMEOUT_S[\s\S]*LLM[\s\S]*SLACK_BOT_TOKEN: must start with xoxb-/);
    expect(load).not.toThrow(/secret-123|soon|hunter/);
  });

  it('says what a number must be', () => {
    for (const value of ['abc', '70000', '1.5', '-1']) {
      expect(() => loadConfig({ WEB_PORT: value }), value).toThrow('WEB_PORT: must be a whole number from 0 to 65535');
    }
  });

  it('refuses a timeout of zero', () => {
    expect(() => loadConfig({ MODEL_TIMEOUT_S: '0' })).toThrow('MODEL_TIMEOUT_S');
  });
});

it('takes hosts as they may be written, and nothing that would match all or none', () => {
  const hosts = (value: string) => loadConfig({ ALLOWED_HOSTS: value }).ALLOWED_HOSTS;
  expect(hosts('Data.Example.org, .Example.com,*.example.net,https://a.example.org/x, 10.0.0.1, localhost')).toEqual([
    'data.example.org',
    '.example.com',
    '.example.net',
    'a.example.org',
    '10.0.0.1',
    'localhost',
  ]);
  for (const value of ['.', '*', '..', '.org', '*.org', 'a..b', 'example.org:444', 'exa mple.org'])
    expect(() => hosts(value), value).toThrow('ALLOWED_HOSTS: must be host names');
});

it('.env.example lists every variable (update with -u)', async () => {
  await expect(envExample()).toMatchFileSnapshot('../.env.example');
});

it('.env.example is itself a valid configuration: the defaults', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spex-env-'));
  writeFileSync(join(folder, '.env'), envExample());
  const names = Object.keys(loadConfig({}));
  const written = Object.fromEntries(Object.entries(readEnvironment(folder)).filter(([name]) => names.includes(name)));
  expect(loadConfig(written)).toEqual(loadConfig({}));
});

it('what is exported wins over .env', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spex-env-'));
  writeFileSync(join(folder, '.env'), 'PATH=/nowhere\nWEB_PORT="4000"\n');
  const environment = readEnvironment(folder);
  expect(environment.WEB_PORT).toBe('4000');
  expect(environment.PATH).toBe(process.env.PATH);
});

it('knows its secrets', () => {
  const config = loadConfig({
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_MODE: 'http',
    DATABASE_URL: 'postgres://u:p@h/d',
    LLM_API_KEY: 'k',
  });
  expect(secretsOf(config).toSorted()).toEqual(['k', 'postgres://u:p@h/d', 'xoxb-1']);
});

it('finds the bundled packs from another working directory, and leaves other paths alone', () => {
  const root = resolve(import.meta.dirname, '..');
  const before = process.cwd();
  process.chdir(tmpdir());
  try {
    expect(packFolder('models')).toBe(join(root, 'models'));
    expect(packFolder('no/such/pack')).toBe(resolve('no/such/pack'));
  } finally {
    process.chdir(before);
  }
});
