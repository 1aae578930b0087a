import type { InboundMessage } from '../../domain/message.ts';

/** What answering a message takes: kept with the message, as plain text. An empty value means "no". */
export interface Origin {
  readonly [key: string]: string;
  /** Token of the interaction; empty for a message. */
  readonly token: string;
  readonly application: string;
  /** Where it was asked: a channel, a thread or a direct message. */
  readonly channel: string;
  /** The deferred response that becomes the answer; empty = a new message does. */
  readonly reply: string;
  /** The message in `channel` under which the thread of this conversation hangs, or could. */
  readonly root: string;
  /** `1` = a thread may be started from `root`. */
  readonly mayThread: string;
  /** `1` = only the person who asked may see the answer. */
  readonly private: string;
  /** `1` = we are a member here and can post without the token. */
  readonly present: string;
  /** Bytes one file may have that is uploaded through the token; otherwise the server decides. */
  readonly limit: string;
  /** The server; empty in direct messages. */
  readonly guild: string;
  /** Name of the thread. */
  readonly title: string;
}

export function originOf({ id, origin }: InboundMessage): Origin {
  if (!origin?.channel) throw new Error(`${id} does not come from Discord`);
  return origin as unknown as Origin;
}

/** When a snowflake was made, in milliseconds since 1970. */
export function timeOf(snowflake: string): number {
  return Number((BigInt(snowflake) >> 22n) + 1_420_070_400_000n);
}
