import { UserFacingError } from '../../errors.ts';
import { downloadFailed, saveResponse } from '../save-response.ts';

/** Where Slack keeps files. GovSlack has its own. */
const FILE_ORIGINS = ['https://files.slack.com', 'https://files.slack-gov.com'];
const MAX_REDIRECTS = 3;

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
    checkResponse(response);
  } catch (error) {
    await response.body?.cancel();
    throw error;
  }
  await saveResponse({ response, platform: 'Slack', limitBytes, checkBeginning: refusePage }, path, signal);
}

async function open(
  { url, token, origins }: { url: string; token: string; origins: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<Response> {
  const absent = ABSENT[url];
  if (absent) throw downloadFailed(absent);
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
        throw downloadFailed('I could not reach Slack to fetch the file. Please try again.', cause);
      },
    );
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || !location) return response;
    await response.body?.cancel();
    address = new URL(location, address).href;
  }
  throw downloadFailed('Slack sent me in a circle instead of the file. Please upload it again.');
}

function checkResponse(response: Response): void {
  if (response.status === 404 || response.status === 410) {
    throw downloadFailed(
      'That file is no longer in Slack: it was deleted, or the link has expired. Please upload it again.',
    );
  }
  if (response.status === 401 || response.status === 403) throw noPermission();
  if (response.headers.get('content-type')?.startsWith('text/html')) throw noPermission();
}

/** A login page, whatever it says it is. */
function refusePage(bytes: Buffer): void {
  if (/^\s*<(?:!doctype|html)/i.test(bytes.subarray(0, 64).toString('latin1'))) throw noPermission();
}

/** What is said of a file without an address, by the word for why (`toFiles`). */
const ABSENT: Readonly<Record<string, string>> = {
  deleted: 'That file has been deleted in Slack. Please upload it again.',
  hidden: 'Slack hides that file: the free plan shows the newest ones only. Please upload it again.',
  denied:
    'That file belongs to another organisation, and Slack does not let me open it. Please upload it here yourself.',
};

const noPermission = (): UserFacingError =>
  new UserFacingError(
    'permission-missing',
    'Slack does not let me read files here. Whoever installed me should reinstall the app with the scope files:read.',
  );
