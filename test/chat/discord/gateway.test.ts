import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CHANNEL, DM, GUILD, guildPayload } from '../../fakes/discord-events.ts';
import { DiscordBench, WAIT } from './setup.ts';

let bench: DiscordBench;

beforeEach(async () => {
  bench = new DiscordBench();
  await bench.open();
});

afterEach(async () => {
  await bench.close();
  expect(bench.server.violations).toEqual([]);
});

const texts = () => bench.received.map(({ text }) => text);
const write = (text: string) => bench.people.write(text, { guild: null });

it('takes a broken connection up again, and handles what came meanwhile once', async () => {
  await bench.connect();
  write('before');
  await bench.answers(DM, 1);
  bench.server.drop(4000);
  write('meanwhile');
  await bench.answers(DM, 2);
  bench.server.repeatLast();
  expect(bench.server.gateway).toMatchObject({ identifies: 1, resumes: 1 });

  bench.server.sendOp(7);
  await vi.waitFor(() => expect(bench.server.gateway.resumes).toBe(2), WAIT);
  write('after');
  await bench.answers(DM, 3);
  expect(texts()).toEqual(['before', 'meanwhile', 'after']);
});

it('resumes an invalid session that can be resumed, on the same connection', async () => {
  await bench.connect();
  bench.server.invalidate(true);
  write('meanwhile');
  await bench.answers(DM, 1);
  expect(bench.server.gateway).toMatchObject({ identifies: 1, resumes: 1 });
  expect(texts()).toEqual(['meanwhile']);
});

it('begins another session when the old one cannot be resumed', async () => {
  await bench.connect();
  bench.server.invalidate(false);
  await vi.waitFor(() => expect(bench.server.gateway.identifies).toBe(2), WAIT);
  write('after');
  await bench.answers(DM, 1);
  // A connection that breaks while its session ends at Discord, too: resuming is tried, refused with op 9, and given up.
  bench.server.endSessionsWith(4000);
  await vi.waitFor(() => expect(bench.server.gateway).toMatchObject({ identifies: 3, resumes: 1 }), WAIT);
  write('and after that');
  await bench.answers(DM, 2);
  expect(texts()).toEqual(['after', 'and after that']);
});

it.each([4001, 4002, 4008, 4009])('comes back after close code %i', async (code) => {
  await bench.connect();
  bench.server.drop(code);
  // Sessions end with some of them: what is said until the next one has begun is lost at Discord, not here.
  await vi.waitFor(() => expect(bench.server.sessions.some(({ socket }) => socket !== null)).toBe(true), WAIT);
  write('after');
  await bench.answers(DM, 1);
});

it('beats while it is answered, and takes a connection that has gone deaf for broken', async () => {
  bench.server.heartbeatMs = 500;
  await bench.connect();
  await vi.waitFor(() => expect(bench.server.gateway.heartbeats).toBeGreaterThan(4), WAIT);
  expect(bench.server.gateway).toMatchObject({ identifies: 1, resumes: 0 });
  bench.server.gateway.answerHeartbeats = false;
  await vi.waitFor(() => expect(bench.server.gateway.resumes).toBe(1), WAIT);
  bench.server.gateway.answerHeartbeats = true;
  write('after');
  await bench.answers(DM, 1);
});

it('beats at once when it is asked to', async () => {
  await bench.connect();
  const { heartbeats } = bench.server.gateway;
  bench.server.sendOp(1);
  await vi.waitFor(() => expect(bench.server.gateway.heartbeats).toBe(heartbeats + 1), WAIT);
});

it.each([
  ['the token', 'Discord refuses the token in DISCORD_TOKEN.', { token: 'wrong.token.x' }],
  ['the intent', 'Discord does not grant the message content intent. Switch it on', { messageContent: true }],
  ['so few connections', 'too many servers for so few connections. Set DISCORD_SHARDS=auto.', { shards: 1 }],
])('says what to do when Discord refuses %s', async (_what, words, options) => {
  if ('shards' in options) bench.server.shards = 3;
  await expect(bench.connect(options)).rejects.toThrow(words);
  // A wrong token is tried in the REST API first.
  bench.server.violations.length = 0;
});

it('does not knock again where it was refused for good', async () => {
  await bench.connect();
  bench.server.drop(4004);
  write('nobody hears this');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(bench.server.gateway).toMatchObject({ identifies: 1, resumes: 0 });
});

it.each([
  ['as many as Discord recommends', 'auto', 3],
  ['as many as configured', 4, 4],
] as const)('has %s connections: each server is on one of them, and a broken one leaves the others alone', async (_name, shards, count) => {
  bench.server.shards = 3;
  const guilds = Array.from({ length: 6 }, (_, i) => String(BigInt(GUILD) + (BigInt(i) << 22n)));
  const channels = guilds.map((_, i) => String(BigInt(CHANNEL) + BigInt(i * 10)));
  bench.server.guilds.length = 0;
  bench.server.guilds.push(...guilds.map((guild, i) => guildPayload(bench.server, guild, channels[i]!)));
  await bench.connect({ shards });
  const shardsSeen = bench.server.sessions.map(({ shard }) => shard);
  expect(shardsSeen.toSorted()).toEqual(Array.from({ length: count }, (_, id) => [id, count]));
  const ask = (question: string): void => {
    for (const [i, guild] of guilds.entries())
      bench.people.command('ask', { question }, { guild, channel: channels[i]! });
  };
  ask('one');
  write('direct');
  await Promise.all([...channels, DM].map((channel) => bench.answers(channel, 1)));
  bench.server.drop(4000, 1);
  ask('two');
  await Promise.all(channels.map((channel) => bench.answers(channel, 2)));
  expect(bench.server.gateway).toMatchObject({ identifies: count, resumes: 1 });
  expect(bench.received).toHaveLength(2 * guilds.length + 1);
});
