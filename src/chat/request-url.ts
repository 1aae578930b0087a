/**
 * The address a request asks for, by its target as it stands in the request line; the host in it is not to be trusted.
 *
 * @returns null for what no client of ours sends: `//` (which would name another host), `*`, and what is no address at all
 */
export function requestUrl(target: string | undefined): URL | null {
  const isAddress = /^(?:\/(?![/\\])|https?:\/\/)/i.test(target ?? '') && URL.canParse(target!, BASE);
  return isAddress ? new URL(target!, BASE) : null;
}

const BASE = 'http://here';
