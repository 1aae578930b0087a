import type { SceneFile } from '../domain/scene.ts';
import { UserFacingError } from '../errors.ts';
import { isAddress } from '../scene/sources/byte-source.ts';
import { digestOfFile } from '../scene/sources/file-digest.ts';

/** Deaths that are remembered, and for how long: a file that was unlucky in a busy hour gets another chance. */
const REMEMBERED = 1_000;
const FORGOTTEN_AFTER_MS = 3_600_000;

/**
 * Remembers, by their bytes, the files on which a process died, so that they are not tried again and again.
 *
 * What died was a call, and any one of its files may have been the cause: only a call that has all of them is refused, lest a
 * stranger gets a public scene refused to everybody by sending it together with a bad file. In memory only: across restarts
 * of the bot, a turn is given up after a few attempts.
 */
export class Quarantine {
  readonly #deaths = new Map<string, { readonly files: readonly string[]; readonly until: number }>();

  async add(files: readonly SceneFile[]): Promise<void> {
    const names = [...new Set(await Promise.all(files.map(identity)))].sort();
    if (names.length === 0) return;
    this.#deaths.set(names.join(), { files: names, until: Date.now() + FORGOTTEN_AFTER_MS });
    for (const [key, { until }] of this.#deaths) {
      if (this.#deaths.size <= REMEMBERED && until > Date.now()) break;
      this.#deaths.delete(key);
    }
  }

  /** @throws {UserFacingError} `scene-unreadable` when a process died on these files */
  async check(files: readonly SceneFile[]): Promise<void> {
    if (this.#deaths.size === 0) return;
    const here = new Set(await Promise.all(files.map(identity)));
    for (const { files: deadly, until } of this.#deaths.values()) {
      if (until > Date.now() && deadly.every((name) => here.has(name))) throw refusal(files.length);
    }
  }
}

/** What is not there, or not a file of this machine, is known by where it should be. */
async function identity({ path, digest }: SceneFile): Promise<string> {
  if (digest) return digest;
  return isAddress(path) ? path : digestOfFile(path).catch(() => path);
}

function refusal(count: number): UserFacingError {
  const [this_, it] = count === 1 ? ['this file', 'it'] : ['these files', 'they'];
  return new UserFacingError(
    'scene-unreadable',
    `I don't try ${this_} again: the last time ${it} took more time or memory than an analysis may have, or broke the program that reads scenes. Please export the scene again, or send a smaller part of it.`,
  );
}
