import { readdir, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { InboundMessage } from '../domain/message.ts';
import { type ArtefactStore, uploadsOf } from './artefact-store.ts';
import { pathsIn } from './paths-in.ts';

/**
 * Delete what a message brought and nobody needs: uploads of it and unpacked folders of the conversation that its state does
 * not name. Files that were refused, archives that were unpacked, and what a process unpacked before it died.
 *
 * @param state  of the conversation, once the message is answered
 */
export async function discardUnused(artefacts: ArtefactStore, message: InboundMessage, state: unknown): Promise<void> {
  const folder = artefacts.folder(message.conversation);
  const named = pathsIn(state, folder + sep);
  const entries = await readdir(folder, { withFileTypes: true });
  const unpacked = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const isNamed = (path: string): boolean => named.some((one) => one === path || one.startsWith(path + sep));
  const unused = [...uploadsOf(artefacts, message), ...unpacked].filter((path) => !isNamed(path));
  for (const path of unused) await rm(path, { recursive: true, force: true });
}
