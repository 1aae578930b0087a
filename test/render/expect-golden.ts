import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { expect } from 'vitest';

const GOLDEN = join(import.meta.dirname, '../fixtures/golden-pictures');
const DIFF = join(import.meta.dirname, '__diff__');

/** Share of pixels that may differ: none by eye, a few by the rounding of another processor. */
const TOLERANCE = 0.0005;

/**
 * Compare a picture with the golden one of that name. When they differ, both and their difference lie in
 * `test/render/__diff__/`. `UPDATE_GOLDEN=1` accepts the new picture: look at it first.
 */
export function expectGolden(name: string, png: Uint8Array): void {
  const path = join(GOLDEN, `${name}.png`);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, png);
  expect(existsSync(path), `${name}.png is missing: run with UPDATE_GOLDEN=1 and look at it`).toBe(true);
  const [golden, given] = [PNG.sync.read(readFileSync(path)), PNG.sync.read(Buffer.from(png))];
  const keep = (suffix: string, bytes: Uint8Array): void => {
    mkdirSync(DIFF, { recursive: true });
    writeFileSync(join(DIFF, `${name}.${suffix}.png`), bytes);
  };
  if (golden.width !== given.width || golden.height !== given.height) {
    keep('given', png);
    expect([given.width, given.height]).toEqual([golden.width, golden.height]);
  }
  const diff = new PNG({ width: golden.width, height: golden.height });
  const different = pixelmatch(golden.data, given.data, diff.data, golden.width, golden.height, { threshold: 0.1 });
  if (different > TOLERANCE * golden.width * golden.height) {
    keep('given', png);
    keep('diff', PNG.sync.write(diff));
    expect.fail(`${name}: ${different} pixels differ, see test/render/__diff__/${name}.diff.png`);
  }
}
