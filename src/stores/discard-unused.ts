import { readdir, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pathsIn } from './paths-in.ts';

/**
 * Delete what an answered message brought and nobody needs: unpacked folders of the conversation and `uploads` that its state
 * does not name. Files that were refused, archives that were unpacked, and what a process unpacked before it died.
 *
 * @param folder  of the conversation
 * @param state   of the conversation, once the message is answered
 */
export async function discardUnused(folder: string, uploads: readonly string[], state: unknown): Promise<void> {
  const named = pathsIn(state, folder + sep);
  const entries = await readdir(folder, { withFileTypes: true });
  const unpacked = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const isNamed = (path: string): boolean => named.some((one) => one === path || one.startsWith(path + sep));
  for (const path of [...uploads, ...unpacked]) if (!isNamed(path)) await rm(path, { recursive: true, force: true });
}
