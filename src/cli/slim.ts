import { readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fontFiles } from '../render/font.ts';

/** A folder of a package, and which of the files in it this machine uses. */
export interface Stock {
  readonly folder: string;
  isUsed(path: string): boolean;
}

/**
 * Delete what packages bring for other systems, and fonts that nothing is drawn with: npm installs a package whole or not at
 * all. `npm ci` brings it back.
 *
 * @returns bytes freed
 */
export function slim(stocks: readonly Stock[]): number {
  const files = stocks.flatMap(({ folder, isUsed }) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((found) => found.isFile())
      .map((found) => join(found.parentPath, found.name))
      .filter((path) => !isUsed(path)),
  );
  const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
  for (const path of files) rmSync(path);
  return bytes;
}

export function installedStocks(): Stock[] {
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const fonts = fontFiles();
  return [
    {
      folder: join(runtime, 'bin'),
      isUsed: (path) => dirname(path).endsWith(join(process.platform, process.arch)),
    },
    ...[...new Set(fonts.map(dirname))].map((folder) => ({
      folder,
      isUsed: (path: string) => !/\.[ot]tf$/.test(path) || fonts.some((font) => basename(font) === basename(path)),
    })),
  ];
}
