import { existsSync } from 'node:fs';
import { type BrowserContext, chromium } from 'playwright-core';

/** Debian's Chromium; the browser tests are skipped where it is absent. */
const PATH = '/usr/bin/chromium';

export const hasChromium = existsSync(PATH);

if (!hasChromium) console.warn(`Not run: the web page in a browser (there is no ${PATH}).`);

/** A browser with a profile of its own in `folder`, which touches no network but ours. */
export function openChromium(
  folder: string,
  options: Parameters<typeof chromium.launchPersistentContext>[1] = {},
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    executablePath: PATH,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ...options,
  });
}
