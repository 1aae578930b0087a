import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { reportIncident } from '../log.ts';
import { requestUrl } from './request-url.ts';

/**
 * A listener that no request ends the process with: a malformed target is answered 400, and what `listener` throws, at once
 * or later, is an incident and a 500.
 */
export function safeListener(
  listener: (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>,
): RequestListener {
  return (request, response) => {
    // What is written after the end is an `error` event, thrown where nobody listens.
    response.on('error', reportIncident);
    const url = requestUrl(request.url);
    if (!url) {
      refuse(response, 400);
      return;
    }
    const answer = async () => listener(request, response, url);
    answer().catch((error) => {
      reportIncident(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500);
    });
  };
}

/** An answer without words, after which nothing more is read. */
export function refuse(response: ServerResponse, status: 400 | 401 | 413 | 500): void {
  response.writeHead(status, { connection: 'close', 'content-length': 0 }).end();
}
