import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from './private-folder.ts';

/** Uploaded scenes and the files made from them: one folder a conversation. */
export interface ArtefactStore {
  /** The folder of a conversation; it exists afterwards. */
  folder(conversation: string): string;
  /**
   * Where an uploaded file goes: never outside the conversation's folder, never a place that another upload has.
   * @param owner  what makes it different from others of the same name, a message id and place for example
   * @param name   as the uploader named it: hostile
   */
  uploadPath(conversation: string, owner: string, name: string): string;
  size(conversation: string): Promise<Size>;
  /** @returns what was deleted */
  remove(conversation: string): Promise<Size>;
}

interface Size {
  readonly files: number;
  readonly bytes: number;
}

/** @param root  created when missing */
export function createArtefactStore(root: string): ArtefactStore {
  /** Ids come from platforms and from strangers, so none is used as a name; the platform stays readable. */
  const path = (conversation: string): string =>
    join(
      root,
      `${
        conversation
          .split(':')[0]!
          .replace(/[^a-z]/g, '')
          .slice(0, 16) || 'other'
      }-${digest(conversation)}`,
    );

  const folder = (conversation: string): string => {
    const found = path(conversation);
    privateFolder(found);
    return found;
  };

  return {
    folder,
    uploadPath: (conversation, owner, name) => join(folder(conversation), `${digest(owner)}-${safeName(name)}`),
    size: (conversation) => sizeOf(path(conversation)),
    async remove(conversation) {
      const size = await sizeOf(path(conversation));
      await rm(path(conversation), { recursive: true, force: true });
      return size;
    },
  };
}

/**
 * A file name that is safe on every system and in every place it is shown: letters, digits, `. _ -` of ASCII, at most 80
 * characters, the extension kept, not hidden.
 */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).pop()!;
  const clean = last
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '_')
    .replace(/\.{2,}/g, '.')
    .replace(/^[._-]+/, '');
  if (clean.length <= 80) return clean || 'file';
  const extension = /\.[\w]{1,8}$/.exec(clean)?.[0] ?? '';
  return clean.slice(0, 80 - extension.length) + extension;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

/** Of everything in a folder; 0 when there is none. */
export async function sizeOf(folder: string): Promise<Size> {
  let names: string[];
  try {
    names = await readdir(folder, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { files: 0, bytes: 0 };
    throw error;
  }
  const stats = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => null)));
  const files = stats.filter((entry) => entry?.isFile());
  return { files: files.length, bytes: files.reduce((sum, file) => sum + file!.size, 0) };
}
