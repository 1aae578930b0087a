import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { downloadFailed, saveResponse } from '../../src/chat/save-response.ts';

const folder = mkdtempSync(join(tmpdir(), 'spex-save-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'scene.tif');
const { signal } = new AbortController();
const save = (response: Response, more: object = {}) =>
  saveResponse({ response, platform: 'Slack', limitBytes: 2 ** 20, ...more }, path, signal);

it('keeps what was sent, for nobody else to read', async () => {
  await save(new Response('II*\0'));
  expect(readFileSync(path, 'utf8')).toBe('II*\0');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  rmSync(path);
});

const breaksOff = () =>
  new ReadableStream({
    pull(controller) {
      controller.enqueue(Buffer.from('II*\0'));
      controller.error(new Error('reset'));
    },
  });
const endless = () =>
  new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(2 ** 16)),
  });

it.each([
  ['an error', new Response('', { status: 503 }), 'download-failed', 'Slack answered 503 instead of the file.'],
  ['no body', new Response(null), 'download-failed', 'Slack answered 200 instead of the file.'],
  ['a broken connection', new Response(breaksOff()), 'download-failed', 'Slack broke off the download.'],
  [
    'what is announced as too large',
    new Response('x', { headers: { 'content-length': '2000000' } }),
    'scene-too-large',
    'larger than the 1 MiB I can take',
  ],
  ['what is larger than announced', new Response(endless()), 'scene-too-large', 'larger than the 1 MiB I can take'],
])('keeps nothing of %s, and says why', async (_case, response, code, reply) => {
  await expect(save(response)).rejects.toMatchObject({ code, reply: expect.stringContaining(reply) });
  expect(existsSync(path)).toBe(false);
});

it('keeps nothing of what begins wrongly, or is stopped', async () => {
  const checkBeginning = (bytes: Buffer) => {
    if (bytes[0] === 60) throw downloadFailed('a page');
  };
  await expect(save(new Response('<html>'), { checkBeginning })).rejects.toMatchObject({ reply: 'a page' });
  const stopped = AbortSignal.abort(new Error('cancelled'));
  const download = { response: new Response(endless()), platform: 'Slack', limitBytes: 2 ** 30 };
  await expect(saveResponse(download, path, stopped)).rejects.toThrow('cancelled');
  expect(existsSync(path)).toBe(false);
});
