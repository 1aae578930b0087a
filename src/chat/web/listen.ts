import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserFacingError } from '../../errors.ts';

/**
 * Listen on `port`, or on the first free one of the `tries` ports from there.
 * @returns the port
 * @throws {UserFacingError} `wrong-usage` when there is none, or the address is not ours to use
 */
export async function listen(server: Server, host: string, port: number, tries: number): Promise<number> {
  for (let candidate = port; ; candidate++) {
    try {
      server.listen(candidate, host);
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      const taken = code === 'EADDRINUSE';
      if (taken && candidate + 1 < Math.min(port + tries, 65_536)) continue;
      const ports = candidate > port ? `ports ${port} to ${candidate}` : `port ${port}`;
      const why = taken ? 'taken by another program' : (REASONS[code] ?? message);
      throw new UserFacingError(
        'wrong-usage',
        `I cannot serve the web page on ${ports} of ${host}: ${why}. Set WEB_PORT or WEB_HOST in .env.`,
        { cause: error },
      );
    }
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied (ports below 1024 are the administrator's)",
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'there is no such address',
};
