import { execFileSync } from 'node:child_process';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { type App, assemble, partsOf } from '../../../src/main.ts';
import { ADA, BOB, CHANNEL, GUILD, guildPayload, wordsOf } from '../../fakes/discord-events.ts';
import { expectWithin, isOverloaded, watched } from '../../fakes/watched.ts';
import { DiscordBench, isWorking } from './setup.ts';

/** Loading the model and reading the scene take their time. */
const PATIENCE = { timeout: 300_000, interval: 50 };
const GUILDS = Array.from({ length: 5 }, (_, i) => String(BigInt(GUILD) + BigInt(i * 10)));
const CHANNELS = GUILDS.map((_, i) => String(BigInt(CHANNEL) + BigInt(i * 10)));

const bench = new DiscordBench();
const { server, people } = bench;
let app: App;

describe.skipIf(isOverloaded('Discord during a model run'))('while the model runs', () => {
  beforeAll(async () => {
    await server.start();
    server.guilds.push(...GUILDS.map((guild, i) => guildPayload(server, guild, CHANNELS[i])));
    // Discord closes a connection that has not been heard of for twice as long.
    server.heartbeatMs = 3_000;
    const config = loadConfig({ DATA_DIR: bench.folder, MODEL_THREADS: '1' });
    const adapter = bench.adapterOf({ progressPauseMs: 200 });
    app = await assemble(config, { ...(await partsOf(config)), adapters: [adapter] });
    await app.start();
  });

  afterAll(async () => {
    await app.stop();
    await bench.close();
  });

  it('people are answered at once, nobody is lost, and Cancel ends it', async () => {
    // Big enough for dozens of chips: nobody waits for their end here.
    const size = 2_500;
    const pixels = Buffer.alloc(size * size * 3, Uint8Array.of(60, 140, 50, 90, 90, 90));
    const scene = await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    people.command('scene', { file: people.attachment('field.png', scene), ask: 'show vegetation' });
    const working = await vi.waitFor(() => {
      const [message] = server.shown(CHANNEL);
      expect(wordsOf(message!)).toMatch(/\*\*Outlining regions\*\* · \d+ of \d+/);
      return message!;
    }, PATIENCE);
    const model = modelProcesses();
    expect(model).toHaveLength(1);

    const { heartbeats } = server.gateway;
    const before = wordsOf(working);
    const callback = (token: string) => server.interactions.get(token)!.callback;
    const acknowledged = await watched(async () => {
      const sent = Array.from({ length: 20 }, (_, i) => {
        const user = { ...ADA, id: String(BigInt(ADA.id) + BigInt(100 + i)) };
        const asked = people.command(
          'ask',
          { question: 'show water' },
          { guild: GUILDS[i % 5]!, channel: CHANNELS[i % 5]!, user },
        );
        server.repeatLast();
        return asked;
      });
      const byBob = people.press(working, 'Cancel', { user: BOB });
      await vi.waitFor(() => {
        expect(server.violations).toEqual([]);
        expect([...sent, byBob].filter(({ token }) => !callback(token))).toEqual([]);
      }, PATIENCE);
      return { sent, byBob };
    });
    const { sent, byBob } = acknowledged.result;
    expectWithin(1_000, Math.max(...[...sent, byBob].map(({ token }) => callback(token)!.afterMs)), acknowledged);

    // The run has gone on meanwhile, and so has the heart.
    await vi.waitFor(() => {
      expect(wordsOf(working)).not.toBe(before);
      expect(server.gateway.heartbeats).toBeGreaterThan(heartbeats + 1);
    }, PATIENCE);
    expect(isWorking(working)).toBe(true);
    expect(modelProcesses()).toEqual(model);

    const stopped = await watched(async () => {
      const byAda = people.press(working, 'Cancel');
      await vi.waitFor(() => expect(wordsOf(working)).toBe('Stopped.'), PATIENCE);
      return byAda;
    });
    expectWithin(1_000, callback(stopped.result.token)!.afterMs, stopped);
    // Others use it.
    expect(modelProcesses()).toEqual(model);

    // Everybody who came meanwhile gets one answer.
    const toBob = server.interactions.get(byBob.token)!.response;
    const others = () =>
      CHANNELS.flatMap((channel) => server.shown(channel).filter((one) => one !== working && one.id !== toBob));
    await vi.waitFor(() => expect(others().filter((message) => !isWorking(message))).toHaveLength(20), PATIENCE);
    expect(new Set(others().map(({ id }) => id))).toEqual(
      new Set(sent.map(({ token }) => server.interactions.get(token)!.response)),
    );
    for (const message of others()) expect(wordsOf(message)).toContain('Drop a GeoTIFF');
    expect(server.gateway).toMatchObject({ identifies: 1, resumes: 0 });
    expect(server.violations).toEqual([]);
  }, 600_000);
});

/** Children of this process that hold a model. */
function modelProcesses(): string[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return all
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, state]) => parent === String(process.pid) && !state!.startsWith('Z'))
    .filter((words) => words.some((word) => word.includes('model-host')))
    .map(([pid]) => pid!);
}
