import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { installedStocks, slim } from '../../src/cli/slim.ts';

const folder = mkdtempSync(join(tmpdir(), 'slim-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('deletes what is not used, and says how much that was', () => {
  for (const system of ['linux/x64', 'win32/x64']) {
    mkdirSync(join(folder, system), { recursive: true });
    writeFileSync(join(folder, system, 'binding.node'), 'x'.repeat(1000));
  }
  expect(slim([{ folder, isUsed: (path) => path.includes('linux') }])).toBe(1000);
  const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((found) => found.isFile());
  expect(left.map(({ parentPath }) => parentPath)).toEqual([join(folder, 'linux/x64')]);
});

it('keeps what this machine runs and draws with', () => {
  const used = installedStocks().map((stock) =>
    readdirSync(stock.folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      stock.isUsed(join(stock.folder, name)),
    ),
  );
  const [runtime, latin, han] = used;
  expect(runtime!.filter((name) => name.endsWith('.node'))).toEqual([
    join('napi-v6', process.platform, process.arch, 'onnxruntime_binding.node'),
  ]);
  expect(latin!.filter((name) => name.endsWith('.ttf')).toSorted()).toEqual(['DejaVuSans-Bold.ttf', 'DejaVuSans.ttf']);
  expect(han!.toSorted()).toEqual(['NotoSansHans-Bold.otf', 'NotoSansHans-Regular.otf']);
});
