import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWebAdapter, type WebAdapter } from '../../src/chat/web/adapter.ts';
import { loadConfig } from '../../src/config.ts';
import { setLogLevel } from '../../src/log.ts';
import { type App, assemble, type Kept, partsOf } from '../../src/main.ts';
import { DEMO_SCENE } from '../../src/scene/demo/demo-scene.ts';
import { COMPACT_TINY, tinyPack } from '../tiny-pack.ts';
import { hasChromium, openChromium } from './chromium.ts';

const SHIPPED = resolve(import.meta.dirname, '../../models/spex-compact');
/** 512 × 512 pixels of 10 m: 2,621.44 ha on the map grid. */
const SCENE_HA = 2621.44;
/** For an answer of the model, on a machine that may be busy with other things. */
const WAIT_MS = 400_000;

let folder: string;
let browser: BrowserContext;
let page: Page;
let adapter: WebAdapter;
let app: App;
let pack: string;
let port = 0;

async function start(): Promise<void> {
  const config = loadConfig({ DATA_DIR: join(folder, 'data'), MODEL_PACK: pack });
  const web = ({ memory, transcript, room }: Kept): WebAdapter => {
    adapter = createWebAdapter({
      memory,
      transcript,
      room,
      host: '127.0.0.1',
      port,
      folder: join(folder, 'data/web'),
      uploads: { file: 2 ** 24, session: 2 ** 26, address: 2 ** 26, all: 2 ** 26 },
      demo: DEMO_SCENE,
    });
    return adapter;
  };
  app = await assemble(config, { ...(await partsOf(config)), adapters: [web] });
  await app.start();
  port = Number(new URL(adapter.url()).port);
}

const answers = () => page.locator('.answer');

/** Asks, waits for the answer, and returns it. */
async function ask(text: string) {
  const before = await answers().count();
  await page.locator('#question').fill(text);
  await page.locator('#question').press('Enter');
  const answer = answers().nth(before);
  await answer.waitFor({ timeout: WAIT_MS });
  return answer;
}

async function save(button: string): Promise<{ name: string; bytes: Buffer }> {
  const download = page.waitForEvent('download');
  await page
    .getByRole('link', { name: new RegExp(`^Save ${button}`) })
    .last()
    .click();
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

const number = (text: string | undefined): number => Number(text?.replace(/[^\d.]/g, ''));

describe.skipIf(!hasChromium)('the whole way, from a page to the model and back', () => {
  beforeAll(async () => {
    setLogLevel('silent');
    folder = await mkdtemp(join(tmpdir(), 'way-'));
    // Where the shipped pack is not, a pack with random weights goes the same way to poorer answers.
    pack = existsSync(join(SHIPPED, 'pack.json')) ? SHIPPED : await tinyPack(COMPACT_TINY);
    await start();
    browser = await openChromium(join(folder, 'profile'), { viewport: { width: 1280, height: 860 }, locale: 'en-GB' });
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await page?.close();
    page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(adapter.url());
    await page.locator('#welcome').waitFor();
  });

  it('answers the demo scene, a follow-up from memory, and hands out the regions', async () => {
    await page.getByRole('button', { name: 'Try the demo scene' }).click();
    await answers().first().waitFor({ timeout: WAIT_MS });
    expect(await page.locator('.headline h3').innerText()).toBe('Vegetation · valley.tif');
    const shown = Object.fromEntries(
      (await page.locator('.headline dl > div').allInnerTexts()).map((pair) => pair.split('\n') as [string, string]),
    );
    // Two independent roundings of one area.
    expect(Math.abs((100 * number(shown.Area)) / SCENE_HA - number(shown['Share of the scene']))).toBeLessThan(0.15);
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.picture img')!.naturalWidth >= 512);
    expect(await page.locator('.voice-label').allInnerTexts()).toContain('Measured');
    // A long answer is read from its beginning, and only the conversation scrolls.
    const { top, page: whole } = await page.evaluate(() => ({
      top: document.querySelector('.said')!.getBoundingClientRect().top,
      page: document.scrollingElement!.scrollTop,
    }));
    expect(whole).toBe(0);
    expect(top).toBeGreaterThan(0);

    const largest = await ask('how big is the largest one?');
    expect(await largest.innerText()).toContain(`The largest region of vegetation is ${shown.Largest}`);

    await ask('send me GeoJSON');
    const { name, bytes } = await save('valley.vegetation.geojson');
    expect(name).toBe('valley.vegetation.geojson');
    expect(JSON.parse(bytes.toString()).features).toHaveLength(number(shown.Regions));
  });

  it('shows a scene that arrives without a question, with what there is to know of it', async () => {
    const buffer = await readFile(DEMO_SCENE.path);
    await page.locator('#files').setInputFiles({ name: 'valley.tif', mimeType: 'image/tiff', buffer });
    await page.locator('#send:enabled').click();
    await answers().first().waitFor({ timeout: WAIT_MS });
    expect(await page.locator('.headline dl > div').allInnerTexts()).toEqual([
      'Date\n4 September 2025',
      'Sensor\nSentinel-2 (synthetic)',
      'Pixel size\n10 m',
      'Extent\n5.12 × 5.12 km',
      expect.stringMatching(/^Cloud\n≈ /),
      'Centre\n46.011° N, 14.413° E',
    ]);
    const place = page.locator('.headline a');
    expect(await place.getAttribute('href')).toMatch(
      /^https:\/\/www\.openstreetmap\.org\/\?mlat=46\.0110&mlon=14\.4130#map=\d+\//,
    );
    expect(await place.getAttribute('rel')).toBe('noopener noreferrer');
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.picture img')!.naturalWidth >= 512);
    // It is read from its beginning also when its picture has come late.
    const top = await page.evaluate(() => document.querySelector('.headline')!.getBoundingClientRect().top);
    expect(top).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'False colour' }).click();
    await answers().nth(1).waitFor({ timeout: WAIT_MS });
    expect(await answers().nth(1).innerText()).toContain('Near infrared is shown as red');
  });

  it('shows its answer on a map: what is under the pointer, regions and their rows, swipe', async () => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    await page.getByRole('button', { name: 'Try the demo scene' }).click();
    await answers().first().waitFor({ timeout: WAIT_MS });
    const stage = page.locator('.map-stage');
    await stage.locator('.ol-zoom').waitFor();
    await stage.locator('.ol-scale-line').waitFor();
    await page.waitForLoadState('networkidle');
    const { x, y, width, height } = (await stage.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    // The middle of the scene, by GDAL; to about a pixel of the screen.
    await expect
      .poll(() => page.locator('.map-place').innerText())
      .toMatch(/^46\.01[01]\d+° N, 14\.41[23]\d+° E · column 25\d, row 25\d · /);

    const rows = page.locator('tr[data-region]');
    await rows.nth(1).locator('.region').click();
    expect(await page.locator('tr.chosen').getAttribute('data-region')).toBe('2');
    await page.getByRole('button', { name: 'Fit to window' }).first().click();
    // A click on a region chooses its row, if the table shows it; on water none.
    await page.locator('.map-tool input[type=range]').nth(1).fill('50');
    await page.locator('.map-tool input[type=checkbox]').first().uncheck();
    expect(await stage.evaluate((n) => n.classList.contains('muted'))).toBe(false);
    const pixels = await stage.evaluate((n) => [...n.querySelectorAll('canvas')].map(({ width: w }) => w > 0));
    expect(pixels).not.toContain(false);
    expect(complaints).toEqual([]);
  });

  it('reads an uploaded scene with a hostile name and maps an index', async () => {
    const path = join(folder, 'upload.tif');
    await copyFile(DEMO_SCENE.path, path);
    const name = '"><img src=x>;$(reboot)&.tif';
    await page.locator('#files').setInputFiles({ name, mimeType: 'image/tiff', buffer: await readFile(path) });
    await page.locator('#send:enabled').waitFor();
    const answer = await ask('show NDVI');
    // Mean over all pixels, by GDAL and numpy: 0.5695.
    expect(await answer.innerText()).toContain('The average NDVI over the scene is 0.57.');
    expect(await page.locator('#turns img').count()).toBe(1);
    await ask('send me the GeoTIFF');
    const { bytes } = await save('');
    expect(bytes.subarray(0, 2).toString()).toMatch(/II|MM/);
  });

  it('stops work when asked, and keeps the conversation over a reload and a restart', async () => {
    await page.getByRole('button', { name: 'Try the demo scene' }).click();
    await page.locator('.progress').getByRole('button', { name: 'Cancel' }).click();
    await answers().first().waitFor({ timeout: WAIT_MS });
    expect(await answers().first().innerText()).toContain('Stopped.');
    const before = await page.locator('#turns').innerText();
    await app.stop();
    await page.getByText('The connection to spex-chat is lost').waitFor();
    await start();
    await page.locator('#banner').waitFor({ state: 'hidden' });
    await page.reload();
    await answers().first().waitFor();
    expect(await page.locator('#turns').innerText()).toBe(before);
  });

  it('deletes a conversation with its scenes and results', async () => {
    await page.getByRole('button', { name: 'Try the demo scene' }).click();
    await answers().first().waitFor({ timeout: WAIT_MS });
    const kept = async () => {
      const files = await readdir(join(folder, 'data/artefacts'), { recursive: true, withFileTypes: true });
      return files.filter((file) => file.isFile()).length;
    };
    const before = await kept();
    const current = page.locator('#threads .current');
    await current.hover();
    await current.getByRole('button', { name: /^Delete/ }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.locator('#welcome').waitFor();
    await expect.poll(kept, { timeout: 20_000 }).toBeLessThan(before);
  });
});
