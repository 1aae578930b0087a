import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { UserFacingError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';

/** Hosts of open data that serve cloud-optimised GeoTIFFs. A leading dot takes subdomains in. */
export const OPEN_DATA_HOSTS: readonly string[] = [
  'sentinel-cogs.s3.us-west-2.amazonaws.com', // Element 84, Sentinel-2 L2A COGs
  'e84-earth-search-sentinel-data.s3.us-west-2.amazonaws.com', // Element 84, Sentinel-2 C1 L2A
  'landsatlook.usgs.gov', // USGS, Landsat Collection 2
  'naipeuwest.blob.core.windows.net', // Microsoft, NAIP
  'data.lpdaac.earthdatacloud.nasa.gov', // NASA, HLS
  'oin-hotosm.s3.amazonaws.com', // OpenAerialMap
  'opendata.digitalglobe.com', // Maxar open data
  'maxar-opendata.s3.amazonaws.com',
];

export interface RemoteOptions {
  /** Hosts allowed besides the shipped list. */
  readonly hosts?: readonly string[];
  /** For tests; otherwise the platform's. */
  readonly fetch?: typeof globalThis.fetch;
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly signal?: AbortSignal;
}

const BLOCK_BYTES = 64 * 1024;
const CACHED_BLOCKS = 512;
const MAX_REDIRECTS = 3;
const TIMEOUT_MS = 30_000;
/** What one scene may transfer: windows of a COG need little. */
const MAX_TRANSFER_BYTES = 512 * 2 ** 20;

/**
 * A file behind an https address, read by ranges.
 *
 * @throws {UserFacingError} `address-refused` for a host that is not on the list or an address that is not public,
 *         `download-failed`
 */
export async function openRemoteSource(address: string, options: RemoteOptions = {}): Promise<ByteSource> {
  const fetcher = options.fetch ?? globalThis.fetch;
  let url = await checkedUrl(address, options);
  let transferred = 0;
  const blocks = new Map<number, Uint8Array>();

  const request = async (from: number, to: number): Promise<{ bytes: Uint8Array; size: number }> => {
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const signals = [AbortSignal.timeout(TIMEOUT_MS), ...(options.signal ? [options.signal] : [])];
      const response = await fetcher(url, {
        headers: { range: `bytes=${from}-${to - 1}` },
        redirect: 'manual',
        signal: AbortSignal.any(signals),
      }).catch((error) => {
        if (options.signal?.aborted) throw error;
        throw downloadFailed(url.hostname, 'it does not answer', error);
      });
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location) {
        await response.body?.cancel();
        url = await checkedUrl(new URL(location, url).href, options);
        continue;
      }
      if (response.status !== 206) {
        await response.body?.cancel();
        throw downloadFailed(url.hostname, statusReason(response.status));
      }
      const size = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? Number.NaN);
      if (!Number.isFinite(size)) throw downloadFailed(url.hostname, 'it does not say how long the file is');
      const bytes = await limitedBody(response, to - from, url.hostname);
      transferred += bytes.length;
      if (transferred > MAX_TRANSFER_BYTES) throw downloadFailed(url.hostname, 'the scene needs too many bytes');
      return { bytes, size };
    }
    throw downloadFailed(url.hostname, 'it redirects too often');
  };

  const first = await request(0, BLOCK_BYTES);
  blocks.set(0, first.bytes);
  const { size } = first;
  return {
    size,
    close: async () => blocks.clear(),
    read: async (offset, length) => {
      const end = Math.min(size, offset + length);
      if (end <= offset) return new ArrayBuffer(0);
      await fetchMissing(blocks, Math.floor(offset / BLOCK_BYTES), Math.floor((end - 1) / BLOCK_BYTES), size, request);
      const out = new Uint8Array(end - offset);
      for (let block = Math.floor(offset / BLOCK_BYTES); block * BLOCK_BYTES < end; block++) {
        const start = block * BLOCK_BYTES;
        const from = Math.max(offset, start);
        out.set(blocks.get(block)!.subarray(from - start, Math.min(end, start + BLOCK_BYTES) - start), from - offset);
      }
      trim(blocks);
      return out.buffer;
    },
  };
}

/** Runs of missing blocks, one request each. */
async function fetchMissing(
  blocks: Map<number, Uint8Array>,
  first: number,
  last: number,
  size: number,
  request: (from: number, to: number) => Promise<{ bytes: Uint8Array; size: number }>,
): Promise<void> {
  for (let block = first; block <= last; block++) {
    if (blocks.has(block)) continue;
    let end = block;
    while (end < last && !blocks.has(end + 1)) end++;
    const { bytes } = await request(block * BLOCK_BYTES, Math.min(size, (end + 1) * BLOCK_BYTES));
    for (let i = block; i <= end; i++) {
      const start = (i - block) * BLOCK_BYTES;
      blocks.set(i, bytes.slice(start, start + BLOCK_BYTES));
    }
    block = end;
  }
}

function trim(blocks: Map<number, Uint8Array>): void {
  for (const block of blocks.keys()) {
    if (blocks.size <= CACHED_BLOCKS) return;
    if (block !== 0) blocks.delete(block); // the header stays
  }
}

/** The body, but not a byte more than was asked for. */
async function limitedBody(response: Response, expected: number, host: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > expected) throw downloadFailed(host, 'it sends more than was asked for');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function checkedUrl(address: string, options: RemoteOptions): Promise<URL> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || url.protocol !== 'https:' || url.username || url.password || url.port) {
    throw addressRefused(url?.hostname ?? 'this', 'only plain https addresses are read');
  }
  const host = url.hostname.toLowerCase();
  const allowed = [...OPEN_DATA_HOSTS, ...(options.hosts ?? [])];
  if (!allowed.some((row) => (row.startsWith('.') ? host.endsWith(row) : host === row))) {
    throw addressRefused(host, 'it is not on the list of open-data hosts');
  }
  const resolve = options.resolve ?? resolveHost;
  const addresses = isIP(host)
    ? [host]
    : await resolve(host).catch((error) => {
        throw downloadFailed(host, 'its name cannot be resolved', error);
      });
  if (addresses.length === 0 || !addresses.every(isPublicAddress))
    throw addressRefused(host, 'it leads into a private network');
  return url;
}

const resolveHost = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** IPv4 ranges that are not the public internet, as [first octets] prefixes with masks. @see RFC 6890 */
const PRIVATE_V4: readonly (readonly [base: number, bits: number])[] = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000000, 24],
  [0xc0000200, 24],
  [0xc0a80000, 16],
  [0xc6120000, 15],
  [0xc6336400, 24],
  [0xcb007100, 24],
  [0xe0000000, 3],
];

/** Whether an IP address is on the public internet: not private, local, link-local, multicast or reserved. */
export function isPublicAddress(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) {
    const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
    return !PRIVATE_V4.some(
      ([base, bits]) => Math.floor(value / 2 ** (32 - bits)) === Math.floor(base / 2 ** (32 - bits)),
    );
  }
  if (kind !== 6) return false;
  const lower = address.toLowerCase();
  const mapped = /^::(?:ffff:)?(\d+\.\d+\.\d+\.\d+)$/.exec(lower)?.[1];
  if (mapped) return isPublicAddress(mapped);
  // Global unicast is 2000::/3; documentation, 6to4 and Teredo inside it can hide others.
  return /^[23]/.test(lower) && !/^(2001:0?db8|2001:0{0,4}:|2001::|2002:|3fff:)/.test(lower);
}

function addressRefused(host: string, why: string): UserFacingError {
  return new UserFacingError(
    'address-refused',
    `I don't read from ${host}: ${why}. The owner of this bot can allow a host with ALLOWED_HOSTS; or upload the file here.`,
  );
}

function downloadFailed(host: string, why: string, cause?: unknown): UserFacingError {
  return new UserFacingError(
    'download-failed',
    `I couldn't read the file from ${host}: ${why}. Trying again may help.`,
    { cause },
  );
}

function statusReason(status: number): string {
  if (status === 404 || status === 410) return 'there is no such file';
  if (status === 401 || status === 403) return 'it wants a login';
  return status === 200 ? 'it cannot send parts of files' : `it answers with status ${status}`;
}
