import { createHash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { seal, unseal } from '../../domain/sealed.ts';
import { requestUrl } from '../request-url.ts';

/** Who is asking. A session's id is 32 hexadecimal digits, which reach the log and the database and give nobody access. */
export interface Sessions {
  /** The session of a request, or null without one that we have issued. */
  of(request: IncomingMessage): string | null;
  /** The same, or a new one; null when it wants the token and the request has not brought it (`?token=…`). */
  begin(request: IncomingMessage, response: ServerResponse): Promise<string | null>;
}

export interface SessionOptions {
  /** 32 bytes: what a cookie stands for is sealed under it, so nobody else makes one. */
  readonly key: Buffer;
  /** Must be brought once by each browser; null = whoever reaches us may begin a session. */
  readonly token: string | null;
  /** The page is reached over https. */
  readonly secure: boolean;
  /** Whether a session has said anything here. */
  isKnown(session: string): Promise<boolean>;
}

/** The longest that browsers keep a cookie: 400 days. */
const MAX_AGE_S = 34_560_000;

export function createSessions({ key, token, secure, isKnown }: SessionOptions): Sessions {
  // Cookies do not know ports: two bots on one machine would take each other's.
  const id = Buffer.from(hkdfSync('sha256', key, '', 'cookie name', 4)).toString('hex');
  const name = `${secure ? '__Host-' : ''}spex-chat-${id}`;
  // Whoever changes the token ends the sessions that were begun with the old one.
  const purpose = `web session ${digest(token ?? '').toString('hex')}`;

  const of = (request: IncomingMessage): string | null => {
    try {
      return unseal(cookieOf(request, name), purpose, key);
    } catch {
      return null;
    }
  };

  return {
    of,
    async begin(request, response) {
      const known = of(request);
      if (known) return known;
      const brought = requestUrl(request.url)?.searchParams.get('token') ?? '';
      if (token !== null && !timingSafeEqual(digest(brought), digest(token))) return null;
      const session = (await earlierSession(request)) ?? randomBytes(16).toString('hex');
      const cookie = `${name}=${seal(session, purpose, key)}; Path=/; Max-Age=${MAX_AGE_S}; HttpOnly; SameSite=Strict`;
      response.setHeader('Set-Cookie', secure ? `${cookie}; Secure` : cookie);
      return session;
    },
  };

  /** Cookies were once a bare secret of the browser's: who has talked with one goes on. */
  async function earlierSession(request: IncomingMessage): Promise<string | null> {
    const secret = /^[0-9a-f]{64}$/.exec(cookieOf(request, 'spex-chat'))?.[0];
    const session = secret && digest(secret).toString('hex').slice(0, 32);
    return session && (await isKnown(session)) ? session : null;
  }
}

/** Empty when there is none. */
const cookieOf = (request: IncomingMessage, name: string): string =>
  request.headers.cookie
    ?.split(/;\s*/)
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? '';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
