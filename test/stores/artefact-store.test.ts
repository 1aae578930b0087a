import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createArtefactStore, safeName } from '../../src/stores/artefact-store.ts';

const root = mkdtempSync(join(tmpdir(), 'spex-artefacts-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const artefacts = createArtefactStore(root);

it.each([
  ['B04.tif', 'B04.tif'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\me\\scene 1.tif', 'scene_1.tif'],
  ['.htaccess', 'htaccess'],
  ['a\u0000b\n.tif', 'a_b_.tif'],
  ['..', 'file'],
  ['', 'file'],
  ['植被', 'file'],
  ['Überblick.tif', 'U_berblick.tif'],
  [`${'x'.repeat(300)}.geojson`, `${'x'.repeat(72)}.geojson`],
  ['-rf', 'rf'],
])('turns the file name %j into %j', (name, safe) => expect(safeName(name)).toBe(safe));

it.each([
  'web:../../..',
  'slack:T:C:1',
  '',
  '/etc',
  'a'.repeat(300),
])('keeps the conversation %j inside its root', (id) => {
  const folder = artefacts.folder(id);
  expect(dirname(folder)).toBe(root);
  expect(statSync(folder).isDirectory()).toBe(true);
});

it('gives two uploads of the same name two places, and one upload always the same', () => {
  const [a, b, again] = ['m1:0', 'm1:1', 'm1:0'].map((owner) => artefacts.uploadPath('c', owner, 'B1.tif'));
  expect(a).not.toBe(b);
  expect(again).toBe(a);
  expect(dirname(a!)).toBe(artefacts.folder('c'));
});

it('says nothing of a conversation that has no folder', async () => {
  expect(await artefacts.size('none')).toEqual({ files: 0, bytes: 0 });
  expect(await artefacts.remove('none')).toEqual({ files: 0, bytes: 0 });
});
