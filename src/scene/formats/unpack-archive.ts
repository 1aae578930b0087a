import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { SceneFile } from '../../domain/scene.ts';
import { UserFacingError } from '../../errors.ts';
import type { SceneLimits } from '../limits.ts';
import { isOfMachine, sceneTooLarge, sceneUnreadable } from '../scene-errors.ts';

/** Files of a scene by extension; what they really are is found out when they are opened. */
const WANTED = /\.(tiff?|jp2|j2k|png|jpe?g|webp|txt|xml|tfw|jgw|pgw|j2w|wld|prj|json)$/i;
const TEXT = /\.(txt|xml|tfw|jgw|pgw|j2w|wld|prj|json)$/i;
/** Only the beginning of a text is looked at, and no product's own is longer than this. */
const MAX_TEXT_BYTES = 16 * 2 ** 20;
/** Pictures and tables beside the bands in product archives. */
const UNWANTED =
  /(^|\/)(__MACOSX|\.|QI_DATA|AUX_DATA|HTML|rep_info)|quicklook|preview|thumb|_PVI[._]|[-_]ql\.|_ANG\.txt$|\.aux\.xml$|INSPIRE/i;
/** A scene's ZIP has hundreds of entries, a bomb may have millions. */
const MAX_ENTRIES = 5000;

/** What was unpacked, in the folder it was unpacked into. */
const MEMBERS = 'members.json';

interface Member {
  readonly name: string;
  readonly file: string;
  readonly digest: string;
}

/**
 * Unpacks the images and metadata texts of a ZIP, flat: names inside the archive are evidence, never paths.
 *
 * They lie in `unpacked-<digest>` inside the folder, called `0001.tif`, `0002.jp2` …; what is there was unpacked whole and is
 * taken again. What is refused or breaks off leaves nothing.
 *
 * @param folder  of the conversation, existing or not; one archive at a time is unpacked there
 * @throws {UserFacingError} `scene-unreadable` for a damaged or encrypted archive or one without images, `scene-too-large`
 */
export async function unpackArchive(
  archive: SceneFile & { readonly digest: string },
  label: string,
  folder: string,
  limits: SceneLimits,
): Promise<SceneFile[]> {
  const target = join(folder, `unpacked-${archive.digest.slice(0, 16)}`);
  const known = await readMembers(target);
  if (known) return filesIn(target, known);
  await discardParts(folder);
  const part = `${target}${partOf(process.pid)}`;
  await mkdir(part, { recursive: true });
  try {
    const members = await unpackInto(part, archive.path, label, limits);
    await writeFile(join(part, MEMBERS), JSON.stringify(members));
    await rm(target, { recursive: true, force: true });
    await rename(part, target);
    return filesIn(target, members);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

const PART = '.part';
const partOf = (pid: number): string => `.${pid}${PART}`;

/** Deletes what is left of a process that was killed while it unpacked. @param pid  absent = of any */
export async function discardParts(folder: string, pid?: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const end = pid === undefined ? PART : partOf(pid);
  const parts = names.filter((name) => name.startsWith('unpacked-') && name.endsWith(end));
  await Promise.all(parts.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

const readMembers = (target: string): Promise<Member[] | null> =>
  readFile(join(target, MEMBERS), 'utf8').then(
    (text) => JSON.parse(text) as Member[],
    () => null,
  );

const filesIn = (target: string, members: readonly Member[]): SceneFile[] =>
  members.map(({ name, file, digest }) => ({ name, path: join(target, file), digest }));

async function unpackInto(folder: string, path: string, label: string, limits: SceneLimits): Promise<Member[]> {
  let zip: ZipFile | null = null;
  try {
    // yauzl refuses names that climb out of the archive and checks sizes as they come; we use only the last part of a name.
    zip = await openPromise(path, {
      lazyEntries: true,
      autoClose: false,
      validateEntrySizes: true,
      strictFileNames: false,
    });
    return await unpack(zip, label, folder, limits);
  } catch (error) {
    if (error instanceof UserFacingError || isOfMachine(error)) throw error;
    const climbing = error instanceof Error && /invalid relative path|absolute path/.test(error.message);
    throw sceneUnreadable(
      label,
      climbing ? 'names in the ZIP archive lead out of it' : 'the ZIP archive is damaged',
      error,
    );
  } finally {
    zip?.close();
  }
}

async function unpack(zip: ZipFile, label: string, folder: string, limits: SceneLimits): Promise<Member[]> {
  if (zip.entryCount > MAX_ENTRIES) throw sceneTooLarge(label, `it holds ${zip.entryCount} files`);
  const wanted: Entry[] = [];
  for await (const entry of zip.eachEntry()) if (isWanted(entry)) wanted.push(entry);
  // Of a Sentinel-2 product only the bands and the product's own metadata.
  const safe = wanted.some(({ fileName }) => /(^|\/)IMG_DATA\//.test(fileName));
  const entries = wanted.filter(({ fileName }) => !safe || /(^|\/)IMG_DATA\/|MTD_MSI\w+\.xml$/.test(fileName));
  if (!entries.some(({ fileName }) => !TEXT.test(fileName))) {
    throw sceneUnreadable(label, 'there is no image in the ZIP archive');
  }
  if (entries.length > limits.files)
    throw sceneTooLarge(label, `it holds ${entries.length} images, I take ${limits.files}`);
  // Several that share their bytes: a small file could fill the disk.
  if (entries.reduce((sum, entry) => sum + entry.compressedSize, 0) > zip.fileSize) {
    throw sceneUnreadable(label, 'files in the ZIP archive overlap');
  }
  if (entries.some((entry) => entry.isEncrypted())) throw sceneUnreadable(label, 'the ZIP archive is encrypted');
  const declared = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (declared > limits.unpackedBytes)
    throw sceneTooLarge(label, `it unpacks to ${Math.round(declared / 2 ** 20)} MiB`);

  const members: Member[] = [];
  let left = limits.unpackedBytes;
  for (const [i, entry] of entries.entries()) {
    const name = entry.fileName.split('/').at(-1)!;
    const extension = /\.\w{1,5}$/.exec(name)?.[0].toLowerCase() ?? '';
    const file = `${String(i + 1).padStart(4, '0')}${extension}`;
    const hash = createHash('sha256');
    let crc = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        left -= chunk.length;
        hash.update(chunk);
        crc = crc32(chunk, crc);
        if (left < 0) done(sceneTooLarge(label, 'it unpacks to more than it declares'));
        else done(null, chunk);
      },
    });
    await pipeline(await zip.openReadStreamPromise(entry), counted, createWriteStream(join(folder, file)));
    if (crc !== entry.crc32) throw new Error(`${name} has another checksum`);
    members.push({ name, file, digest: hash.digest('hex') });
  }
  return members;
}

function isWanted(entry: Entry): boolean {
  const { fileName } = entry;
  if (fileName.endsWith('/') || !WANTED.test(fileName) || UNWANTED.test(fileName)) return false;
  if (TEXT.test(fileName) && entry.uncompressedSize > MAX_TEXT_BYTES) return false;
  // Unix mode in the upper half of the external attributes: 0 (not said) or a regular file, never a link or a device.
  const kind = (entry.externalFileAttributes >>> 16) & 0o170000;
  return kind === 0 || kind === 0o100000;
}
