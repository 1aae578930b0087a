import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { setLogLevel } from '../../../src/log.ts';
import { partsOf } from '../../../src/main.ts';
import { countMask, readPlain } from '../../conversations/raster.ts';
import type { FakeMessage } from '../../fakes/slack-server.ts';
import { isWorking, SlackBench, shownWords, until } from './setup.ts';

setLogLevel('silent');

const SCENES = resolve(process.env.SCENES_DIR ?? '../shared/scenes');
/** Landsat 7, six bands, 349 × 352 pixels of 28.5 m. */
const SCENE = join(SCENES, 'stars_l7/L7_ETMs.tif');
if (!existsSync(SCENE)) console.log(`not run: Slack conversations on a real scene (no ${SCENE})`);

/** For one answer, on a machine with other things to do. */
const PATIENCE_MS = 300_000;
vi.setConfig({ testTimeout: 1_200_000 });
const settings = { MODEL_THREADS: '1' };

/** Names and words that try to ping, format, reverse and compute. */
const HOSTILE_NAME = '<!channel> *L7* \u202egnp.=cmd.tif';
const HOSTILE_WORDS = `<!channel> <@U0EVIL> =HYPERLINK("http://evil.example") \u202e\u0007 ${'*x* '.repeat(1_250)}`;

describe.each(['socket', 'http'] as const)('over %s, everything real but Slack', (way) => {
  const bench = new SlackBench({ partsOf }, { way, settings });
  const { slack } = bench;
  beforeAll(() => bench.open());
  afterAll(() => bench.close());

  it.skipIf(!existsSync(SCENE))('a real scene goes from upload to export', async () => {
    const { workspace } = bench;
    const files = [slack.addFile('T1', HOSTILE_NAME, readFileSync(SCENE))];
    const { thread } = await slack.say(workspace, {
      channel: 'C1',
      text: `<@${workspace.bot}> show water`,
      files,
    });
    const answers = async (count: number): Promise<FakeMessage> =>
      (await bench.answered(thread, count, workspace, PATIENCE_MS))[count - 1]!;
    const shared = () => slack.answers(workspace, thread).flatMap((m) => m.files);
    const exported = async (ending: string): Promise<string> => {
      const file = await until(() => shared().find((f: { name: string }) => f.name.endsWith(ending)), PATIENCE_MS);
      const path = join(bench.folder, `exported${ending}`);
      writeFileSync(path, slack.files.get(file.id)!.bytes);
      return path;
    };

    const first = await answers(1);
    expect(first.blocks.slice(0, 5).map((b) => b.type)).toEqual(['section', 'header', 'section', 'image', 'section']);
    expect(first.blocks[0].text.text).toMatch(/^(?:High|Medium|Low) confidence: /);
    const numbers = Object.fromEntries(first.blocks[2].fields.map((f: { text: string }) => f.text.split('\n')));
    const image = first.blocks[3];
    const picture = PNG.sync.read(slack.files.get(image.slack_file.id)!.bytes);
    expect(picture.width).toBeGreaterThan(500);
    expect(image.alt_text).toContain(numbers.Area);
    expect(first.text).toContain(numbers.Area);

    // The same numbers again: said, counted in the GeoTIFF, and counted in the GeoJSON.
    await slack.say(workspace, { channel: 'C1', text: 'how many hectares is it?', thread });
    expect(shownWords(await answers(2))).toContain(numbers.Area);
    await slack.press(workspace, first, /^menu:export/, 'GeoTIFF');
    const mask = await readPlain(await exported('.mask.tif'));
    const { pixels, regions } = countMask(mask);
    // Ground area is geodesic, the map's is projected: a little more or less.
    expect((pixels * mask.pixelArea!) / 10_000 / hectares(numbers.Area)).toBeCloseTo(1, 2);
    expect(regions).toHaveLength(Number(numbers.Regions));
    await slack.say(workspace, { channel: 'C1', text: 'send me GeoJSON', thread });
    const geojson = JSON.parse(readFileSync(await exported('.geojson'), 'utf8'));
    expect(geojson.features).toHaveLength(Number(numbers.Regions));

    await slack.say(workspace, { channel: 'C1', text: 'and vegetation?', thread });
    expect((await answers(5)).blocks[1].text.text).toContain('Vegetation');
    const whispered = workspace.ephemerals.length;
    const hostile = `<@${workspace.bot}> ${HOSTILE_WORDS}`.slice(0, 5_000);
    await slack.say(workspace, { channel: 'C1', text: hostile, thread });
    // What it does not understand it says to who asked, or to all.
    await until(
      () =>
        workspace.ephemerals.length > whispered ||
        slack.answers(workspace, thread).filter((m) => m.files.length === 0 && !isWorking(m)).length === 6,
      PATIENCE_MS,
    );
    await slack.say(workspace, { channel: 'C1', text: 'forget everything', thread });
    await until(
      () => slack.answers(workspace, thread).some((m) => /This deletes the whole conversation: /.test(shownWords(m))),
      PATIENCE_MS,
    );

    // Slack parses the words beside the blocks and Markdown; in plain text nothing pings.
    const said = slack.calls.filter((c) => c.method.startsWith('chat.')).map((c) => c.args);
    const parsed = said.flatMap(({ text = '', chunks = [] }) => [
      text,
      ...chunks.map((chunk: { type: string; text?: string }) => (chunk.type === 'markdown_text' ? chunk.text : '')),
    ]);
    expect(parsed.join('\n')).toContain('&lt;!channel&gt; *L7*');
    expect(parsed.join('\n')).not.toMatch(/<[!@]/);
    expect(JSON.stringify(said)).not.toMatch(/\u202e|\\u0007|"type":"mrkdwn"/);
    expect(slack.faults).toEqual([]);
  });
});

/** "1,234.5 ha" or "12.3 km²". */
const hectares = (area: string): number =>
  Number(/[\d,.]+/.exec(area)![0].replaceAll(',', '')) * (area.includes('km²') ? 100 : 1);
