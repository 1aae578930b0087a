import type { IncomingHttpHeaders } from 'node:http';
import { networkInterfaces } from 'node:os';

/** Headers of every answer. Nothing may load from elsewhere, run inline, or frame the page. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

/** The origins under which the page may be opened: loopback names, the addresses we are bound to, and configured ones. */
export function allowedOrigins(host: string, port: number, configured: readonly string[]): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  const bound = host === '0.0.0.0' || host === '::' ? ownAddresses() : [host];
  names.push(...bound.map((address) => (address.includes(':') ? `[${address}]` : address)));
  // Through URL, so that port 80 and upper case look as browsers send them.
  return new Set([...names.map((name) => `http://${name}:${port}`), ...configured].map((o) => new URL(o).origin));
}

/**
 * Why a request must not be served, or null when it may: a foreign Host is a name that was made to point here (DNS
 * rebinding), a foreign Origin is another page that calls us.
 */
export function refusal(headers: IncomingHttpHeaders, origins: ReadonlySet<string>): string | null {
  const host = headers.host?.toLowerCase() ?? '';
  if (![...origins].some((origin) => new URL(origin).host === host)) return 'This address is not served here.';
  return headers.origin !== undefined && !origins.has(headers.origin) ? FOREIGN_PAGE : null;
}

/** The same for requests that read or change something: a page on another port of this machine is "same-site" for cookies. */
export function refusalOfCall(headers: IncomingHttpHeaders): string | null {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site' ? FOREIGN_PAGE : null;
}

/** Whether only this machine reaches a server that listens there. */
export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host);

const FOREIGN_PAGE = 'Requests from other pages are refused.';

/** Link-local IPv6 addresses carry a zone, which no browser sends. */
const ownAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address)
    .filter((address) => !address.startsWith('fe80:'));
