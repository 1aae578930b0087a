import { z } from 'zod';
import type { ByteSource, OpenRemote } from '../scene/sources/byte-source.ts';

/** What a scene process may ask of a file behind an address. As in `model-process.ts`, the form is checked. */
export const remoteAsk = z.discriminatedUnion('what', [
  z.object({ what: z.literal('open'), address: z.string().max(10_000) }),
  z.object({
    what: z.literal('read'),
    source: z.int(),
    offset: z.number().nonnegative(),
    length: z.number().nonnegative(),
  }),
  z.object({ what: z.literal('close'), source: z.int() }),
]);
export type RemoteAsk = z.infer<typeof remoteAsk>;

/** Reads for a process without a network. */
export interface RemoteRelay {
  /** @param allowed  the addresses of the request: a decoder that has gone astray reaches no other */
  ask(ask: RemoteAsk, allowed: readonly string[]): Promise<unknown>;
  close(): void;
}

/** The parent's side of `remoteProxy`, for one scene process. */
export function createRemoteRelay(openRemote: OpenRemote): RemoteRelay {
  const sources = new Map<number, ByteSource>();
  let next = 1;
  return {
    async ask(ask, allowed) {
      if (ask.what === 'open') {
        if (!allowed.includes(ask.address)) throw new Error(`an address that nobody named: ${ask.address}`);
        const source = await openRemote(ask.address);
        sources.set(next, source);
        return { source: next++, size: source.size, identity: source.identity };
      }
      const source = sources.get(ask.source);
      if (!source) throw new Error(`remote source ${ask.source} is not open`);
      if (ask.what === 'read') return new Uint8Array(await source.read(ask.offset, ask.length));
      sources.delete(ask.source);
      await source.close();
      return null;
    },
    close() {
      for (const source of sources.values()) source.close().catch(() => undefined);
      sources.clear();
    },
  };
}

/** How a scene process reads what lies behind an address: the parent does it. */
export const remoteProxy =
  (ask: (ask: RemoteAsk) => Promise<unknown>): OpenRemote =>
  async (address) => {
    const { source, size, identity } = (await ask({ what: 'open', address })) as Opened;
    return {
      size,
      ...(identity !== undefined && { identity }),
      async read(offset, length) {
        const bytes = (await ask({ what: 'read', source, offset, length })) as Uint8Array;
        return bytes.slice().buffer as ArrayBuffer;
      },
      close: async () => void (await ask({ what: 'close', source })),
    };
  };

type Opened = Pick<ByteSource, 'size' | 'identity'> & { readonly source: number };
