import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WebAdapter, WebOptions } from '../../src/chat/web/adapter.ts';
import { setLogLevel } from '../../src/log.ts';
import { type EchoBotOptions, echoBot } from '../fakes/echo-bot.ts';
import { KeptWeb } from '../fakes/kept-web.ts';
import { hasChromium, openChromium } from './chromium.ts';
import { findWeakTexts } from './weak-texts.ts';

const DESKTOP = { width: 1280, height: 860 };
const LIMIT = 2 ** 20;

let folder: string;
let browser: BrowserContext;
let page: Page;
let options: Omit<WebOptions, 'memory' | 'transcript' | 'room'>;
let kept: KeptWeb;
let adapter: WebAdapter;
let bot: ReturnType<typeof echoBot>;
/** What the page complained about: uncaught errors, refused resources. */
let complaints: string[];

async function serve(pace: EchoBotOptions['pace']): Promise<void> {
  adapter = kept.adapter(options);
  bot = echoBot(adapter, { folder: join(folder, 'out'), pace });
  await adapter.start(bot.onMessage);
}

async function openPage(): Promise<void> {
  page = await browser.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
  await page.goto(adapter.url());
  await page.locator('#welcome').waitFor();
}

const ask = async (text: string): Promise<void> => {
  await page.locator('#question').fill(text);
  await page.locator('#question').press('Enter');
};
const answers = () => page.locator('.answer');
/** Something said in the conversation. The announcer for screen readers says it a second time. */
const said = (text: string) => page.locator('#turns').getByText(text);
/** The file of every answer with a picture. */
const OVERLAY = 'Vegetation overlay: 42.1 ha, 37 % of the scene, mostly in the north and west.';

describe.skipIf(!hasChromium)('the web page', () => {
  beforeAll(async () => {
    setLogLevel('silent');
    folder = await mkdtemp(join(tmpdir(), 'page-'));
    await writeFile(join(folder, 'demo.tif'), Buffer.alloc(2048));
    options = {
      host: '127.0.0.1',
      port: 0,
      folder: join(folder, 'web'),
      uploads: { file: LIMIT, session: 2 ** 24, address: 2 ** 24, all: 2 ** 24 },
      demo: { name: 'demo-scene.tif', path: join(folder, 'demo.tif') },
    };
    kept = await KeptWeb.open(join(folder, 'kept'));
    browser = await openChromium(join(folder, 'profile'), { viewport: DESKTOP, locale: 'en-GB' });
  });
  afterAll(async () => {
    await browser?.close();
    await kept?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await serve(20);
    await browser.clearCookies();
    await openPage();
  });
  afterEach(async () => {
    await page.close();
    await adapter.stop();
  });

  it('answers an uploaded scene, shows its picture large, takes a follow-up, saves a file', async () => {
    await writeFile(join(folder, 'field.tif'), Buffer.alloc(5000));
    await page.locator('#files').setInputFiles(join(folder, 'field.tif'));
    await page.getByText('4.9 KB').waitFor();
    await ask('show vegetation');
    await answers().first().waitFor();

    expect(await page.locator('.headline dl > div').allInnerTexts()).toEqual([
      'Area\n42.1 ha',
      'Share of the scene\n37 %',
      'Regions\n18',
      'Largest\n12.4 ha',
    ]);
    // Three kinds of sentences are told apart by word, not by colour alone.
    expect(await page.locator('.voice-label').allInnerTexts()).toEqual(['Measured', 'Model', 'Limits']);
    expect(await page.locator('.picture img').getAttribute('alt')).toBe(OVERLAY);
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.picture img')!.naturalWidth === 768);
    expect(bot.received[0]!.files[0]).toMatchObject({ name: 'field.tif', size: 5000 });

    await page.locator('.picture-open').click();
    expect(await page.locator('#viewer-caption').innerText()).toBe(OVERLAY);
    await page.locator('#zoom-in').click();
    await page.keyboard.press('+');
    expect(await page.locator('#zoom-level').innerText()).toBe('225 %');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('picture-open');

    await ask('how big is the largest one?');
    await said('The largest region has 12.4 ha.').waitFor();

    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Save regions.csv, 18 B' }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe('regions.csv');
    expect(await readFile(await file.path(), 'utf8')).toBe('id,area_ha\n1,12.4\n');
    expect(complaints).toEqual([]);
  });

  it('answers the demo scene with one click, and the next step with another', async () => {
    await page.getByRole('button', { name: 'Try the demo scene' }).click();
    // The button goes with the welcome; whoever works with the keyboard stays in the conversation.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('question');
    await answers().first().waitFor();
    // A table that fits is no stop for the keyboard.
    expect(await page.locator('.table').first().getAttribute('tabindex')).toBeNull();
    expect(bot.received[0]).toMatchObject({ text: 'Show vegetation', files: [{ name: 'demo-scene.tif', size: 2048 }] });
    await page.getByRole('button', { name: 'Show water' }).click();
    await answers().nth(1).waitFor();
    expect(bot.received[1]!.plans).toEqual([{ operation: 'extract', targets: ['water'] }]);
    expect(await page.title()).toBe('Show vegetation · demo-scene · spex-chat');
  });

  it('shows stages and the model’s sentences while it works, and stops when asked', async () => {
    await adapter.stop();
    options = { ...options, port: Number(new URL(page.url()).port) };
    // The work goes on when the test has seen where it stands, however long that takes on this machine.
    let [reached, seen] = [0, 0];
    await serve(async (_progress, signal) => {
      for (const here = ++reached; seen < here; ) await sleep(10, undefined, { signal });
    });
    options = { ...options, port: 0 };
    await page.reload();
    await page.getByRole('button', { name: 'Try the demo scene' }).click();
    const bar = page.getByRole('progressbar');
    for (const now of [
      'Waiting for its turn',
      'Taking in the scene',
      'Reading the bands, 2 of 6',
      'Reading the bands, 6 of 6',
      'Computing indices',
      'Looking at the scene, 1 of 4',
      'Looking at the scene, 4 of 4',
      'Outlining regions, 3 of 4',
      'Measuring',
    ]) {
      await page.locator(`[role=progressbar][aria-valuetext="${now}"]`).waitFor();
      expect(await page.locator('.progress-row').innerText()).toContain(now.split(', ').join('\n'));
      seen++;
    }
    await page.locator('.progress').getByText('Vegetation covers the north').waitFor();
    expect(await bar.getAttribute('aria-valuetext')).toBe('Putting it into words');
    await page.locator('.progress').getByRole('button', { name: 'Cancel' }).click();
    await said('Stopped. What was measured before is kept.').waitFor();
    expect(bot.received[1]!.plans).toEqual([{ operation: 'cancel', targets: [] }]);
    expect(await page.locator('.said').count()).toBe(1);
    expect(await bar.count()).toBe(0);
  });

  it('keeps the conversation over a reload and a restart, and takes up the connection again', async () => {
    await page.getByRole('button', { name: 'Try the demo scene' }).click();
    await answers().first().waitFor();
    const before = await page.locator('#turns').innerText();
    await page.reload();
    await answers().first().waitFor();
    expect(await page.locator('#turns').innerText()).toBe(before);

    const port = Number(new URL(adapter.url()).port);
    await adapter.stop();
    await page.getByText('The connection to spex-chat is lost').waitFor();
    expect(await page.locator('#send').isDisabled()).toBe(true);
    options = { ...options, port };
    await serve(20);
    options = { ...options, port: 0 };
    await page.locator('#banner').waitFor({ state: 'hidden' });
    expect(await page.locator('#turns').innerText()).toBe(before);
    await ask('how big is the largest one?');
    await said('The largest region has 12.4 ha.').waitFor();
  });

  it('loads a picture again that broke off, and says when one has been deleted', async () => {
    let broken = 0;
    await page.route('**/files/*', (route) => {
      broken += 1;
      return route.abort();
    });
    await page.getByRole('button', { name: 'Try the demo scene' }).click();
    await answers().first().waitFor();
    await expect.poll(() => broken).toBeGreaterThan(1); // the picture, and the question whether it is still there
    await page.unroute('**/files/*');
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.picture img')!.naturalWidth === 768);

    await rm(join(folder, 'out/vegetation-overlay.png'));
    await page.route('**/files/*', (route) => route.continue()); // past the browser's cache
    await page.reload();
    await said('This picture has been deleted.').waitFor();
    expect(await page.locator('.picture img').count()).toBe(0);
  });

  it('shows hostile names and words as what they are', async () => {
    const name = '<img src=x onerror=alert(1)>\u202egpj.tif';
    await page.locator('#files').setInputFiles({ name, mimeType: 'image/tiff', buffer: Buffer.alloc(100) });
    await page.getByText('100 B').waitFor();
    await ask('<script>alert(1)</script> fail');
    await said('That did not work').waitFor();
    expect(await page.locator('.said-files bdi').innerText()).toBe('<img src=x onerror=alert(1)>\ufffdgpj.tif');
    expect(await page.locator('.said p').innerText()).toBe('<script>alert(1)</script> fail');
    expect(await page.locator('#turns img, #turns script').count()).toBe(0);
    // Trying a scene without a nir band again would not help.
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('offers to try again what broke, with its incident', async () => {
    await ask('break');
    await said('I have logged it as 7c3f9a12').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.said').nth(1).waitFor();
    expect(bot.received.map((m) => m.text)).toEqual(['break', 'break']);
  });

  it('refuses a file over the limit before it is sent, and loses nothing when sending fails', async () => {
    await page.locator('#files').setInputFiles({ name: 'big.tif', mimeType: '', buffer: Buffer.alloc(LIMIT + 1) });
    await page.getByText('big.tif is larger than the 1 MB accepted here.').waitFor();
    await page.route('**/messages', (route) => route.abort());
    await ask('show vegetation');
    await page.getByText('This was not sent').waitFor();
    expect(await page.locator('#question').inputValue()).toBe('show vegetation');
    await page.unroute('**/messages');
    await page.locator('#question').press('Enter');
    await answers().first().waitFor();
  });

  it('sends once on a double click, and what was sent comes back with the arrow key or the pen', async () => {
    await page.getByRole('button', { name: 'Try the demo scene' }).dblclick();
    await answers().first().waitFor();
    await page.getByRole('button', { name: 'Show water' }).dblclick();
    await answers().nth(1).waitFor();
    await ask('how big is it?');
    await answers().nth(2).waitFor();
    expect(bot.received.map(({ text }) => text)).toEqual(['Show vegetation', 'Show water', 'how big is it?']);
    await page.locator('#question').press('ArrowUp');
    expect(await page.locator('#question').inputValue()).toBe('how big is it?');
    await page.locator('.said').first().hover();
    await page.getByRole('button', { name: 'Put this into the message box again' }).first().click();
    expect(await page.locator('#question').inputValue()).toBe('Show vegetation');
  });

  it('waits with Enter for the upload, and says what is too long', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/uploads', async (route) => {
      await held;
      await route.continue();
    });
    await page.locator('#files').setInputFiles({ name: 'a.tif', mimeType: '', buffer: Buffer.alloc(10) });
    await ask('show vegetation');
    await page.getByText('This will be sent when the upload is done.').waitFor();
    expect(bot.received).toEqual([]);
    release();
    await answers().first().waitFor();
    expect(bot.received[0]).toMatchObject({ text: 'show vegetation', files: [{ name: 'a.tif' }] });
    await page.unroute('**/api/uploads');

    await page.locator('#question').fill('x'.repeat(4003));
    await page.getByText('This message is 3 characters too long.').waitFor();
    expect(await page.locator('#send').isDisabled()).toBe(true);
    await page.locator('#question').fill('x'.repeat(4000));
    expect(await page.locator('#send').isDisabled()).toBe(false);
  });

  it('stops with Escape', async () => {
    await adapter.stop();
    options = { ...options, port: Number(new URL(page.url()).port) };
    await serve((_progress, signal) => sleep(600_000, undefined, { signal }));
    options = { ...options, port: 0 };
    await page.reload();
    await page.getByRole('button', { name: 'Try the demo scene' }).click();
    await page.locator('.progress').waitFor();
    await page.keyboard.press('Escape');
    await said('Stopped. What was measured before is kept.').waitFor();
  });

  it('copies answers and tables, sorts tables by size, and saves a report that needs nobody', async () => {
    await browser.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Try the demo scene' }).click();
    await answers().first().waitFor();
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'Copy this answer' }).click();
    await expect.poll(clipboard).toContain('Area: 42.1 ha\nShare of the scene: 37 %');
    await page.getByRole('button', { name: 'Copy the table' }).click();
    const rows = (await page.locator('.table tbody tr').allInnerTexts()).map((row) => row.replace(/\s*\n?\t/g, '\t'));
    await expect.poll(clipboard).toContain(rows.join('\n'));
    const sort = page.locator('.sort').first();
    await sort.click();
    await sort.click();
    expect(await page.locator('th').first().getAttribute('aria-sort')).toBe('descending');
    const sorted = (await page.locator('.table tbody tr').allInnerTexts()).map((row) => row.replace(/\s*\n?\t/g, '\t'));
    expect(sorted).toEqual([...rows].reverse());

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as report' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('Show_vegetation_demo-scene.html');
    const html = await readFile(await file.path(), 'utf8');
    expect(html).toContain('42.1 ha');
    expect(html).toMatch(/<img src="data:image\/png;base64,/);
    expect(html).not.toMatch(/<(?:script|button|link)|src="\//);
    expect(complaints).toEqual([]);
  });

  it('takes dropped files anywhere on the page', async () => {
    const drop = (type: string) =>
      page.evaluate((kind) => {
        const transfer = new DataTransfer();
        for (const band of ['B04', 'B08']) transfer.items.add(new File(['1234'], `S2_${band}.jp2`));
        document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
      }, type);
    await drop('dragenter');
    await page.getByText('Drop to add to this conversation').waitFor();
    await drop('drop');
    await page.locator('.chip-file').nth(1).waitFor();
    expect(await page.locator('.chip-file bdi').allInnerTexts()).toEqual(['S2_B04.jp2', 'S2_B08.jp2']);
    expect(await page.locator('#drop-here').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Remove S2_B04.jp2' }).click();
    expect(await page.locator('.chip-file bdi').allInnerTexts()).toEqual(['S2_B08.jp2']);
  });

  it('holds several conversations, which can be renamed and deleted', async () => {
    await ask('how big is it?');
    await answers().first().waitFor();
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.locator('#welcome').waitFor();
    await ask('how many lakes?');
    await answers().first().waitFor();
    const threads = page.locator('#threads a');
    await page.waitForFunction(() => document.querySelectorAll('#threads a').length === 2);
    expect(await threads.locator('bdi').allInnerTexts()).toEqual(['how many lakes?', 'how big is it?']);
    // Two are found with the eye.
    expect(await page.locator('#search').isVisible()).toBe(false);

    await page.locator('#threads li').nth(1).hover();
    await page.getByRole('button', { name: 'Rename how big is it?' }).click();
    await page.locator('#rename-name').fill('Fields');
    await page.keyboard.press('Enter');
    await threads.filter({ hasText: 'Fields' }).click();
    await page.locator('.said').getByText('how big is it?').waitFor();
    await page.goBack();
    await page.locator('.said').getByText('how many lakes?').waitFor();

    await page.locator('#threads li').nth(0).hover();
    await page.getByRole('button', { name: 'Delete how many lakes?' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.locator('#welcome').waitFor();
    expect(await threads.locator('bdi').allInnerTexts()).toEqual(['Fields']);
    const left = await kept.database.query<{ message: string }>('SELECT message FROM turn WHERE conversation = $1', [
      bot.received.at(-1)!.conversation,
    ]);
    expect(left).toEqual([]);
  });

  it('finds one of many conversations by its title', async () => {
    for (const word of ['river', 'lake', 'forest', 'town', 'field', 'Lakeside']) {
      const thread = word.toLowerCase().padEnd(10, '0');
      const data = { id: `message${word.toLowerCase()}`, text: `show the ${word}` };
      await page.request.post(`${adapter.url()}/api/threads/${thread}/messages`, { data });
    }
    await page.reload();
    await page.locator('#search').fill('LAKE');
    const titles = page.locator('#threads bdi');
    await expect
      .poll(async () => (await titles.allInnerTexts()).toSorted())
      .toEqual(['show the Lakeside', 'show the lake']);
    await page.locator('#search').fill('');
    await expect.poll(() => titles.count()).toBe(6);
  });

  it('lets go of its connection in the background, and catches up when it is looked at', async () => {
    await ask('how big is it?');
    await answers().first().waitFor();
    const [message] = bot.received;
    const look = (hidden: boolean) =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value: now });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await look(true);
    const thread = message!.conversation.split(':').at(-1);
    const sent = await page.request.post(`${adapter.url()}/api/threads/${thread}/messages`, {
      data: { id: 'elsewhere1', text: 'how many?' },
    });
    expect(sent.status()).toBe(202);
    await page.waitForTimeout(500);
    expect(await answers().count()).toBe(1);
    await look(false);
    await answers().nth(1).waitFor();
    expect(await page.locator('.said').count()).toBe(2);
  });

  it('marks its title when an answer comes while nobody looks', async () => {
    await page.evaluate(() => Object.defineProperty(document, 'hidden', { configurable: true, value: true }));
    await ask('how big is it?');
    await page.waitForFunction(() => document.title === '● how big is it? · spex-chat');
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, value: false });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    expect(await page.title()).toBe('how big is it? · spex-chat');
  });

  it('can be used with the keyboard alone', async () => {
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('question');
    const back = async (to: string) => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Shift+Tab');
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), to)) return;
      }
      throw new Error(`${to} cannot be reached`);
    };
    await back('#drop-zone');
    await back('.skip');
    expect(await page.locator('.skip').evaluate((n) => n.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('question');
    await back('#demo');
    await page.keyboard.press('Enter');
    await answers().first().waitFor();
    await page.locator('#question').focus();
    await page.keyboard.type('first line');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('how big?');
    await page.keyboard.press('Enter');
    await answers().nth(1).waitFor();
    expect(bot.received[1]!.text).toBe('first line\nhow big?');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('question');
    expect(await page.locator('#announcer').innerText()).toBe('The largest region has 12.4 ha.');
  });

  it('gives every control a name and every text enough contrast', async () => {
    await page.getByRole('button', { name: 'Try the demo scene' }).click();
    await answers().first().waitFor();
    await ask('break');
    await answers().nth(1).waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await page.evaluate(findWeakTexts)).toEqual([]);
    }
    const nameless = await page.evaluate(() =>
      [
        ...document.querySelectorAll<HTMLElement>(
          'button, a, input:not([hidden]), textarea, dialog, nav, [role=progressbar]',
        ),
      ]
        .filter(
          (n) =>
            !(n.getAttribute('aria-label') ?? n.getAttribute('aria-labelledby') ?? n.textContent!.trim()) &&
            !n.closest('label'),
        )
        .map((n) => n.outerHTML),
    );
    expect(nameless).toEqual([]);
  });

  it.each([
    ['a phone', { width: 360, height: 740 }],
    ['a phone held sideways', { width: 740, height: 360 }],
  ])('fits on %s', async (_case, size) => {
    await page.setViewportSize(size);
    const wide = () =>
      page.evaluate(() =>
        Math.max(document.documentElement.scrollWidth, document.querySelector('#scroll')!.scrollWidth),
      );
    expect(await wide()).toBeLessThanOrEqual(size.width);
    await page
      .locator('#files')
      .setInputFiles({ name: `${'long_'.repeat(40)}.tif`, mimeType: '', buffer: Buffer.alloc(9) });
    await page.getByText('9 B').waitFor();
    expect(await wide()).toBeLessThanOrEqual(size.width);
    await ask(`show ${'vegetation'.repeat(12)}`);
    await answers().first().waitFor();
    expect(await wide()).toBeLessThanOrEqual(size.width);
    // All columns of a table can be read without moving it.
    expect(await page.locator('.table').evaluate((n) => n.scrollWidth - n.clientWidth)).toBe(0);
    // The list of conversations comes when called, takes the focus, and gives it back.
    await page.locator('#menu').click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('new-thread');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('menu');
    expect(await page.locator('#sidebar').evaluate((n: HTMLElement) => n.inert)).toBe(true);
    await page.setViewportSize(DESKTOP);
  });

  it('speaks Chinese where the browser does', async () => {
    const chinese = await openChromium(join(folder, 'profile-zh'), { viewport: DESKTOP, locale: 'zh-CN' });
    page = await chinese.newPage();
    await page.goto(adapter.url());
    await page.getByRole('button', { name: '试用示例影像' }).click();
    await answers().first().waitFor();
    expect(bot.received[0]).toMatchObject({ text: '显示植被', language: 'zh' });
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await chinese.close();
  });

  it('cannot be read or told what to do by a page of another origin', async () => {
    const port = new URL(adapter.url()).port;
    await page.getByRole('button', { name: 'Try the demo scene' }).click();
    await answers().first().waitFor();
    // Another port of this machine is "same site": cookies alone would not stop it.
    await page.route('http://127.0.0.1:9/', (route) => route.fulfill({ contentType: 'text/html', body: 'other page' }));
    await page.goto('http://127.0.0.1:9/');
    const reached = await page.evaluate(async (target) => {
      const tries = [
        fetch(`${target}/api/session`, { method: 'POST', credentials: 'include' }).then((r) => r.status),
        fetch(`${target}/api/threads/thread000001/cancel`, {
          method: 'POST',
          mode: 'no-cors',
          credentials: 'include',
        }).then((r) => r.type),
      ];
      return (await Promise.allSettled(tries)).map((t) => (t.status === 'fulfilled' ? t.value : 'blocked'));
    }, `http://127.0.0.1:${port}`);
    expect(reached).toEqual(['blocked', 'blocked']);
    expect(bot.received).toHaveLength(1);
  });

  it('opens where others can reach it with the printed address, and keeps the token out of sight', async () => {
    await adapter.stop();
    options = { ...options, token: 'a token for the test' };
    const { host } = options;
    options = { ...options, host: '0.0.0.0' };
    await serve(20);
    try {
      await browser.clearCookies();
      const printed = new URL(adapter.url());
      await page.goto(printed.origin);
      await page.getByText('This page wants a token.').waitFor();
      await page.goto(printed.href);
      await page.getByRole('button', { name: 'Try the demo scene' }).click();
      await answers().first().waitFor();
      expect(page.url()).not.toContain('token');
      await page.goto(printed.origin);
      await page.locator('#welcome').waitFor();
      await page.reload();
      expect(await page.locator('#banner').isHidden()).toBe(true);
    } finally {
      options = { ...options, host };
    }
  });
});
