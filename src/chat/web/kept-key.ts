import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const KEY_BYTES = 32;

/** The random key at `path`, made on the first call. Whoever deletes the file ends everything that was made with it. */
export async function keptKey(path: string): Promise<Buffer> {
  const kept = await readFile(path).catch(() => Buffer.alloc(0));
  if (kept.length === KEY_BYTES) return kept;
  const key = randomBytes(KEY_BYTES);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Under another name first: half a key must not stand there after a crash.
  await writeFile(`${path}.new`, key, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return key;
}
