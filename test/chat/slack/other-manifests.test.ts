import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { setLogLevel } from '../../../src/log.ts';
import { replyOf } from '../../fakes/messages.ts';
import { SlackBench, shownWords } from './setup.ts';

setLogLevel('silent');

const opened: SlackBench[] = [];
afterAll(() => Promise.all(opened.map((bench) => bench.close())));

async function benchWith(manifest: string): Promise<SlackBench> {
  const bench = new SlackBench(
    async ({ message, files }) => ({
      state: {},
      reply: replyOf([message.text, ...files.map(({ name }) => name)].join(' ')),
    }),
    { manifest },
  );
  await bench.open();
  opened.push(bench);
  return bench;
}

it('with the mention-only manifest answers who mentions it, and hears nothing else in a channel', async () => {
  const bench = await benchWith('manifest.mention-only.json');
  const { workspace, slack } = bench;
  const mention = `<@${workspace.bot}>`;
  const file = (name: string) => slack.addFile('T1', name, Buffer.from('II*\0scene'));
  const { thread } = await slack.say(workspace, { channel: 'C1', text: `${mention} look`, files: [file('a.tif')] });
  expect((await bench.answered(thread)).map(shownWords)).toEqual(['look a.tif']);

  await slack.say(workspace, { channel: 'C1', text: 'and water?', thread });
  await slack.say(workspace, { channel: 'C1', text: `${mention} and vegetation?`, thread });
  expect((await bench.answered(thread, 2)).map(shownWords)).toEqual(['look a.tif', 'and vegetation?']);

  // What stands above in a thread it may not read; the question reaches it all the same.
  const above = await slack.say(workspace, { channel: 'C1', files: [file('b.tif')] });
  await slack.say(workspace, { channel: 'C1', text: `${mention} show water`, thread: above.ts });
  expect((await bench.answered(above.ts)).map(shownWords)).toEqual(['show water']);
  expect(slack.lacking).toEqual(['conversations.replies: channels:history']);

  const direct = await slack.say(workspace, { channel: 'D1', text: 'hello', files: [file('c.tif')] });
  expect((await bench.answered(direct.thread)).map(shownWords)).toEqual(['hello c.tif']);
  await sleep(300);
  expect(slack.answers(workspace, thread)).toHaveLength(2);
  expect(slack.faults).toEqual([]);
});

it('with the basic manifest, without what only agents have, works the same in a channel and a direct message', async () => {
  const bench = await benchWith('manifest.basic.json');
  const { workspace, slack } = bench;
  const text = `<@${workspace.bot}> look`;
  const { thread } = await slack.say(workspace, { channel: 'C1', text });
  expect((await bench.answered(thread)).map(shownWords)).toEqual(['look']);
  for (const said of ['hello', 'again']) {
    const direct = await slack.say(workspace, { channel: 'D1', text: said });
    expect((await bench.answered(direct.thread)).map(shownWords)).toEqual([said]);
  }
  expect(slack.lacking).toEqual([]);
  expect(slack.faults).toEqual([]);
});
