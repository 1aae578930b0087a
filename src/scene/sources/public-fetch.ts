import { lookup } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Agent, fetch } from 'undici';
import { UserFacingError } from '../../errors.ts';

export type Resolve = (host: string) => Promise<readonly string[]>;

/**
 * A `fetch` that connects to public addresses only.
 *
 * The address is checked where it is dialled, at every connection: a name that was good when somebody looked may lead elsewhere
 * the next time. Refusals are the `cause` of what `fetch` throws, as `UserFacingError` `address-refused`.
 *
 * @param resolve  addresses of a host; the platform's own, unless a test has another
 */
export function publicFetch(resolve: Resolve = resolveHost): {
  readonly fetch: typeof globalThis.fetch;
  close(): Promise<void>;
} {
  const checked: LookupFunction = (host, { all }, done) => {
    publicAddresses(host, resolve).then(
      (found) => (all ? done(null, found) : done(null, found[0]!.address, found[0]!.family)),
      (error) => done(error, '', 0),
    );
  };
  const agent = new Agent({ connect: { lookup: checked } });
  const dial = async (input: unknown, init: unknown) => {
    const url = new URL(String(input));
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) && !isPublicAddress(literal)) throw new TypeError('fetch failed', { cause: refused(literal) });
    return fetch(url, { ...(init as object), dispatcher: agent });
  };
  return { fetch: dial as typeof globalThis.fetch, close: () => agent.destroy() };
}

async function publicAddresses(host: string, resolve: Resolve): Promise<{ address: string; family: number }[]> {
  const addresses = await resolve(host);
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) throw refused(host);
  return addresses.map((address) => ({ address, family: isIP(address) }));
}

const resolveHost: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

const refused = (host: string): UserFacingError =>
  new UserFacingError(
    'address-refused',
    `I don't read from ${host}: it leads into a private network. Please upload the file here.`,
  );

/** What is not the public internet. @see IANA IPv4 and IPv6 special-purpose address registries (RFC 6890) */
const SPECIAL = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  SPECIAL.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['2001::', 23], // protocol assignments: Teredo and ORCHID can hide others
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4, likewise
  ['3fff::', 20],
] as const) {
  SPECIAL.addSubnet(network, bits, 'ipv6');
}
const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet('2000::', 3, 'ipv6');
const MAPPED = new BlockList();
MAPPED.addSubnet('::ffff:0:0', 96, 'ipv6');

/** Whether an IP address is on the public internet: not private, local, link-local, multicast or reserved. */
export function isPublicAddress(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) return !SPECIAL.check(address, 'ipv4');
  if (kind !== 6) return false;
  // An IPv4 address in IPv6 clothes is checked as what it is.
  if (MAPPED.check(address, 'ipv6')) return !SPECIAL.check(address, 'ipv6');
  return GLOBAL_UNICAST.check(address, 'ipv6') && !SPECIAL.check(address, 'ipv6');
}
