import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What group and others may do. */
const OTHERS = 0o077;

/** Makes a folder that only this user can look into, or closes the one that is there, with everything in it. */
export function privateFolder(folder: string): void {
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined;
  if (!made && isOpenToOthers(folder)) makePrivate(folder);
}

/** Whether somebody else on this machine may look into a folder. False where systems know no such thing. */
export const isOpenToOthers = (folder: string): boolean =>
  process.platform !== 'win32' && (statSync(folder).mode & OTHERS) !== 0;

/**
 * What is kept of people is for whoever runs the bot: folders become 0700 and files 0600, whatever an earlier version, a
 * backup or another hand made of them. Links are not followed. A folder comes after what it holds: killed in between, all is
 * done again.
 *
 * @throws {Error} `EPERM` where something belongs to somebody else
 */
export function makePrivate(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) {
    for (const name of readdirSync(path)) makePrivate(join(path, name));
    if (found.mode & OTHERS) chmodSync(path, 0o700);
  } else if (found?.isFile() && found.mode & OTHERS) chmodSync(path, 0o600);
}
