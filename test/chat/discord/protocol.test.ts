import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Artefact } from '../../../src/domain/picture.ts';
import {
  ADA,
  CHANNEL,
  componentsOf,
  DM,
  GUILD,
  guildPayload,
  PERMISSIONS,
  wordsOf,
} from '../../fakes/discord-events.ts';
import { Refusal, rateLimit } from '../../fakes/discord-rules.ts';
import { DiscordBench, says, WAIT } from './setup.ts';

let bench: DiscordBench;

beforeEach(async () => {
  bench = new DiscordBench();
  await bench.open();
});

afterEach(async () => {
  await bench.close();
  expect(bench.server.violations).toEqual([]);
});

const callbackOf = (token: string) => bench.server.interactions.get(token)?.callback;

describe('the gateway', () => {
  it('takes a broken connection up again, and handles what came meanwhile once', async () => {
    await bench.connect();
    bench.people.write('before', { guild: null });
    await bench.answers(DM, 1);
    bench.server.drop(4000);
    bench.people.write('meanwhile', { guild: null });
    await bench.answers(DM, 2);
    bench.server.repeatLast();
    expect(bench.server.gateway).toMatchObject({ identifies: 1, resumes: 1 });

    bench.server.sendOp(7);
    await vi.waitFor(() => expect(bench.server.gateway.resumes).toBe(2), WAIT);
    bench.people.write('after', { guild: null });
    await bench.answers(DM, 3);
    expect(bench.received.map(({ text }) => text)).toEqual(['before', 'meanwhile', 'after']);
  });

  it('says what to do when Discord refuses the token or the intent', async () => {
    await expect(bench.connect({ token: 'wrong.token.x' })).rejects.toThrow(
      'Discord refuses the token in DISCORD_TOKEN.',
    );
    bench.server.violations.length = 0;
    bench.server.allowMessageContent = false;
    await expect(bench.connect({ messageContent: true })).rejects.toThrow(
      'Discord does not grant the message content intent. Switch it on',
    );
  });
});

describe('interactions', () => {
  it('are handled once when they come twice', async () => {
    await bench.connect();
    bench.people.command('ask', { question: 'how many?' }, { guild: null });
    bench.server.repeatLast();
    await bench.answers(DM);
    expect(bench.received).toHaveLength(1);
  });

  it('suggest questions while somebody types, in the person’s language', async () => {
    await bench.connect();
    const english = bench.people.typing('ask', 'question', 'hectares');
    const chinese = bench.people.typing('scene', 'ask', '水', { locale: 'zh-CN' });
    await vi.waitFor(() => expect(callbackOf(chinese.token)).toBeDefined(), WAIT);
    const choices = (token: string) => (callbackOf(token)!.data!.choices as { name: string }[]).map(({ name }) => name);
    expect(choices(english.token)).toEqual([
      'hectares',
      'how many hectares of vegetation?',
      'how many hectares of water?',
    ]);
    expect(choices(chinese.token)).toEqual(['水', '显示水体', '显示植被和水体', '水体有多少公顷？']);
  });

  it('say which permission is missing before the work, not after it', async () => {
    await bench.connect();
    const file = bench.people.attachment('a.tif', Buffer.from('II*\0'));
    const sent = bench.people.command('scene', { file }, { permissions: PERMISSIONS & ~(1n << 15n) });
    await vi.waitFor(() => expect(callbackOf(sent.token)).toBeDefined(), WAIT);
    expect(callbackOf(sent.token)!.data!.content).toBe(
      'I can’t answer here: I lack the permission Attach Files. Somebody who manages this server can give it to me; a direct message to me works without.',
    );
    expect(bench.received).toEqual([]);
  });

  it('work where no thread can be started: answers are replies in the channel', async () => {
    bench.server.refuse.push(({ path }) =>
      path.endsWith('/threads') ? new Refusal(403, 50_013, 'Missing Permissions') : null,
    );
    await bench.connect();
    const id = bench.people.write('how many?', { mention: true });
    const [answer] = await bench.answers(CHANNEL);
    expect(answer!.body.message_reference).toMatchObject({ message_id: id });
    bench.people.press(answer!, 'Delete');
    await vi.waitFor(() => expect(bench.server.shown(CHANNEL)).toEqual([]), WAIT);
  });

  it('privacy is told at once and to the person only', async () => {
    await bench.connect();
    const sent = bench.people.command('privacy', {}, { locale: 'zh-CN' });
    await vi.waitFor(() => expect(callbackOf(sent.token)).toBeDefined(), WAIT);
    expect(callbackOf(sent.token)).toMatchObject({ type: 4, data: { flags: 64 } });
    expect(callbackOf(sent.token)!.data!.content).toContain('保留 30 天');
  });

  it('of twenty people in five servers at once: none lost, none doubled, all acknowledged in time', async () => {
    const guilds = Array.from({ length: 5 }, (_, i) => String(BigInt(GUILD) + BigInt(i * 10)));
    const channels = guilds.map((_, i) => String(BigInt(CHANNEL) + BigInt(i * 10)));
    bench.server.guilds.length = 0;
    bench.server.guilds.push(...guilds.map((guild, i) => guildPayload(bench.server, guild, channels[i]!)));
    await bench.connect();
    const sent = Array.from({ length: 20 }, (_, i) =>
      bench.people.command(
        'ask',
        { question: `question ${i}` },
        {
          guild: guilds[i % 5]!,
          channel: channels[i % 5]!,
          user: { ...ADA, id: String(BigInt(ADA.id) + BigInt(i)) },
        },
      ),
    );
    await Promise.all(channels.map((channel) => bench.answers(channel, 4)));
    expect(channels.flatMap((channel) => bench.server.shown(channel).map((m) => wordsOf(m))).sort()).toEqual(
      Array.from({ length: 20 }, (_, i) => `You asked: question ${i}`).sort(),
    );
    expect(new Set(bench.received.map(({ conversation }) => conversation)).size).toBe(20);
    for (const { token } of sent) expect(callbackOf(token)!.afterMs).toBeLessThan(3_000);
  });
});

describe('rate limits', () => {
  it.each([
    ['of a route', false],
    ['of everything', true],
  ])('%s are waited out', async (_name, global) => {
    await bench.connect();
    let refused = 0;
    bench.server.refuse.push(({ path }) =>
      path.endsWith('@original') && refused++ < 2 ? rateLimit(0.3, global) : null,
    );
    bench.people.command('ask', { question: 'how many?' }, { guild: null });
    const [answer] = await bench.answers(DM);
    expect(wordsOf(answer!)).toBe('You asked: how many?');
    expect(refused).toBeGreaterThan(2);
  });

  it('of ours: a server that asks too much is told so', async () => {
    await bench.connect({ perServerPerHour: 1 });
    bench.people.command('ask', { question: 'one' });
    await bench.answers(CHANNEL);
    const second = bench.people.command('ask', { question: 'two' });
    await vi.waitFor(() => expect(callbackOf(second.token)).toBeDefined(), WAIT);
    expect(callbackOf(second.token)!.data!.content).toContain('one server within an hour');
    expect(bench.received).toHaveLength(1);
  });
});

describe('after the 15 minutes of a token', () => {
  const later = () => {
    bench.server.now = () => Date.now() + 16 * 60_000;
  };

  it('a public answer goes on as an ordinary message', async () => {
    await bench.connect({}, async (message) => {
      const posted = await bench.adapter.post(message);
      later();
      await posted.finish(says('late'));
    });
    const file = bench.people.attachment('a.tif', Buffer.from('II*\0'));
    const sent = bench.people.command('scene', { file });
    const [answer] = await bench.answers(CHANNEL);
    expect(wordsOf(answer!)).toBe('late');
    expect(answer!.id).toBe(bench.server.interactions.get(sent.token)!.response);
  });

  it('a private one is sent directly, and shown to nobody else', async () => {
    await bench.connect({}, async (message) => {
      const posted = await bench.adapter.post(message);
      later();
      await posted.finish(says('late'));
    });
    bench.people.command('ask', { question: 'how many?' });
    const [answer] = await bench.answers(`9${ADA.id.slice(1)}`);
    expect(wordsOf(answer!)).toContain('late');
    expect(bench.server.shown(CHANNEL).every((m) => m.ephemeral)).toBe(true);
  });
});

describe('files', () => {
  const artefact = (name: string, bytes: Buffer): Artefact => {
    const path = join(bench.folder, name);
    writeFileSync(path, bytes);
    return { name, path, mediaType: 'application/octet-stream', bytes: bytes.length };
  };

  it('that are too large are zipped, or come in parts, and it is said', async () => {
    const [flat, noise] = [Buffer.alloc(300_000), randomBytes(250_000)];
    const files = [artefact('mask.tif', flat), artefact('noise.tif', noise)];
    await bench.connect({}, (message) =>
      bench.answer(message, says('Here.', { blocks: [{ kind: 'files', artefacts: files }] })),
    );
    bench.people.command('ask', { question: 'export' }, { guild: null, limit: 100_000 });
    const [answer] = await bench.answers(DM);
    expect(answer!.files.map(({ name }) => name)).toEqual([
      'mask.tif.zip',
      'noise.tif.zip.001',
      'noise.tif.zip.002',
      'noise.tif.zip.003',
    ]);
    expect(answer!.files.every(({ bytes }) => bytes.length <= 100_000)).toBe(true);
    expect(wordsOf(answer!)).toContain('mask.tif is zipped: Discord takes 0.1 MiB here.');
    expect(wordsOf(answer!)).toContain('noise.tif comes in 3 parts');
  });

  it('whose link has expired and whose message has none, too large, or elsewhere, are refused in words', async () => {
    await bench.connect({}, async () => undefined);
    const file = bench.people.attachment('a.tif', Buffer.from('II*\0 scene'));
    bench.people.write('show water', { guild: null, files: [file] });
    await vi.waitFor(() => expect(bench.received).toHaveLength(1), WAIT);
    bench.server.attachments.get(file.id)!.expired = true;
    const target = join(bench.folder, 'scene');
    const [remote] = bench.received[0]!.files;
    const download = bench.adapter.download(remote!, target, 1_000, new AbortController().signal);
    await expect(download).rejects.toThrow('no longer to be had from Discord');
    bench.server.attachments.get(file.id)!.expired = false;
    await expect(bench.adapter.download(remote!, target, 5, new AbortController().signal)).rejects.toThrow(
      'larger than',
    );
    const elsewhere = {
      ...remote!,
      source: JSON.stringify({ ...JSON.parse(remote!.source), url: 'http://169.254.169.254/x' }),
    };
    await expect(bench.adapter.download(elsewhere, target, 1_000, new AbortController().signal)).rejects.toThrow(
      'does not lie in Discord',
    );
  });
});

it('registers its commands once, with Chinese names, and writes again only when something differs', async () => {
  await bench.connect();
  expect(bench.server.commandWrites).toBe(1);
  expect(bench.server.commands.map(({ name }) => name)).toEqual([
    'scene',
    'ask',
    'index',
    'compare',
    'export',
    'scenes',
    'forget',
    'privacy',
    'help',
    'Analyse scene',
  ]);
  expect(bench.server.commands[0]!.name_localizations).toEqual({ 'zh-CN': '影像', 'zh-TW': '影像' });
  for (const command of bench.server.commands) {
    expect(JSON.stringify(command).length).toBeLessThan(8_000);
    if (command.type === 1) expect(command.name).toMatch(/^[-_\p{Ll}]{1,32}$/u);
  }
  await bench.adapter.stop();
  await bench.connect();
  expect(bench.server.commandWrites).toBe(1);
  bench.server.commands[1]!.description = 'something else';
  await bench.adapter.stop();
  await bench.connect();
  expect(bench.server.commandWrites).toBe(2);
});

it('shows hostile words as words', async () => {
  const hostile = '@everyone <@1> **bold** [x](https://evil.example) `code` # title';
  await bench.connect({}, (message) =>
    bench.answer(
      message,
      says(hostile, {
        blocks: [
          { kind: 'headline', title: hostile, numbers: [] },
          { kind: 'text', voice: 'model', text: `${hostile}\n> q` },
        ],
      }),
    ),
  );
  bench.people.command('ask', { question: 'x' }, { guild: null });
  const [answer] = await bench.answers(DM);
  const words = wordsOf(answer!);
  expect(words).toContain(
    '### \\@everyone \\<\\@1\\> \\*\\*bold\\*\\* \\[x\\]\\(https:\\/\\/evil.example\\) \\`code\\` # title',
  );
  expect(words).not.toMatch(/(?<!\\)[@<[]/);
  expect(componentsOf(answer!).length).toBeGreaterThan(0);
});
