import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SceneFile } from '../../src/domain/scene.ts';
import { DEFAULT_LIMITS } from '../../src/scene/limits.ts';
import { type OpenOptions, openScene } from '../../src/scene/open-scene.ts';
import { temporaryFolder } from '../tiny-pack.ts';
import { tiffBytes, UTM33 } from './tiff-bytes.ts';

/** 4 × 3 pixels whose middle row, which a stranger may guess, is always the same. */
const field = (value: number): Buffer =>
  tiffBytes({
    width: 4,
    height: 3,
    type: 'uint16',
    bands: [[value, value, value, value, 5, 5, 5, 5, value, value, value, value]],
    tags: { ...UTM33 },
  });

let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
});

let written = 0;
async function upload(name: string, bytes: Uint8Array | string): Promise<SceneFile> {
  const path = join(folder, `${written++}`);
  await writeFile(path, bytes);
  return { name, path };
}

async function opened(files: readonly SceneFile[], options: OpenOptions = {}) {
  const scene = await openScene(files, {}, options);
  const [first] = await scene.readDn(0, { col: 0, row: 0, width: 1, height: 1 });
  await scene.close();
  return { ...scene.info, first };
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

describe('a scene is what its bytes are', () => {
  it('so that same name, size and rows are not enough', async () => {
    const mine = await opened([await upload('field.tif', field(100))]);
    const strangers = await opened([await upload('field.tif', field(200))]);
    expect(strangers.id).not.toBe(mine.id);
    expect((await opened([await upload('field.tif', field(100))])).id).toBe(mine.id);
  });

  it('names and texts beside the image included', async () => {
    const image = await upload('S2_B04.tif', field(100));
    const ids = await Promise.all([
      opened([image]),
      opened([{ ...image, name: 'S2_B08.tif' }]),
      opened([image, await upload('a_MTL.txt', 'one')]),
      opened([image, await upload('a_MTL.txt', 'two')]),
    ]);
    expect(new Set(ids.map(({ id }) => id)).size).toBe(4);
  });

  it('and every file has the digest of its bytes', async () => {
    const { files } = await opened([await upload('a.tif', field(1)), await upload('a.txt', 'words')]);
    expect(files.map(({ digest }) => digest)).toEqual([sha256(field(1)), sha256('words')]);
  });

  it('a digest that was made when the file arrived is taken as it is', async () => {
    const { files } = await opened([{ ...(await upload('a.tif', field(1))), digest: 'ab'.repeat(32) }]);
    expect(files[0]!.digest).toBe('ab'.repeat(32));
  });
});

describe('archives', () => {
  const zip = (value: number): Uint8Array => zipSync({ 'x/S2_B04.tif': field(value) });

  it('two in one conversation never meet, and what was unpacked stays right', async () => {
    const june = await opened([await upload('june.zip', zip(100))], { folder });
    const july = await opened([await upload('july.zip', zip(200))], { folder });
    expect([june.first, july.first]).toEqual([100, 200]);
    expect(june.id).not.toBe(july.id);
    // As after a restart: by the files that the first answer named.
    expect([(await opened(june.files)).first, (await opened(july.files)).first]).toEqual([100, 200]);
    expect((await opened(june.files)).id).toBe(june.id);
    const both = await openScene(
      [await upload('june.zip', zip(100)), await upload('july.zip', zip(200))],
      {},
      { folder },
    );
    expect(new Set(both.info.files.map(({ path }) => path)).size).toBe(2);
    await both.close();
  });

  it('lie in a folder named by their digest, members with their own, and are unpacked once', async () => {
    const bytes = zip(100);
    const first = await opened([await upload('june.zip', bytes)], { folder });
    const target = join(folder, `unpacked-${sha256(bytes).slice(0, 16)}`);
    expect(first.files).toEqual([{ name: 'S2_B04.tif', path: join(target, '0001.tif'), digest: sha256(field(100)) }]);
    // What is there is not written again.
    await writeFile(join(target, '0001.tif'), field(300));
    expect((await opened([await upload('again.zip', bytes)], { folder })).first).toBe(300);
  });

  it.each([
    ['damaged', () => Buffer.from(zip(100)).fill(0xff, 60, 90), {}],
    ['without images', () => zipSync({ 'a.md': new Uint8Array(9) }), {}],
    ['too long', () => zip(100), { limits: { ...DEFAULT_LIMITS, unpackedBytes: 10 } }],
    [
      'of a second member that is damaged',
      () => {
        const bytes = Buffer.from(zipSync({ 'a.tif': field(1), 'b.tif': field(2) }, { level: 0 }));
        bytes[bytes.lastIndexOf(Buffer.from('b.tif'), bytes.indexOf(Buffer.from('504b0102', 'hex'))) + 40]! ^= 1;
        return bytes;
      },
      {},
    ],
  ])('that are refused leave nothing: %s', async (_name, make, options) => {
    const target = join(folder, 'conversation');
    await expect(openScene([await upload('x.zip', make())], {}, { folder: target, ...options })).rejects.toThrow();
    expect(await readdir(target).catch(() => [])).toEqual([]);
  });

  it('that broke off with their process are cleared away by the next', async () => {
    const left = join(folder, 'unpacked-0123456789abcdef.part');
    await mkdir(left);
    await writeFile(join(left, '0001.tif'), field(1));
    const { files } = await opened([await upload('june.zip', zip(100))], { folder });
    expect((await readdir(folder)).filter((name) => name.startsWith('unpacked-'))).toEqual([
      files[0]!.path.split('/').at(-2),
    ]);
    expect(await readFile(files[0]!.path)).toEqual(field(100));
  });
});
