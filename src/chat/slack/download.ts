import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserFacingError } from '../../errors.ts';

/** Where Slack keeps files. GovSlack has its own. */
const FILE_ORIGINS = ['https://files.slack.com', 'https://files.slack-gov.com'];
const MAX_REDIRECTS = 3;
const MIB = 2 ** 20;

/** The origins from which files are fetched; another address of the Web API (a proxy, a test server) serves its own. */
export function fileOrigins(apiUrl: string | undefined): ReadonlySet<string> {
  return new Set(apiUrl ? [...FILE_ORIGINS, new URL(apiUrl).origin] : FILE_ORIGINS);
}

/**
 * Fetch a file of Slack to `path`, at most `limitBytes` of it. The token goes to the first address only, and only when that
 * is one of Slack's.
 *
 * @throws {UserFacingError} deleted, forbidden, too large, not Slack's, or a page instead of a file
 */
export async function downloadFile(
  request: { readonly url: string; readonly token: string; readonly origins: ReadonlySet<string> },
  path: string,
  limitBytes: number,
  signal: AbortSignal,
): Promise<void> {
  const response = await open(request, signal);
  try {
    await checkResponse(response, limitBytes);
    await pipeline(
      Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
      guarded(limitBytes),
      createWriteStream(path, { mode: 0o600 }),
      { signal },
    );
  } catch (error) {
    await response.body?.cancel().catch(() => undefined);
    await rm(path, { force: true });
    signal.throwIfAborted();
    if (error instanceof UserFacingError) throw error;
    throw failed('Slack broke off the download. Please try again.', error);
  }
}

async function open(
  { url, token, origins }: { url: string; token: string; origins: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<Response> {
  const absent = ABSENT[url];
  if (absent) throw failed(absent);
  let address = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const { origin } = URL.canParse(address) ? new URL(address) : { origin: '' };
    if (!origins.has(origin)) {
      // Without files:read Slack sends us to its login page.
      if (hop > 0) throw noPermission();
      throw new UserFacingError('address-refused', 'That file does not lie in Slack. Please upload it here.');
    }
    const headers = hop === 0 ? { authorization: `Bearer ${token}` } : undefined;
    const response = await fetch(address, { redirect: 'manual', signal, ...(headers ? { headers } : {}) }).catch(
      (cause) => {
        signal.throwIfAborted();
        throw failed('I could not reach Slack to fetch the file. Please try again.', cause);
      },
    );
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || !location) return response;
    await response.body?.cancel();
    address = new URL(location, address).href;
  }
  throw failed('Slack sent me in a circle instead of the file. Please upload it again.');
}

async function checkResponse(response: Response, limitBytes: number): Promise<void> {
  if (response.status === 404 || response.status === 410) {
    throw failed('That file is no longer in Slack: it was deleted, or the link has expired. Please upload it again.');
  }
  if (response.status === 401 || response.status === 403) throw noPermission();
  if (!response.ok) throw failed(`Slack answered ${response.status} instead of the file. Please try again.`);
  if (response.headers.get('content-type')?.startsWith('text/html')) throw noPermission();
  if (Number(response.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
}

/** Lets through at most `limitBytes`, and nothing that begins like a web page. */
function guarded(limitBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (bytes === 0 && /^\s*<(?:!doctype|html)/i.test(chunk.subarray(0, 64).toString('latin1'))) {
        done(noPermission());
        return;
      }
      bytes += chunk.length;
      if (bytes > limitBytes) done(tooLarge(limitBytes));
      else done(null, chunk);
    },
  });
}

/** What is said of a file without an address, by the word for why (`toFiles`). */
const ABSENT: Readonly<Record<string, string>> = {
  deleted: 'That file has been deleted in Slack. Please upload it again.',
  hidden: 'Slack hides that file: the free plan shows the newest ones only. Please upload it again.',
  denied:
    'That file belongs to another organisation, and Slack does not let me open it. Please upload it here yourself.',
};

const failed = (reply: string, cause?: unknown): UserFacingError =>
  new UserFacingError('download-failed', reply, { cause });

const noPermission = (): UserFacingError =>
  new UserFacingError(
    'permission-missing',
    'Slack does not let me read files here. Whoever installed me should reinstall the app with the scope files:read.',
  );

const tooLarge = (limitBytes: number): UserFacingError =>
  new UserFacingError(
    'scene-too-large',
    `This file is larger than the ${Math.floor(limitBytes / MIB)} MiB I can take. A cut-out, or a compressed copy, may fit.`,
  );
