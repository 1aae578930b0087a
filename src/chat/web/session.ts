import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const COOKIE = 'spex-chat';

/**
 * The session of a request, or null without one: a digest of the cookie's secret, so that the ids which reach the log
 * and the database give nobody access.
 */
export function sessionOf(request: IncomingMessage): string | null {
  const secret = request.headers.cookie?.match(/(?:^|;\s*)spex-chat=([0-9a-f]{64})(?:;|$)/)?.[1];
  return secret ? digest(secret) : null;
}

/** Starts a session when the request has none. Cookies last 400 days, the longest that browsers allow. */
export function ensureSession(request: IncomingMessage, response: ServerResponse): string {
  const known = sessionOf(request);
  if (known) return known;
  const secret = randomBytes(32).toString('hex');
  response.setHeader('Set-Cookie', `${COOKIE}=${secret}; Path=/; Max-Age=34560000; HttpOnly; SameSite=Strict`);
  return digest(secret);
}

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 32);
