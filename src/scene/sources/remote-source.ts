import { createHash } from 'node:crypto';
import { UserFacingError } from '../../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { publicFetch, type Resolve } from './public-fetch.ts';

export { isPublicAddress } from './public-fetch.ts';

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
  /** For tests; otherwise one that dials public addresses only. */
  readonly fetch?: typeof globalThis.fetch;
  /** For tests; otherwise the platform's. */
  readonly resolve?: Resolve;
  readonly signal?: AbortSignal;
}

const BLOCK_BYTES = 64 * 1024;
const CACHED_BLOCKS = 512;
/** Longest part of a file that is asked for at once. */
const RUN_BYTES = 8 * 2 ** 20;
const MAX_REDIRECTS = 3;
const TIMEOUT_MS = 30_000;
/** What one scene may transfer: windows of a COG need little. */
const MAX_TRANSFER_BYTES = 512 * 2 ** 20;
/** No image is longer. */
const MAX_SIZE = 2 ** 40;

/** What a server says a file is; the same in every answer, or the file has changed. */
interface Version {
  readonly size: number;
  /** ETag or date of the last change; empty where it tells neither. */
  readonly tag: string;
}

/**
 * A file behind an https address, read by ranges.
 *
 * @throws {UserFacingError} `address-refused` for a host that is not on the list or an address that is not public,
 *         `download-failed`, also where the file changes while it is read
 */
export async function openRemoteSource(address: string, options: RemoteOptions = {}): Promise<ByteSource> {
  const dialled = options.fetch ? null : publicFetch(options.resolve);
  const fetcher = options.fetch ?? dialled!.fetch;
  let url = checkedUrl(address, options);
  const identifies = url.href;
  let transferred = 0;
  let known: Version | null = null;
  const blocks = new Map<number, Uint8Array>();

  const request = async (from: number, to: number): Promise<Uint8Array> => {
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const signals = [AbortSignal.timeout(TIMEOUT_MS), ...(options.signal ? [options.signal] : [])];
      const failed = (why: string) => (error: unknown) => {
        if (options.signal?.aborted) throw error;
        const said = [error, (error as Error).cause].find((e) => e instanceof UserFacingError);
        throw said ?? downloadFailed(url.hostname, why, error);
      };
      const response: Response = await fetcher(url, {
        headers: { range: `bytes=${from}-${to - 1}`, 'accept-encoding': 'identity' },
        redirect: 'manual',
        signal: AbortSignal.any(signals),
      }).catch(failed('it does not answer'));
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location) {
        await response.body?.cancel();
        url = checkedUrl(URL.canParse(location, url) ? new URL(location, url).href : location, options);
        continue;
      }
      if (response.status !== 206) {
        await response.body?.cancel();
        throw downloadFailed(url.hostname, statusReason(response.status));
      }
      const { first, last, ...version } = rangeOf(response, url.hostname);
      if (known && (version.size !== known.size || version.tag !== known.tag)) {
        throw downloadFailed(url.hostname, 'the file changed while I was reading it');
      }
      if (first !== from || last !== Math.min(to, version.size) - 1) {
        throw downloadFailed(url.hostname, 'it sends another part of the file than I asked for');
      }
      known = version;
      const bytes = await limitedBody(response, last - first + 1, url.hostname).catch(failed('it broke off'));
      transferred += bytes.length;
      if (transferred > MAX_TRANSFER_BYTES) throw downloadFailed(url.hostname, 'the scene needs too many bytes');
      return bytes;
    }
    throw downloadFailed(url.hostname, 'it redirects too often');
  };

  const close = async () => {
    blocks.clear();
    await dialled?.close();
  };
  const { size, tag } = await request(0, BLOCK_BYTES).then(
    (bytes) => {
      blocks.set(0, bytes);
      return known!;
    },
    async (error) => {
      await close();
      throw error;
    },
  );
  return {
    size,
    identity: createHash('sha256')
      .update(JSON.stringify([identifies, tag, size]))
      .digest('hex'),
    close,
    read: async (offset, length) => {
      const end = Math.min(size, offset + length);
      if (end <= offset) return new ArrayBuffer(0);
      if (end - offset > MAX_TRANSFER_BYTES) throw downloadFailed(url.hostname, 'the scene needs too many bytes');
      const out = new Uint8Array(end - offset);
      for (let at = offset; at < end; ) {
        // Block by block would be slow; all at once would hold everything twice.
        const until = Math.min(end, at + RUN_BYTES);
        await fetchMissing(blocks, Math.floor(at / BLOCK_BYTES), Math.floor((until - 1) / BLOCK_BYTES), size, request);
        while (at < until) {
          const start = Math.floor(at / BLOCK_BYTES) * BLOCK_BYTES;
          const part = blocks.get(start / BLOCK_BYTES)!.subarray(at - start, until - start);
          out.set(part, at - offset);
          at += part.length;
        }
        trim(blocks);
      }
      return out.buffer;
    },
  };
}

/** The part of the file that an answer says it is, `first` to `last` byte, and which version of the file. */
function rangeOf({ headers }: Response, host: string): Version & { readonly first: number; readonly last: number } {
  const range = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16})$/i.exec(headers.get('content-range') ?? '');
  if (!range) throw downloadFailed(host, 'it does not say how long the file is');
  const [first, last, size] = range.slice(1).map(Number) as [number, number, number];
  if (size > MAX_SIZE) throw downloadFailed(host, 'it claims a length that no image has');
  return { first, last, size, tag: headers.get('etag') ?? headers.get('last-modified') ?? '' };
}

/** Runs of missing blocks, one request each. */
async function fetchMissing(
  blocks: Map<number, Uint8Array>,
  first: number,
  last: number,
  size: number,
  request: (from: number, to: number) => Promise<Uint8Array>,
): Promise<void> {
  for (let block = first; block <= last; block++) {
    if (blocks.has(block)) continue;
    let end = block;
    while (end < last && !blocks.has(end + 1)) end++;
    const bytes = await request(block * BLOCK_BYTES, Math.min(size, (end + 1) * BLOCK_BYTES));
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

/** The body, not a byte more and not one less than it was said to have. */
async function limitedBody(response: Response, expected: number, host: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > expected) throw downloadFailed(host, 'it sends more than was asked for');
    chunks.push(chunk);
  }
  if (length < expected) throw downloadFailed(host, 'it broke off');
  return Buffer.concat(chunks);
}

/** An address that may be asked; that it leads to the public internet is seen when it is dialled. */
function checkedUrl(address: string, options: RemoteOptions): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || url.protocol !== 'https:' || url.username || url.password || url.port) {
    throw addressRefused(url?.hostname || 'this address', 'only plain https addresses are read');
  }
  const host = url.hostname.toLowerCase();
  const allowed = [...OPEN_DATA_HOSTS, ...(options.hosts ?? [])];
  if (!allowed.some((row) => (row.startsWith('.') ? host.endsWith(row) : host === row))) {
    throw addressRefused(host, 'it is not on the list of open-data hosts');
  }
  return url;
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
