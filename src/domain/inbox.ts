/**
 * What platforms have sent, kept from before they are told that we have it, for they never send it again then, until what it
 * asks for is stored or done.
 */
export interface Inbox {
  put(id: string, event: unknown): Promise<void>;
  /** Nobody waits for it any more. */
  done(id: string): Promise<void>;
  /** What an earlier process left whose id begins with `prefix`, oldest first. */
  left(prefix: string): Promise<readonly { readonly id: string; readonly event: unknown }[]>;
}
