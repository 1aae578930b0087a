import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Listen on `port`, or on the first free one of the `tries` ports from there.
 * @returns the port
 * @throws the error of the last try
 */
export async function listen(server: Server, host: string, port: number, tries: number): Promise<number> {
  for (let candidate = port; ; candidate++) {
    try {
      server.listen(candidate, host);
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken || candidate + 1 >= Math.min(port + tries, 65_536)) throw error;
    }
  }
}
