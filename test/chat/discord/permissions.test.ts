import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inviteLink } from '../../../src/chat/discord/permissions.ts';
import { ADA, CHANNEL, guildPayload, PERMISSIONS, wordsOf } from '../../fakes/discord-events.ts';
import { Refusal } from '../../fakes/discord-rules.ts';
import { DiscordBench, WAIT } from './setup.ts';

const VIEW = 1n << 10n;
const SEND = 1n << 11n;
const ATTACH = 1n << 15n;
const HISTORY = 1n << 16n;
const THREADS = 1n << 35n;
const SEND_IN_THREADS = 1n << 38n;
/** Where direct messages with Ada go. */
const WITH_ADA = `9${ADA.id.slice(1)}`;

let bench: DiscordBench;

beforeEach(async () => {
  bench = new DiscordBench();
  await bench.server.start();
});

afterEach(async () => {
  await bench.close();
  // The server refuses what is not permitted, and remembers who tried.
  expect(bench.server.violations).toEqual([]);
});

const without = (...missing: bigint[]): Promise<void> => {
  const permissions = missing.reduce((left, bit) => left & ~bit, PERMISSIONS);
  bench.server.guilds.push(guildPayload(bench.server, undefined, undefined, permissions));
  return bench.connect();
};
const sentence = (name: string): string =>
  `I can’t answer here: I lack the permission ${name}. Somebody who manages this server can give it to me; a direct message to me works without.`;

it('asks in its invitation for what it needs and nothing more, as deploy/discord/README.md says', async () => {
  await without();
  const { searchParams } = new URL(inviteLink('42'));
  expect(searchParams.get('scope')).toBe('bot applications.commands');
  // The server of these tests grants that much, and refuses what takes more.
  expect(BigInt(searchParams.get('permissions')!)).toBe(PERMISSIONS);
  const readme = readFileSync(new URL('../../../deploy/discord/README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`scope=bot+applications.commands&permissions=${PERMISSIONS}\n`);
});

describe('before the work, not after it, a person is told that the bot lacks', () => {
  it.each([
    ['View Channel', [VIEW]],
    ['Send Messages', [SEND]],
    ['Attach Files', [ATTACH]],
    ['Send Messages, Attach Files', [SEND, ATTACH]],
  ])('%s: in reply to a command', async (name, missing) => {
    await without(...missing);
    const file = bench.people.attachment('a.tif', Buffer.from('II*\0'));
    const sent = bench.people.command('scene', { file });
    const callback = () => bench.server.interactions.get(sent.token)?.callback;
    await vi.waitFor(() => expect(callback()).toBeDefined(), WAIT);
    expect(callback()!.data).toMatchObject({ content: sentence(name), flags: 64 });
    expect(bench.received).toEqual([]);
  });

  it.each([
    ['Send Messages', [SEND], WITH_ADA],
    ['Attach Files', [ATTACH], CHANNEL],
    ['Read Message History', [HISTORY, THREADS], CHANNEL],
  ])('%s: in reply to a mention, there or else directly', async (name, missing, where) => {
    await without(...missing);
    bench.people.write('how many?', { mention: true });
    const [answer] = await bench.answers(where);
    expect(wordsOf(answer!)).toBe(sentence(name));
    expect(bench.received).toEqual([]);
  });
});

describe('without threads', () => {
  it.each([
    ['that it may not start', [THREADS]],
    ['that it may not write in', [SEND_IN_THREADS]],
  ])('%s answers are replies in the channel, and the conversation goes on', async (_name, missing) => {
    await without(...missing);
    const id = bench.people.write('how many?', { mention: true });
    const [answer] = await bench.answers(CHANNEL);
    expect(answer!.body.message_reference).toMatchObject({ message_id: id });
    expect(bench.server.threads.size).toBe(0);
    bench.people.submit(answer!, 'and water?');
    await bench.answers(CHANNEL, 2);
    expect(bench.received.map(({ conversation }) => conversation)).toEqual(
      Array(2).fill(bench.received[0]!.conversation),
    );
  });

  it.each([
    ['cannot be started', '/threads', new Refusal(400, 160_006, 'Maximum number of active threads reached')],
    ['are locked', '/messages', new Refusal(400, 160_005, 'Thread is locked')],
  ])('that %s at last answers are replies as well', async (_name, ending, refusal) => {
    await without();
    const id = bench.people.write('how many?', { mention: true });
    bench.server.refuse.push(({ method, path }) =>
      method === 'POST' && path.endsWith(ending) && (ending === '/threads' || path.includes(id)) ? refusal : null,
    );
    const [answer] = await bench.answers(CHANNEL);
    expect(answer!.body.message_reference).toMatchObject({ message_id: id });
    bench.people.press(answer!, 'Delete');
    await vi.waitFor(() => expect(bench.server.shown(CHANNEL)).toEqual([]), WAIT);
  });
});
