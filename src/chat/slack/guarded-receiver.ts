import type { IncomingMessage } from 'node:http';
import { HTTPReceiver, type HTTPReceiverOptions } from '@slack/bolt';
import { requestUrl } from '../request-url.ts';
import { refuse } from '../safe-listener.ts';

/** A message of 40,000 Chinese characters takes 0.7 MB in a form: each comes twice, as eight bytes. */
const MAX_BODY_BYTES = 2 ** 20;
/** Slack's check of the certificate (`ssl_check=1`) is not signed, and short. */
const MAX_UNSIGNED_BYTES = 4096;
/** Slack's own limit for the age of a signature. */
const MAX_AGE_S = 300;

/** Bolt's receiver for HTTP, behind a door: what Bolt cannot parse, and what it would refuse after reading it, is refused before. */
export function guardedReceiver(options: HTTPReceiverOptions): HTTPReceiver {
  const receiver = new HTTPReceiver({ ...options, bodyLimit: MAX_BODY_BYTES });
  const listener = receiver.requestListener;
  receiver.requestListener = (request, response) => {
    const status = refusal(request);
    if (status) refuse(response, status);
    else listener(request, response);
  };
  return receiver;
}

/** The signature itself is checked over the body, by Bolt. */
function refusal({ url, method, headers }: IncomingMessage): 400 | 401 | 413 | null {
  if (!requestUrl(url)) return 400;
  if (method === 'GET' || method === 'HEAD') return null;
  const bytes = Number(headers['content-length'] ?? Number.NaN);
  if (bytes > MAX_BODY_BYTES) return 413;
  const age = Date.now() / 1000 - Number(headers['x-slack-request-timestamp']);
  const mayBeSigned = /^v0=[0-9a-f]{64}$/.test(String(headers['x-slack-signature'])) && Math.abs(age) <= MAX_AGE_S;
  return mayBeSigned || bytes <= MAX_UNSIGNED_BYTES ? null : 401;
}
