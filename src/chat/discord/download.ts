import { UserFacingError } from '../../errors.ts';
import { downloadFailed, saveResponse } from '../save-response.ts';

/** Where Discord keeps attachments. */
const FILE_ORIGINS = ['https://cdn.discordapp.com', 'https://media.discordapp.net'];

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
  if (EXPIRED.has(response.status)) {
    await response.body?.cancel();
    throw gone();
  }
  await saveResponse({ response, platform: 'Discord', limitBytes }, path, signal);
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
    throw downloadFailed('I could not reach Discord to fetch the file. Please try again.', cause);
  });
}

const gone = (): UserFacingError =>
  downloadFailed(
    'That file is no longer to be had from Discord: it was deleted, or its link has expired. Please upload it again.',
  );
