import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFileLinks } from '../../../src/chat/discord/file-links.ts';
import type { Artefact } from '../../../src/domain/picture.ts';
import { shrinkPicture } from '../../../src/render/shrink-picture.ts';
import { ADA, BOB, CHANNEL, componentsOf, DM, GUILD, guildPayload, wordsOf } from '../../fakes/discord-events.ts';
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

describe('interactions', () => {
  it('are handled once when they come twice', async () => {
    await bench.connect();
    bench.people.command('ask', { question: 'how many?' }, { guild: null });
    bench.server.repeatLast();
    await bench.answers(DM);
    expect(bench.received).toHaveLength(1);
    expect(bench.server.calls.filter(({ path }) => path.endsWith('/callback'))).toHaveLength(1);
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

  it('of a button that another version made are answered in words', async () => {
    await bench.connect();
    const id = bench.people.write('how many?', { mention: true });
    const [answer] = await bench.answers(id);
    const old = { type: 2, label: 'Old', style: 2, custom_id: 's0:do:abc' };
    const body = { ...answer!.body, components: [{ type: 1, components: [old] }] };
    const pressed = bench.people.press({ ...answer!, body }, 'Old');
    await vi.waitFor(() => expect(callbackOf(pressed.token)).toBeDefined(), WAIT);
    expect(callbackOf(pressed.token)!.data).toMatchObject({
      content: 'This button is from an older version of me. Please ask in words instead.',
      flags: 64,
    });
    expect(bench.received).toHaveLength(1);
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
  it('of a route are kept, whatever the pace of the progress', async () => {
    bench.server.bucket = { requests: 2, windowMs: 500 };
    await bench.connect({ progressPauseMs: 1 }, async (message) => {
      const posted = await bench.adapter.post(message);
      for (let done = 0; done < 20; done++) {
        await posted.update({ stage: 'masking', done, total: 20 });
        await sleep(50);
      }
      await posted.finish(says(`You asked: ${message.text}`));
    });
    bench.people.command('ask', { question: 'how many?' }, { guild: null });
    const [answer] = await bench.answers(DM);
    expect(wordsOf(answer!)).toBe('You asked: how many?');
    // A second of work in windows of half a second, two edits each: going over is a violation.
    expect(answer!.edits).toBeGreaterThan(2);
  });

  it('that are refused all the same are waited out', async () => {
    await bench.connect();
    let refused = 0;
    bench.server.refuse.push(({ path }) => (path.endsWith('@original') && refused++ < 2 ? rateLimit(0.3) : null));
    bench.people.command('ask', { question: 'how many?' }, { guild: null });
    expect(wordsOf((await bench.answers(DM))[0]!)).toBe('You asked: how many?');
    expect(refused).toBeGreaterThan(2);
  });

  it('of everything: nobody asks meanwhile, but people are acknowledged', async () => {
    await bench.connect();
    bench.server.limitGlobally(2);
    bench.people.command('ask', { question: 'one' }, { guild: null });
    await sleep(300);
    const second = bench.people.command('ask', { question: 'two' }, { guild: null });
    await vi.waitFor(() => expect(callbackOf(second.token)).toBeDefined(), WAIT);
    expect(bench.server.shown(DM).every(({ loading }) => loading)).toBe(true);
    const answers = await bench.answers(DM, 2);
    expect(answers.map(wordsOf).sort()).toEqual(['You asked: one', 'You asked: two']);
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

describe('an acknowledgement', () => {
  it('that comes after three seconds is too late: nothing is begun that nobody will see', async () => {
    await bench.connect();
    const late = bench.people.command('ask', { question: 'one' });
    bench.server.now = () => Date.now() + 4_000;
    await vi.waitFor(
      () =>
        expect(bench.server.calls.some(({ path }) => path.includes(late.id) && path.endsWith('/callback'))).toBe(true),
      WAIT,
    );
    bench.people.command('ask', { question: 'two' });
    expect((await bench.answers(CHANNEL)).map(wordsOf)).toEqual(['You asked: two']);
    expect(callbackOf(late.token)).toBeUndefined();
    expect(bench.received.map(({ text }) => text)).toEqual(['two']);
    expect(bench.server.violations.splice(0)).toEqual([expect.stringMatching(/callback: Unknown interaction$/)]);
  });

  it('that another process has given is left to it', async () => {
    await bench.connect();
    const other = new Promise<string>((resolve) => {
      bench.server.refuse.push(({ path }) => {
        if (!path.endsWith('/callback')) return null;
        resolve(path);
        return new Refusal(400, 40_060, 'Interaction has already been acknowledged.');
      });
    });
    bench.people.command('ask', { question: 'one' });
    await other;
    await bench.adapter.stop();
    expect(bench.received).toEqual([]);
  });
});

/** From now on it is so much later in Discord. */
const later = (minutes: number): void => {
  bench.server.now = () => Date.now() + minutes * 60_000;
};
const DAY_MIN = 24 * 60;

describe('after the 15 minutes of a token', () => {
  it.each([14.1, 16])('a public answer goes on as an ordinary message: after %d of them', async (minutes) => {
    await bench.connect({}, async (message) => {
      const posted = await bench.adapter.post(message);
      later(minutes);
      await posted.finish(says('late'));
    });
    const file = bench.people.attachment('a.tif', Buffer.from('II*\0'));
    const sent = bench.people.command('scene', { file });
    const [answer] = await bench.answers(CHANNEL);
    expect(wordsOf(answer!)).toBe('late');
    expect(answer!.id).toBe(bench.server.interactions.get(sent.token)!.response);
    expect(bench.server.calls.at(-1)).toMatchObject({ path: `/channels/${CHANNEL}/messages/${answer!.id}` });
  });

  it('a private one is sent directly, and shown to nobody else', async () => {
    await bench.connect({}, async (message) => {
      const posted = await bench.adapter.post(message);
      later(16);
      await posted.finish(says('late'));
    });
    bench.people.command('ask', { question: 'how many?' });
    const [answer] = await bench.answers(`9${ADA.id.slice(1)}`);
    expect(wordsOf(answer!)).toContain('late');
    expect(bench.server.shown(CHANNEL).every((m) => m.ephemeral)).toBe(true);
  });

  it('what could not even say that it works is answered all the same: in place, anew, or directly', async () => {
    await bench.connect({}, async (message) => {
      later(16);
      if (message.text === 'deleted') bench.server.messages.delete(message.origin!.reply!);
      await bench.answer(message);
    });
    const now = () => Date.now();
    const file = bench.people.attachment('a.tif', Buffer.from('II*\0'));
    const inPlace = bench.people.command('scene', { file, ask: 'in place' });
    const [first] = await bench.answers(CHANNEL);
    expect([first!.id, wordsOf(first!)]).toEqual([
      bench.server.interactions.get(inPlace.token)!.response,
      'You asked: in place',
    ]);
    bench.server.now = now;
    const deleted = bench.people.command('scene', { file, ask: 'deleted' });
    const [, second] = await bench.answers(CHANNEL, 2);
    expect(second!.id).not.toBe(bench.server.interactions.get(deleted.token)!.response);
    expect(wordsOf(second!)).toBe('You asked: deleted');
    bench.server.now = now;
    bench.people.command('scene', { file, ask: 'directly', private: true });
    const [third] = await bench.answers(`9${ADA.id.slice(1)}`);
    expect(wordsOf(third!)).toContain('You asked: directly');
  });
});

describe('installed by a person, where the bot is no member', () => {
  const there = { userInstall: true };

  it('answers through the token, in a conversation of their own and without a thread', async () => {
    await bench.connect();
    const sent = bench.people.command('scene', { file: bench.people.attachment('a.tif', Buffer.from('II*\0')) }, there);
    const [first] = await bench.answers(CHANNEL);
    bench.people.press(first!, 'Delete', there);
    await vi.waitFor(() => expect(bench.server.shown(CHANNEL)).toEqual([]), WAIT);
    bench.people.command('ask', { question: 'how many?' }, there);
    await bench.answers(CHANNEL);
    expect(first!.id).toBe(bench.server.interactions.get(sent.token)!.response);
    expect(new Set(bench.received.map(({ conversation }) => conversation))).toEqual(
      new Set([`discord:${GUILD}:${CHANNEL}:u${ADA.id}`]),
    );
    // All that needs a member's rights: threads, messages in channels.
    expect(bench.server.calls.filter(({ path }) => path.startsWith('/channels/'))).toEqual([]);
  });

  it('sends what takes longer than 15 minutes as a direct message', async () => {
    await bench.connect({}, async (message) => {
      const posted = await bench.adapter.post(message);
      later(16);
      await posted.finish(says('late'));
    });
    bench.people.command('ask', { question: 'how many?' }, there);
    const [answer] = await bench.answers(`9${ADA.id.slice(1)}`);
    expect(wordsOf(answer!)).toBe('-# This took longer than the 15 minutes Discord allows there, so here it is.\nlate');
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

  it('fit the token’s limit in a response, and the server’s in a message of our own', async () => {
    const noise = artefact('noise.tif', randomBytes(11 * 2 ** 20));
    await bench.connect({}, (message) =>
      bench.answer(
        message,
        says('Here.', {
          blocks: [
            { kind: 'files', artefacts: [noise] },
            { kind: 'actions', actions: [{ label: 'Again', plans: [{ operation: 'rerun', targets: [] }] }] },
          ],
        }),
      ),
    );
    // Somebody with Nitro.
    const limit = 500 * 2 ** 20;
    bench.people.command('ask', { question: 'export' }, { guild: null, limit });
    const [whole] = await bench.answers(DM);
    expect(whole!.files.map(({ name }) => name)).toEqual(['noise.tif']);
    bench.people.press(whole!, 'Again', { guild: null, limit });
    const [, parts] = await bench.answers(DM, 2);
    expect(parts!.files.map(({ name }) => name)).toEqual(['noise.tif.zip.001', 'noise.tif.zip.002']);
  });

  it('that Discord refuses as too large together are sent again with less', async () => {
    bench.server.messageBytes = 25_000_000;
    const files = ['a', 'b', 'c'].map((name) => artefact(`${name}.tif`, randomBytes(9 * 2 ** 20)));
    await bench.connect({}, (message) =>
      bench.answer(message, says('Here.', { blocks: [{ kind: 'files', artefacts: files }] })),
    );
    bench.people.command('ask', { question: 'export' }, { guild: null });
    const [answer] = await bench.answers(DM);
    expect(answer!.files.map(({ name }) => name)).toEqual(['a.tif', 'b.tif']);
    expect(wordsOf(answer!)).toContain(
      'c.tif \\(9 MiB\\) does not fit, not beside the other files of this message: Discord takes 10 MiB a file here. ' +
        'Ask for it by itself, for a smaller region or in another format; or whoever runs me sets DISCORD\\_FILES\\_URL, and I give a link.',
    );
  });

  it('that fit in no way are offered at an address of ours, for a day and as they are', async () => {
    const bytes = randomBytes(2_000_000);
    const file = artefact('wälder.tif', bytes);
    let port = 0;
    let now = Date.now();
    const ours = { publicUrl: 'https://spex.example.org/chat/', port: 0, now: () => now };
    const links = createFileLinks({ ...ours, key: randomBytes(32) });
    const start = async () => (port = await links.start());
    await bench.connect({ links: { ...links, start } }, (message) =>
      bench.answer(message, says('Here.', { blocks: [{ kind: 'files', artefacts: [file] }] })),
    );
    bench.people.command('ask', { question: 'export' }, { guild: null, limit: 100_000 });
    const [answer] = await bench.answers(DM);
    const [, said, link] = /^-# (.*) <(https:.*)>$/m.exec(wordsOf(answer!))!;
    expect(said).toBe(
      'wälder.tif \\(1.9 MiB\\) does not fit, not even zipped and in parts: Discord takes 0.1 MiB a file here. ' +
        'Whoever has this link can fetch it within 24 hours:',
    );
    expect(link).toMatch(/^https:\/\/spex\.example\.org\/chat\/files\/[\w-]+$/);
    expect(Buffer.from(link!.split('/').at(-1)!, 'base64url').toString('latin1')).not.toContain('tif');

    const get = (address: string, method = 'GET') =>
      fetch(address.replace('https://spex.example.org', `http://127.0.0.1:${port}`), { method });
    const found = await get(link!);
    expect(Buffer.from(await found.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(found.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': "attachment; filename*=UTF-8''w%C3%A4lder.tif",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    });
    expect((await get(link!, 'HEAD')).headers.get('content-length')).toBe('2000000');
    const forged = createFileLinks({ ...ours, key: randomBytes(32) }).linkTo({ name: 'passwd', path: '/etc/passwd' });
    const statuses = async (...addresses: string[]) =>
      Promise.all(addresses.map(async (address) => (await get(address)).status));
    expect(await statuses(forged, `${link}A`, `${link!.slice(0, -2)}`, 'https://spex.example.org/')).toEqual([
      404, 404, 404, 404,
    ]);
    expect((await get(link!, 'POST')).status).toBe(404);
    now += 24 * 3_600_000;
    const late = await get(link!);
    expect([late.status, await late.text()]).toEqual([
      404,
      'This link has expired, or the file has been deleted. Ask for it again where you got the link.\n',
    ]);
    now -= 1;
    expect((await get(link!)).status).toBe(200);
    rmSync(file.path);
    expect((await get(link!)).status).toBe(404);
  });

  it('that are pictures become smaller pictures, and it is said', async () => {
    const noise = await sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } })
      .png()
      .toBuffer();
    const picture = artefact('map.png', noise);
    await bench.connect({ shrinkPicture }, (message) =>
      bench.answer(message, says('Here.', { blocks: [{ kind: 'picture', artefact: picture, alt: 'Noise' }] })),
    );
    bench.people.command('ask', { question: 'show' }, { guild: null, limit: 100_000 });
    const [answer] = await bench.answers(DM);
    const [file] = answer!.files;
    expect(file!.bytes.length).toBeLessThanOrEqual(100_000);
    expect((await sharp(file!.bytes).metadata()).format).toBe(file!.name.split('.').at(-1));
    expect(wordsOf(answer!)).toContain('map.png is shown smaller: Discord takes 0.1 MiB here.');
  });

  it('of a message whose link has expired are fetched by a new one', async () => {
    await bench.connect({}, async () => undefined);
    const file = bench.people.attachment('a.tif', Buffer.from('II*\0 scene'));
    bench.people.write('show water', { mention: true, files: [file] });
    await vi.waitFor(() => expect(bench.received).toHaveLength(1), WAIT);
    later(DAY_MIN);
    const target = join(bench.folder, 'scene');
    await bench.adapter.download(bench.received[0]!.files[0]!, target, 1_000, new AbortController().signal);
    expect(readFileSync(target, 'latin1')).toBe('II*\0 scene');
  });

  it('whose link has expired and whose message has none, too large, or elsewhere, are refused in words', async () => {
    await bench.connect({}, async () => undefined);
    const file = bench.people.attachment('a.tif', Buffer.from('II*\0 scene'));
    bench.people.command('scene', { file }, { guild: null });
    await vi.waitFor(() => expect(bench.received).toHaveLength(1), WAIT);
    const target = join(bench.folder, 'scene');
    const [remote] = bench.received[0]!.files;
    await expect(bench.adapter.download(remote!, target, 5, new AbortController().signal)).rejects.toThrow(
      'larger than',
    );
    later(DAY_MIN);
    const download = bench.adapter.download(remote!, target, 1_000, new AbortController().signal);
    await expect(download).rejects.toThrow('no longer to be had from Discord');
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
    'settings',
    'scenes',
    'forget',
    'privacy',
    'help',
    'Analyse scene',
  ]);
  expect(bench.server.commands[0]!.name_localizations).toEqual({ 'zh-CN': '影像', 'zh-TW': '影像' });
  expect(bench.server.commands[1]!.name_localizations).toEqual({ 'zh-CN': '提问', 'zh-TW': '提問' });
  // For servers and for single people; there, with us, and between people.
  for (const command of bench.server.commands)
    expect(command).toMatchObject({ integration_types: [0, 1], contexts: [0, 1, 2] });
  const [file] = bench.server.commands[0]!.options as { file_types?: string[] }[];
  expect(file!.file_types).toEqual(['.tif', '.tiff', '.jp2', '.png', '.jpg', '.jpeg', '.webp', '.zip']);
  // Everything a person reads is there in Chinese, too; formats and indices have one name everywhere.
  const untranslated = (option: Named): string[] => [
    ...(option.name_localizations?.['zh-CN'] ? [] : [option.name]),
    ...(option.description && !option.description_localizations?.['zh-CN'] ? [option.description] : []),
    ...(option.options ?? []).flatMap(untranslated),
  ];
  expect((bench.server.commands as Named[]).flatMap(untranslated)).toEqual([]);
  await bench.adapter.stop();
  await bench.connect();
  expect(bench.server.commandWrites).toBe(1);
  bench.server.commands[1]!.description = 'something else';
  await bench.adapter.stop();
  await bench.connect();
  expect(bench.server.commandWrites).toBe(2);
});

interface Named {
  readonly name: string;
  readonly description?: string;
  readonly name_localizations?: Readonly<Record<string, string>> | null;
  readonly description_localizations?: Readonly<Record<string, string>> | null;
  readonly options?: readonly Named[];
}

describe('a command', () => {
  it('/scene takes a link in place of a file, and says what is no link to a scene', async () => {
    await bench.connect();
    const url = 'https://sentinel-cogs.s3.us-west-2.amazonaws.com/sentinel-s2-l2a-cogs/33/U/UU/B04.tif';
    bench.people.command('scene', { url, ask: 'show vegetation' });
    const [answer] = await bench.answers(CHANNEL);
    expect(bench.received[0]).toMatchObject({ text: `show vegetation ${url}`, files: [] });
    expect(bench.server.threads.get(answer!.id)!.name).toBe('B04.tif · show vegetation');
    // What is wrong with a link is said where it would be read.
    bench.people.command('scene', { url: 'https://a:99999999/b.tif', ask: 'show water' });
    const [, malformed] = await bench.answers(CHANNEL, 2);
    expect(bench.received[1]).toMatchObject({ text: 'show water https://a:99999999/b.tif' });
    expect(bench.server.threads.get(malformed!.id)!.name).toBe('b.tif · show water');
    const page = bench.people.command('scene', { url: 'https://example.org/about' });
    const nothing = bench.people.command('scene', { ask: 'show vegetation' });
    await vi.waitFor(() => expect(callbackOf(nothing.token)).toBeDefined(), WAIT);
    expect(callbackOf(page.token)!.data!.content).toMatch(/^That is no link to a scene\./);
    expect(callbackOf(nothing.token)!.data!.content).toBe('Please add a scene: a file at “file”, or a link at “url”.');
    expect(bench.received).toHaveLength(2);
  });

  it('/settings tells and sets units and overlays of the conversation', async () => {
    await bench.connect();
    bench.people.command('settings', {}, { guild: null });
    bench.people.command('settings', { areas: 'acre', overlay: 'outline' }, { guild: null });
    bench.people.command('settings', { areas: 'auto' }, { guild: null });
    await bench.answers(DM, 3);
    expect(bench.received.map(({ plans }) => plans)).toEqual([
      [{ operation: 'restyle', targets: [] }],
      [{ operation: 'restyle', targets: [], unit: 'acre', style: { mode: 'outline' } }],
      [{ operation: 'restyle', targets: [], unit: null }],
    ]);
  });

  /** The only message there, once it says this. */
  const saying = (words: string) =>
    vi.waitFor(() => {
      const [answer] = bench.server.shown(CHANNEL);
      expect(wordsOf(answer!)).toContain(words);
      return answer!;
    }, WAIT);

  it('/forget everywhere says what would go, to that person only, and deletes it on a press', async () => {
    await bench.connect();
    const sent = bench.people.command('forget', { everywhere: true });
    const question = await saying('what you sent in 1 conversation: 2 scenes, 3 results and 4 messages.');
    expect(question.ephemeral).toBe(true);
    expect(callbackOf(sent.token)).toMatchObject({ type: 5, data: { flags: 64 } });
    expect(bench.forgotten).toEqual([]);

    // Something was said meanwhile: it is asked anew.
    bench.held = { ...bench.held, messages: 5 };
    bench.people.press(question, 'Delete');
    const again = await saying('5 messages');
    expect(bench.forgotten).toEqual([]);
    bench.people.press(again, 'Delete');
    const done = await saying("I've deleted what you sent in 1 conversation.");
    expect(componentsOf(done)).toEqual([]);
    expect(bench.forgotten).toEqual([{ author: `discord:${ADA.id}` }]);
    expect(bench.received).toEqual([]);
  });

  it('/forget everywhere keeps everything when that is pressed, and asks nothing when there is nothing', async () => {
    await bench.connect();
    bench.people.command('forget', { everywhere: true });
    bench.people.press(await saying('It cannot be undone.'), 'Keep');
    expect(componentsOf(await saying('OK, nothing was deleted.'))).toEqual([]);
    bench.held = { conversations: 0, scenes: 0, results: 0, messages: 0 };
    bench.people.command('forget', { everywhere: true });
    await vi.waitFor(
      () => expect(bench.server.shown(CHANNEL).map(wordsOf)).toContain('I keep nothing of yours.'),
      WAIT,
    );
    expect(bench.forgotten).toEqual([]);
  });
});

it('forgets what was said in a server that removes it, and not what was said in one that is out of order', async () => {
  await bench.connect();
  bench.server.dispatch('GUILD_DELETE', { id: GUILD, unavailable: true });
  bench.server.dispatch('GUILD_DELETE', { id: GUILD });
  await vi.waitFor(() => expect(bench.forgotten).toEqual([{ prefix: `discord:${GUILD}:` }]), WAIT);
});

it('hears its own threads without a mention where the intent is granted, but not people who turn to each other', async () => {
  bench.server.allowMessageContent = true;
  await bench.connect({ messageContent: true });
  const id = bench.people.write('how many?', { mention: true });
  await bench.answers(id);
  bench.people.write('and water?', { channel: id });
  await bench.answers(id, 2);
  bench.people.write('nobody asked you', { channel: CHANNEL });
  bench.people.write('look', { channel: id, others: [BOB] });
  bench.people.write('why?', { channel: id });
  await bench.answers(id, 3);
  expect(bench.received.map(({ text }) => text)).toEqual(['how many?', 'and water?', 'why?']);
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
