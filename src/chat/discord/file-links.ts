import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Artefact } from '../../domain/picture.ts';
import { seal, unseal } from '../../domain/sealed.ts';
import { logOf } from '../../log.ts';
import { safeListener } from '../safe-listener.ts';

/** Addresses of ours for files that Discord does not take. Whoever has one gets the file, for a day. */
export interface FileLinks {
  linkTo(artefact: Pick<Artefact, 'name' | 'path'>): string;
  /** @returns the port */
  start(): Promise<number>;
  stop(): Promise<void>;
}

export interface FileLinkOptions {
  /** As people reach us, https, with or without a path. */
  readonly publicUrl: string;
  readonly port: number;
  /** 32 bytes: what an address stands for is sealed in it, so nobody reads or makes one. */
  readonly key: Buffer;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export const LINK_HOURS = 24;

const PURPOSE = 'file link';
const GONE = 'This link has expired, or the file has been deleted. Ask for it again where you got the link.\n';

const log = logOf('discord');

export function createFileLinks({ publicUrl, port, key, now }: FileLinkOptions): FileLinks {
  /** @returns null when we did not seal it, or it is no longer good */
  const open = (token: string): { path: string; name: string } | null => {
    try {
      const { path, name, until } = JSON.parse(unseal(token, PURPOSE, key));
      return now() < until ? { path, name } : null;
    } catch {
      return null;
    }
  };

  const serve = async (token: string, method: string, response: ServerResponse): Promise<void> => {
    const found = open(token);
    const size = found && (await stat(found.path).catch(() => null))?.size;
    if (!found || size === null || size === undefined || !['GET', 'HEAD'].includes(method)) {
      response.writeHead(404, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(GONE);
      return;
    }
    response.writeHead(200, {
      ...HEADERS,
      'content-type': 'application/octet-stream',
      'content-length': size,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`,
    });
    if (method === 'HEAD') {
      response.end();
      return;
    }
    await pipeline(createReadStream(found.path), response).catch((error) =>
      log.info({ err: error }, 'a file was not fetched to its end'),
    );
  };

  const server = createServer(
    safeListener((request, response, { pathname }) => serve(pathname.split('/').at(-1)!, request.method!, response)),
  );
  server.on('error', (error) => log.warn({ err: error }, 'file links'));

  return {
    linkTo({ name, path }) {
      const until = now() + LINK_HOURS * 3_600_000;
      return `${publicUrl.replace(/\/+$/, '')}/files/${seal(JSON.stringify({ path, name, until }), PURPOSE, key)}`;
    },
    async start() {
      server.listen(port);
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    },
    async stop() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Nothing of it runs, and nobody keeps a copy on the way. */
const HEADERS = {
  'cache-control': 'private, no-store',
  'content-security-policy': "default-src 'none'; sandbox",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
} as const;
