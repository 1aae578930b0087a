import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openChromium } from './chromium.ts';

/** The picture at the top of README: the running program, asked about its demo scene. `npm run screenshot` */
const ROOT = resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(join(tmpdir(), 'screenshot-'));
const bot = spawn(process.execPath, [join(ROOT, 'src/cli/spex-chat.js'), 'start', '--no-open'], {
  cwd: folder,
  env: { PATH: process.env.PATH, WEB_PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [line] = (await once(bot.stdout.setEncoding('utf8'), 'data')) as [string];
  const viewport = { width: 1280, height: 900 };
  const browser = await openChromium(join(folder, 'profile'), { viewport, locale: 'en-GB', colorScheme: 'light' });
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(line.split(': ')[1]!.trim());
  await page.getByRole('button', { name: 'Try the demo scene' }).click();
  await page.locator('.answer').first().waitFor();
  await page.getByRole('button', { name: 'Show water' }).click();
  await page.locator('.map .ol-zoom').nth(1).waitFor();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(ROOT, 'deploy/screenshot.jpg'), type: 'jpeg', quality: 80 });
  await browser.close();
} finally {
  bot.kill('SIGTERM');
  await once(bot, 'exit');
  await rm(folder, { recursive: true, force: true });
}
