import { expect, it } from 'vitest';
import { replyContainer } from '../../../src/chat/discord/components.ts';
import { replyOf } from '../../fakes/messages.ts';

it.each([
  ['', '```\nSay      ha\n水     10.5\ngreen     1\n```'],
  ['Regions', '**Regions**\n```\nSay      ha\n水     10.5\ngreen     1\n```'],
])('a table called %j is aligned, and what has no name shows none', (caption, content) => {
  const reply = replyOf('', {
    blocks: [
      {
        kind: 'table',
        caption,
        columns: [
          { title: 'Say', align: 'left' },
          { title: 'ha', align: 'right' },
        ],
        rows: [
          ['水', '10.5'],
          ['green', '1'],
        ],
      },
    ],
  });
  const { components } = replyContainer(reply, { owner: '1', indices: {}, uploads: new Map(), notes: [] });
  expect(components[0]).toMatchObject({ type: 10, content });
});

it('a number with a link is one, and its words stay words', () => {
  const numbers = [
    { label: 'Area', value: '12 ha' },
    { label: 'Centre', value: '[52]° N', link: 'https://osm.example/#map=1/2/3' },
  ];
  const reply = replyOf('', { blocks: [{ kind: 'headline', title: 'a', numbers }] });
  const { components } = replyContainer(reply, { owner: '1', indices: {}, uploads: new Map(), notes: [] });
  expect(components[0]).toMatchObject({
    content: '### a\nArea **12 ha** · Centre [\\[52\\]° N](<https://osm.example/#map=1/2/3>)',
  });
});
