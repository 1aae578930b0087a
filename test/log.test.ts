import { expect, it } from 'vitest';
import { errorForLog, hideInLog, log, logOf, setLogLevel, withoutSecrets } from '../src/log.ts';

it.each([
  ['a Slack bot token', 'sent xoxb-123456789-abcdefgh to', 'sent [hidden] to'],
  ['an app token', '"xapp-1-A02-123-deadbeef"', '"[hidden]"'],
  [
    'a Discord token',
    // Shaped like one, belongs to nobody.
    `login ${'A'.repeat(26)}.${'b'.repeat(6)}.${'c'.repeat(38)} ok`,
    'login [hidden] ok',
  ],
  ['a header', 'Authorization: Bearer abcdefgh12345', 'Authorization: Bearer [hidden]'],
  ['a password in a URL', 'postgres://spex:hunter2@db:5432/spex', 'postgres://spex:[hidden]@db:5432/spex'],
])('hides %s', (_case, line, expected) => expect(withoutSecrets(line)).toBe(expected));

it('leaves ordinary text alone', () => {
  const line = '{"part":"queue","file":"S2A_MSIL2A_20240101.SAFE/B04.jp2","url":"http://127.0.0.1:3000/a"}';
  expect(withoutSecrets(line)).toBe(line);
});

it('hides what it was told to hide, also where JSON escapes it', () => {
  hideInLog(['pass"word"1', 'short']);
  expect(withoutSecrets(JSON.stringify({ msg: 'is pass"word"1' }))).toBe('{"msg":"is [hidden]"}');
  expect(withoutSecrets('a short line')).toBe('a short line');
});

it('sets the level of parts made before', () => {
  const part = logOf('test-part');
  setLogLevel('silent');
  expect([log.level, part.level, logOf('test-part')]).toEqual(['silent', 'silent', part]);
  setLogLevel('info');
});

it('writes of an error what it says, and not what a library has hung on it', () => {
  const cause = Object.assign(new Error('Missing Permissions'), {
    code: 50_013,
    status: 403,
    url: 'https://discord.com/api/webhooks/1/key/messages/@original',
    requestBody: { files: [{ data: Buffer.alloc(9) }], json: { content: 'what somebody wrote' } },
  });
  const written = JSON.stringify(errorForLog(new Error('could not post', { cause })));
  expect(JSON.parse(written)).toMatchObject({
    message: 'could not post',
    cause: { message: 'Missing Permissions', code: 50_013, status: 403 },
  });
  expect(written).not.toMatch(/webhooks|somebody|Buffer/);
});
