import { readFile } from 'node:fs/promises';
import { zip } from 'fflate';
import type { Language, Reply } from '../../domain/message.ts';
import type { Artefact } from '../../domain/picture.ts';
import { LIMITS } from './limits.ts';
import { TEXTS } from './texts.ts';

/** One file as it is uploaded. */
export interface FittedFile {
  /** `attachment://<name>` refers to it: unique within a message. */
  readonly name: string;
  readonly mediaType: string;
  readonly description: string;
  readonly bytes: Uint8Array;
}

export interface Note {
  readonly text: string;
  /** Where the file can be had instead; ours. */
  readonly link?: string;
}

export interface Upload {
  /** By the path of the artefact; none where it fits in no way. */
  readonly files: ReadonlyMap<string, readonly FittedFile[]>;
  /** What was done to make it fit, in sentences for the person. */
  readonly notes: readonly Note[];
}

/** A picture drawn anew, no larger than `limitBytes`; null when that cannot be done. */
export type ShrinkPicture = (
  path: string,
  limitBytes: number,
) => Promise<{ bytes: Uint8Array; mediaType: string } | null>;

/** Bytes that Discord takes: of one file, and of all files of a message together. */
export interface UploadLimits {
  readonly file: number;
  readonly message: number;
}

/**
 * Everything a reply carries, fitted to what Discord takes here: a picture becomes smaller, a file is zipped, and a zip that
 * is still too large comes in parts. What fits in no way is offered at an address of ours, where there is one.
 */
export async function fitUploads(
  reply: Reply,
  limits: UploadLimits,
  shrink: ShrinkPicture,
  linkTo: ((artefact: Artefact) => string) | null = null,
): Promise<Upload> {
  const texts = TEXTS[reply.language];
  const files = new Map<string, readonly FittedFile[]>();
  const notes: Note[] = [];
  const taken = new Set<string>();
  let room = Math.min(limits.message, MOST_READ);
  let places: number = LIMITS.attachments;
  for (const { artefact, alt } of carried(reply)) {
    if (files.has(artefact.path)) continue;
    const most = Math.min(limits.file, room);
    const parts = most > 0 ? Math.min(places, Math.floor(room / most)) : 0;
    const { fitted, note, unfit } = await fitOne(artefact, alt, most, parts, shrink, reply.language).catch(
      (error): Fitted => {
        // An answer whose picture was deleted meanwhile is still an answer.
        if (error.code !== 'ENOENT') throw error;
        return { fitted: [], note: texts.lost(artefact.name) };
      },
    );
    const named = fitted.map((file) => ({ ...file, name: uniqueName(file.name, taken) }));
    files.set(artefact.path, named);
    if (note) notes.push({ text: note });
    if (unfit) {
      const tried = texts.unfit[artefact.bytes <= limits.file ? 'room' : unfit];
      const size = [artefact.name, mebibytes(artefact.bytes), mebibytes(limits.file)] as const;
      notes.push(
        linkTo
          ? { text: texts.tooLargeButLinked(...size, tried), link: linkTo(artefact) }
          : { text: texts.tooLarge(...size, tried) },
      );
    }
    places -= named.length;
    room -= named.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
  return { files, notes };
}

function carried({ blocks }: Reply): { artefact: Artefact; alt: string | null }[] {
  return blocks.flatMap((block): { artefact: Artefact; alt: string | null }[] => {
    if (block.kind === 'picture') return [{ artefact: block.artefact, alt: block.alt }];
    return block.kind === 'files' ? block.artefacts.map((artefact) => ({ artefact, alt: null })) : [];
  });
}

/** Why something does not fit, and what was tried. */
export type Unfit = 'room' | 'huge' | 'picture' | 'parts';

interface Fitted {
  readonly fitted: readonly FittedFile[];
  readonly note?: string;
  readonly unfit?: Unfit;
}

async function fitOne(
  { name, path, mediaType, bytes: size }: Artefact,
  alt: string | null,
  limit: number,
  places: number,
  shrink: ShrinkPicture,
  language: Language,
): Promise<Fitted> {
  const texts = TEXTS[language];
  const described = { description: (alt ?? name).slice(0, LIMITS.altText) };
  const refused = (unfit: Unfit): Fitted => ({ fitted: [], unfit });
  if (places <= 0) return refused('room');
  if (size > MOST_READ) return refused('huge');
  if (size <= limit) {
    return { fitted: [{ name: safeName(name), mediaType, ...described, bytes: await readFile(path) }] };
  }
  if (alt !== null) {
    const smaller = await shrink(path, limit);
    if (!smaller || smaller.bytes.length > limit) return refused('picture');
    const renamed = safeName(name.replace(/\.[a-z]+$/i, `.${smaller.mediaType.split('/')[1]}`));
    return { fitted: [{ name: renamed, ...smaller, ...described }], note: texts.smaller(name, mebibytes(limit)) };
  }
  const zipped = await zipFile(name, await readFile(path));
  if (zipped.length <= limit) {
    const fitted = [{ name: safeName(`${name}.zip`), mediaType: 'application/zip', ...described, bytes: zipped }];
    return { fitted, note: texts.zipped(name, mebibytes(limit)) };
  }
  const parts = Math.ceil(zipped.length / limit);
  if (parts > places) return refused('parts');
  const fitted = Array.from({ length: parts }, (_, part) => ({
    name: safeName(`${name}.zip.${String(part + 1).padStart(3, '0')}`),
    mediaType: 'application/octet-stream',
    ...described,
    bytes: zipped.subarray(part * limit, (part + 1) * limit),
  }));
  return { fitted, note: texts.split(name, parts, fitted[0]!.name) };
}

/** On another thread: the event loop has a heartbeat to keep. */
const zipFile = (name: string, bytes: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    zip({ [name]: bytes }, { level: 6 }, (error, zipped) => (error ? reject(error) : resolve(zipped)));
  });

/** Bytes taken into memory for one message. */
const MOST_READ = 256 * 2 ** 20;

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1).replace(/\.0$/, '')} MiB`;

/** Discord renames what it does not like, and then `attachment://` finds nothing. */
const safeName = (name: string): string => name.replace(/[^\w.-]+/g, '_').replace(/^[._]+/, '') || 'file';

function uniqueName(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = name.replace(/(\.[^.]*)?$/, `-${n}$1`);
  taken.add(free);
  return free;
}
