import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import type { Reply } from '../../../src/domain/message.ts';
import { type App, assemble, partsOf } from '../../../src/main.ts';
import { countMask, readPlain } from '../../conversations/raster.ts';
import { CHANNEL, componentsOf, wordsOf } from '../../fakes/discord-events.ts';
import type { FakeMessage } from '../../fakes/discord-server.ts';
import { DiscordBench, isWorking } from './setup.ts';

const SCENE = resolve(process.env.SCENES_DIR ?? '../shared/scenes', 'terramesh_s2/S2L2A_637U_59R_1_3.tif');
const hasScene = existsSync(SCENE);
if (!hasScene) console.log(`not run: a whole conversation in Discord about a real scene (no ${SCENE})`);

const bench = new DiscordBench();
const { server, people } = bench;
/** What the dialogue answered, turn by turn: numbers to compare what is shown with. */
const replies: Reply[] = [];
let app: App;

describe.skipIf(!hasScene)('a whole conversation about a real scene, with the shipped pack', () => {
  beforeAll(async () => {
    await bench.open();
    const config = loadConfig({ DATA_DIR: bench.folder });
    const parts = await partsOf(config);
    app = await assemble(config, {
      ...parts,
      adapters: [bench.adapterOf({ indices: { ndvi: 'NDVI', ndwi: 'NDWI' } })],
      respond: async (turn, run) => {
        const result = await parts.respond(turn, run);
        replies.push(result.reply);
        return result;
      },
    });
    await app.start();
  });

  afterAll(async () => {
    await app.stop();
    await bench.close();
    expect(server.violations).toEqual([]);
  });

  it('goes from upload to export, with every means Discord has', async () => {
    const file = people.attachment('S2L2A_637U_59R_1_3.tif', readFileSync(SCENE));
    const sent = people.command('scene', { file, ask: 'show vegetation' });
    const first = await answer(CHANNEL, 1);
    expect(first.id).toBe(server.interactions.get(sent.token)!.response);
    const thread = first.id;
    const [vegetation] = replies[0]!.facts;
    expect(vegetation!.target).toBe('vegetation');
    expect(vegetation!.pixels).toBeGreaterThan(0);
    // 10 m pixels in UTM: 100 m² each, but for the map's scale.
    expect(Math.abs(vegetation!.areaM2! / (vegetation!.pixels * 100) - 1)).toBeLessThan(0.0025);
    expect(wordsOf(first)).toMatch(
      /^(?:High|Medium|Low) confidence: .*\n### Vegetation · .*\nArea \*\*[\d,.]+ (?:ha|km²|m²)\*\* · Share of the scene \*\*/,
    );
    const gallery = componentsOf(first).find(({ type }) => type === 12)!;
    expect(gallery.items![0]!.description).toMatch(/vegetation/i);
    const picture = first.files.find(({ name }) => gallery.items![0]!.media.url === `attachment://${name}`)!;
    expect(await sharp(picture.bytes).metadata()).toMatchObject({ format: 'png' });

    people.write('how many hectares is the largest?', { mention: true, channel: thread });
    const [largest] = vegetation!.regions;
    const said = Number(/([\d,.]+) ha/.exec(wordsOf(await answer(thread, 1)))![1]!.replaceAll(',', ''));
    expect(said / (largest!.areaM2! / 10_000)).toBeCloseTo(1, 2);

    people.press(first, 'Show water');
    expect(wordsOf(await answer(thread, 2))).toMatch(/water/i);
    expect(replies[2]!.facts[0]!.target).toBe('water');

    people.press(first, 'GeoTIFF');
    const exported = await answer(thread, 3);
    const mask = exported.files.find(({ name }) => name.endsWith('.mask.tif'))!;
    const counted = countMask(await readPlain(keep('mask.tif', mask.bytes)));
    expect(counted.pixels).toBe(vegetation!.pixels);
    expect(counted.regions).toHaveLength(vegetation!.count);

    people.press(first, 'GeoJSON');
    const shapes = (await answer(thread, 4)).files.find(({ name }) => name.endsWith('.geojson'))!;
    expect(JSON.parse(shapes.bytes.toString()).features).toHaveLength(vegetation!.count);

    people.submit(first, 'why?');
    expect(wordsOf(await answer(thread, 5))).toContain('NDVI');

    people.command('settings', { areas: 'acre' }, { channel: thread });
    expect(wordsOf(await answer(thread, 6))).toContain('areas are given in acres');
    people.command('ask', { question: 'how big is the vegetation?' }, { channel: thread });
    const acres = Number(/([\d,.]+) acres/.exec(wordsOf(await answer(thread, 7)))![1]!.replaceAll(',', ''));
    expect(acres / (vegetation!.areaM2! / 4046.8564224)).toBeCloseTo(1, 2);

    people.press(first, 'NDVI');
    expect((await answer(thread, 8)).files.map(({ mediaType }) => mediaType)).toContain('image/png');

    people.command('forget', {}, { channel: thread });
    people.press(await answer(thread, 9), 'Delete everything');
    await answer(thread, 10);
    people.command('scenes', {}, { channel: thread });
    expect(wordsOf(await answer(thread, 11))).toContain('There is no scene in this conversation yet');
    expect(server.threads.get(thread)).toEqual({ parent: CHANNEL, name: 'S2L2A_637U_59R_1_3.tif · show vegetation' });
    expect(replies).toHaveLength(12);
  });
});

/** The nth finished message of a channel or thread. */
const answer = (channel: string, nth: number): Promise<FakeMessage> =>
  vi.waitFor(
    () => {
      const shown = server.shown(channel).filter((message) => !isWorking(message));
      expect(shown.length).toBeGreaterThanOrEqual(nth);
      return shown[nth - 1]!;
    },
    { timeout: 300_000, interval: 50 },
  );

function keep(name: string, bytes: Uint8Array): string {
  const path = join(bench.folder, name);
  writeFileSync(path, bytes);
  return path;
}
