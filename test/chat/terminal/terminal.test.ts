import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTerminalAdapter } from '../../../src/chat/terminal/adapter.ts';
import { replyText, withoutControls } from '../../../src/chat/terminal/reply-text.ts';
import type { InboundMessage, Progress } from '../../../src/domain/message.ts';
import { replyOf } from '../../fakes/messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'spex-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const scene = join(folder, 'B4.tif');
writeFileSync(scene, '12345');
const artefact = { name: 'a.png', path: '/a.png', mediaType: 'image/png', bytes: 1 };

describe('the terminal adapter', () => {
  it('hands a message over and waits for its own reply', async () => {
    const seen: Progress[] = [];
    const adapter = createTerminalAdapter((progress) => seen.push(progress));
    const messages: InboundMessage[] = [];
    await adapter.start(async (message) => void messages.push(message));
    const replies = Promise.all([adapter.ask('show water', [scene]), adapter.ask('and houses?')]);
    await expect.poll(() => messages.length).toBe(2);
    const [first, second] = messages.toSorted((a, b) => b.files.length - a.files.length) as [
      InboundMessage,
      InboundMessage,
    ];
    expect(first).toMatchObject({
      platform: 'terminal',
      text: 'show water',
      files: [{ name: 'B4.tif', source: scene, size: 5 }],
    });
    expect(second.conversation).toBe(first.conversation);
    expect(second.id).not.toBe(first.id);
    const posted = await adapter.post(first);
    await posted.update({ stage: 'looking', done: 1, total: 2 });
    await (await adapter.resume(second, second.id)).finish(replyOf('two'));
    await (await adapter.resume(first, posted.handle)).finish(replyOf('one'));
    expect(await replies).toEqual([replyOf('one'), replyOf('two')]);
    expect(seen).toEqual([{ stage: 'looking', done: 1, total: 2 }]);
  });

  it('copies a file within the limit and refuses a larger one', async () => {
    const adapter = createTerminalAdapter();
    const file = { id: '1', name: 'B4.tif', source: scene, size: 5 };
    const { signal } = new AbortController();
    await adapter.download(file, join(folder, 'copy'), 5, signal);
    expect(readFileSync(join(folder, 'copy'), 'utf8')).toBe('12345');
    await expect(adapter.download(file, join(folder, 'copy2'), 4, signal)).rejects.toMatchObject({
      code: 'scene-too-large',
    });
  });

  it.each([
    ['that is not there', join(folder, 'none.tif'), 'scene-missing', /^There is no file .*none\.tif\.$/],
    ['that is a folder', folder, 'wrong-usage', /is a folder\. Please name the files of the scene\.$/],
  ])('refuses a file %s', async (_case, path, code, sentence) => {
    const adapter = createTerminalAdapter();
    await adapter.start(async () => undefined);
    await expect(adapter.ask('x', [path])).rejects.toMatchObject({ code, reply: expect.stringMatching(sentence) });
  });
});

it('writes every kind of block with words as text', () => {
  const text = replyText({
    ...replyOf(''),
    blocks: [
      {
        kind: 'headline',
        title: 'Vegetation',
        numbers: [
          { label: 'Area', value: '12 ha' },
          { label: 'Centre', value: '52° N', link: 'https://osm.example' },
        ],
      },
      { kind: 'text', voice: 'measured', text: 'It covers 12 ha.' },
      { kind: 'picture', artefact, alt: 'an overlay' },
      {
        kind: 'table',
        caption: 'Regions',
        columns: [
          { title: 'Ort', align: 'left' },
          { title: 'ha', align: 'right' },
        ],
        rows: [
          ['中心', '10.5'],
          ['top', '1'],
        ],
      },
      { kind: 'details', title: 'How', lines: ['NDVI', 'Otsu'] },
      { kind: 'files', artefacts: [artefact] },
      { kind: 'actions', actions: [{ label: 'Water', plans: [] }] },
    ],
  });
  expect(text).toBe(
    [
      'Vegetation',
      'Area: 12 ha',
      'Centre: 52° N (https://osm.example)',
      'It covers 12 ha.',
      'Regions',
      'Ort     ha',
      '中心  10.5',
      'top      1',
      'How',
      '  NDVI',
      '  Otsu',
    ].join('\n'),
  );
});

it('lets no control character of a file name reach the terminal', () => {
  expect(withoutControls('a\u001b]0;pwned\u0007b\nc\u009b')).toBe('a�]0;pwned�b\nc�');
});
