import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserFacingError } from '../../errors.ts';

/** Where Discord keeps attachments. */
const FILE_ORIGINS = ['https://cdn.discordapp.com', 'https://media.discordapp.net'];
const MIB = 2 ** 20;

/** The origins from which files are fetched; another address of the API (a test server) serves its own. */
export function fileOrigins(apiUrl: string | undefined): ReadonlySet<string> {
  return new Set(apiUrl ? [...FILE_ORIGINS, new URL(apiUrl).origin] : FILE_ORIGINS);
}

/**
 * Fetch an attachment to `path`, at most `limitBytes` of it. Its address is signed and needs no token, and gets none.
 *
 * @param renew  a new address, when this one has expired; null when there is none to be had
 * @throws {UserFacingError} expired or deleted, too large, not Discord's
 */
export async function downloadFile(
  { url, origins, renew }: { url: string; origins: ReadonlySet<string>; renew: () => Promise<string | null> },
  path: string,
  limitBytes: number,
  signal: AbortSignal,
): Promise<void> {
  let response = await open(url, origins, signal);
  if (EXPIRED.has(response.status)) {
    await response.body?.cancel();
    const renewed = await renew();
    if (!renewed) throw gone();
    response = await open(renewed, origins, signal);
  }
  try {
    if (EXPIRED.has(response.status)) throw gone();
    if (!response.ok || !response.body) {
      throw failed(`Discord answered ${response.status} instead of the file. Please try again.`);
    }
    if (Number(response.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
    await pipeline(
      Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
      atMost(limitBytes),
      createWriteStream(path, { mode: 0o600 }),
      { signal },
    );
  } catch (error) {
    await response.body?.cancel().catch(() => undefined);
    await rm(path, { force: true });
    signal.throwIfAborted();
    if (error instanceof UserFacingError) throw error;
    throw failed('Discord broke off the download. Please try again.', error);
  }
}

const EXPIRED: ReadonlySet<number> = new Set([401, 403, 404, 410]);

async function open(url: string, origins: ReadonlySet<string>, signal: AbortSignal): Promise<Response> {
  const { origin } = URL.canParse(url) ? new URL(url) : { origin: '' };
  if (!origins.has(origin)) {
    throw new UserFacingError('address-refused', 'That file does not lie in Discord. Please upload it here.');
  }
  // Its file servers do not redirect; whatever does is not one.
  return fetch(url, { redirect: 'error', signal }).catch((cause) => {
    signal.throwIfAborted();
    throw failed('I could not reach Discord to fetch the file. Please try again.', cause);
  });
}

function atMost(limitBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limitBytes) done(tooLarge(limitBytes));
      else done(null, chunk);
    },
  });
}

const failed = (reply: string, cause?: unknown): UserFacingError =>
  new UserFacingError('download-failed', reply, { cause });

const gone = (): UserFacingError =>
  failed(
    'That file is no longer to be had from Discord: it was deleted, or its link has expired. Please upload it again.',
  );

const tooLarge = (limitBytes: number): UserFacingError =>
  new UserFacingError(
    'scene-too-large',
    `This file is larger than the ${Math.floor(limitBytes / MIB)} MiB I can take. A cut-out, or a compressed copy, may fit.`,
  );
