import { describe, expect, it } from 'vitest';
import { escapeText, replyBlocks, replyText } from '../../../src/chat/slack/blocks.ts';
import { workingBlocks } from '../../../src/chat/slack/progress.ts';
import { addressedBy, toInbound, toPressed, wordsOf } from '../../../src/chat/slack/translate.ts';
import type { Block, Reply } from '../../../src/domain/message.ts';
import { replyOf } from '../../fakes/messages.ts';
import { blockFault } from '../../fakes/slack-blocks.ts';

const SURFACE = { most: 50, rich: true, readyFiles: new Set(['F1']) };
const faultOf = (reply: Reply, look: 'rich' | 'plain' = 'rich'): string | null =>
  blockFault(replyBlocks(reply, new Map(), look), SURFACE);

const HOSTILE = [
  '<!channel> <!here> <@U012345> <https://evil.example|your bank>',
  '*bold* _it_ ~no~ `code` ```pre``` > quote :skull: &lt;!channel&gt;',
  'x'.repeat(5_000),
  '😀'.repeat(2_000),
  '\u202egnp.exe \u2066\u200f\u0000\u001b[31m',
  '=HYPERLINK("http://evil.example","x")',
  '',
  '   ',
];

describe('hostile words', () => {
  it.each(HOSTILE)('%j breaks no block and pings nobody', (text) => {
    const cell = { title: text, align: 'left' } as const;
    const blocks: Block[] = [
      {
        kind: 'headline',
        title: text,
        numbers: [
          { label: text, value: text },
          { label: text, value: text, link: 'https://osm.example/#a' },
        ],
      },
      { kind: 'text', voice: 'measured', text },
      { kind: 'text', voice: 'model', text },
      { kind: 'text', voice: 'limits', text },
      { kind: 'picture', artefact: { name: 'a.png', path: '/a', mediaType: 'image/png', bytes: 1 }, alt: text },
      { kind: 'table', caption: text, columns: [cell, cell], rows: [[text], [text, text, text]] },
      { kind: 'table', caption: text, columns: [cell], rows: [[text]] },
      { kind: 'details', title: text, lines: [text, text] },
      { kind: 'actions', actions: [{ label: text, plans: [{ operation: 'rename', targets: [], name: text }] }] },
    ];
    const reply = replyOf('', { blocks, facts: [{} as never] });
    for (const look of ['rich', 'plain'] as const) {
      expect(faultOf(reply, look)).toBeNull();
      // A button carries the words, unseen.
      const json = JSON.stringify(replyBlocks(reply, new Map(), look)).replace(/"value":"(?:[^"\\]|\\.)*"/g, '');
      expect(json).not.toContain('mrkdwn'); // nothing in it is parsed
      expect(json).not.toMatch(/\\u0000|\\u001b|[\u202e\u2066]/);
    }
    expect(replyText(reply)).not.toMatch(/[<>]/);
    expect(replyText(reply).length).toBeLessThanOrEqual(16_000);
    expect(
      blockFault(
        workingBlocks(
          {
            progress: { stage: 'looking', done: 1, total: 2, sentence: text },
            sentences: [text || '–'],
            language: 'en',
            mark: 'm1',
          },
          'rich',
        ),
        SURFACE,
      ),
    ).toBeNull();
  });

  it('are escaped where Slack parses, once', () => {
    expect(escapeText('a & b <!channel>')).toBe('a &amp; b &lt;!channel&gt;');
  });
});

it('a number with a link is one, and the others stay fields', () => {
  const numbers = [
    { label: 'Area', value: '12 ha' },
    { label: 'Centre', value: '52° N', link: 'https://osm.example/#map=1/2/3' },
  ];
  const [, fields, links] = replyBlocks(
    replyOf('', { blocks: [{ kind: 'headline', title: 'a.tif', numbers }] }),
    new Map(),
    'rich',
  );
  expect(fields).toMatchObject({ type: 'section', fields: [{ text: 'Area\n12 ha' }] });
  expect(links).toMatchObject({
    elements: [
      { elements: [{ text: 'Centre ' }, { type: 'link', url: 'https://osm.example/#map=1/2/3', text: '52° N' }] },
    ],
  });
});

describe('limits', () => {
  it('a long text goes on in the next section and nothing of it is lost', () => {
    const text = Array.from({ length: 1_200 }, (_, i) => `word${i}`).join(' ');
    const blocks = replyBlocks(replyOf(text), new Map(), 'rich') as { text: { text: string } }[];
    expect(blocks.map((b) => b.text.text.length <= 3_000)).toEqual([true, true, true, true]);
    expect(blocks.map((b) => b.text.text).join(' ')).toBe(text);
  });

  it('of 60 blocks the buttons stay', () => {
    const texts = Array.from({ length: 60 }, (_, i): Block => ({ kind: 'text', voice: 'plain', text: `line ${i}` }));
    const blocks = replyBlocks(
      replyOf('', {
        blocks: [
          ...texts,
          { kind: 'actions', actions: [{ label: 'Undo', plans: [{ operation: 'undo', targets: [] }] }] },
        ],
      }),
      new Map(),
      'rich',
    );
    expect([blocks.length, blocks.at(-1)!.type]).toEqual([50, 'actions']);
  });

  it('a table without a caption is called by its first column; in words it is aligned, and has no empty line above', () => {
    const table: Block = {
      kind: 'table',
      caption: '',
      columns: [
        { title: '说', align: 'left' },
        { title: 'n', align: 'right' },
      ],
      rows: [
        ['水', '10'],
        ['green', '1'],
      ],
    };
    const shown = (look: 'rich' | 'plain') =>
      JSON.stringify(replyBlocks(replyOf('', { blocks: [table] }), new Map(), look));
    expect(shown('rich')).toContain('"caption":"说"');
    expect(shown('plain')).toContain(JSON.stringify('说      n\n水     10\ngreen   1'));
  });

  it('a table keeps 100 rows, and a button that cannot carry its plan is left out', () => {
    const rows = Array.from({ length: 150 }, (_, i) => [String(i)]);
    const blocks = replyBlocks(
      replyOf('', {
        blocks: [
          { kind: 'table', caption: 'c', columns: [{ title: 't', align: 'left' }], rows },
          {
            kind: 'actions',
            actions: [
              { label: 'long', plans: [{ operation: 'rename', targets: [], name: 'x'.repeat(2_000) }] },
              { label: 'ok', plans: [{ operation: 'undo', targets: [] }] },
            ],
          },
        ],
      }),
      new Map(),
      'rich',
    ) as { rows?: unknown[]; elements?: { text: { text: string } }[] }[];
    expect(blocks[0]!.rows).toHaveLength(101);
    expect(blocks[1]!.elements!.map((e) => e.text.text)).toEqual(['ok']);
  });
});

describe('translation', () => {
  const here = { team: 'T1', botUser: 'UBOT' };
  const event = { type: 'message', channel: 'C1', ts: '1700000000.000100', user: 'UADA', text: 'hi' };

  it('reads words as they were meant', () => {
    expect(wordsOf('<@UBOT> show <#C9|fields> &lt;0.3 &amp; <https://x.example/a.tif|here> <!here|@here>')).toBe(
      'show #fields <0.3 & https://x.example/a.tif @here',
    );
  });

  it('makes one message of a mention and the message that holds it', () => {
    const ids = ['message', 'app_mention'].map((type) => toInbound({ ...event, type }, here)!.id);
    expect(ids).toEqual(['slack:T1:C1:1700000000.000100', 'slack:T1:C1:1700000000.000100']);
    expect(toInbound(event, here)).toMatchObject({
      conversation: 'slack:T1:C1:1700000000.000100',
      sentAt: 1_700_000_000_000,
    });
  });

  it('hears people only', () => {
    for (const other of [
      { bot_id: 'B1' },
      { user: 'UBOT' },
      { user: 'USLACKBOT' },
      { subtype: 'message_changed' },
      { subtype: 'channel_join' },
    ]) {
      expect(toInbound({ ...event, ...other }, here)).toBeNull();
    }
  });

  it('knows when it is meant', () => {
    const cases = [
      [{ channel_type: 'im' }, 'always'],
      [{ type: 'app_mention' }, 'mention'],
      [{ text: 'a <@UBOT> b' }, 'mention'],
      [{ thread_ts: '1.1' }, 'maybe'],
      [{ thread_ts: '1.1', text: '<@UBOB> look' }, 'no'],
      [{}, 'no'],
    ] as const;
    for (const [more, expected] of cases) expect(addressedBy({ ...event, ...more }, here)).toBe(expected);
  });

  it('takes from a button only plans', () => {
    const press = { team: 'T1', channel: 'C1', user: 'UADA', thread: '1.1', ts: '2.2' };
    expect(toPressed({ ...press, value: '[{"operation":"undo","targets":[]}]' })).toMatchObject({
      id: 'slack:T1:C1:2.2:UADA',
      conversation: 'slack:T1:C1:1.1',
      plans: [{ operation: 'undo', targets: [] }],
    });
    for (const value of [
      '',
      '{',
      '[]',
      '{"operation":"undo"}',
      '[{"operation":"rm -rf","targets":[]}]',
      '[{"operation":"undo"}]',
      '[null]',
    ]) {
      expect(toPressed({ ...press, value })).toBeNull();
    }
  });
});
