import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  json(): Record<string, unknown>;
}

export interface Sent {
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string | object;
}

/** Sends exactly the headers it is given (`fetch` would not let us forge Host or Origin). */
export function send(url: string, method: string, path: string, { headers = {}, body }: Sent = {}): Promise<Answer> {
  const json = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    // The path as it is: URL would tidy it up.
    const sent = request({
      hostname,
      port,
      path,
      method,
      headers: { ...(json && { 'content-type': 'application/json' }), ...headers },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const received = Buffer.concat(chunks);
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: received,
          json: () => JSON.parse(received.toString()),
        });
      });
    });
    sent.end(json ? JSON.stringify(body) : body);
  });
}

/** A browser's side of one session: its cookie, its requests. */
export async function openSession(url: string) {
  const first = await send(url, 'POST', '/api/session');
  const cookie = String(first.headers['set-cookie']).split(';')[0]!;
  return {
    cookie,
    first,
    send: (method: string, path: string, sent: Sent = {}) =>
      send(url, method, path, { ...sent, headers: { cookie, ...sent.headers } }),
    follow: (thread: string, headers: Record<string, string> = {}) => follow(url, thread, { cookie, ...headers }),
  };
}

interface ServerSent {
  readonly event: string;
  readonly id: string | null;
  readonly data: Record<string, unknown>;
}

/** Server-sent events as they arrive; `until` waits for the first one that fits, past ones included. */
function follow(url: string, thread: string, headers: Record<string, string>) {
  const events: ServerSent[] = [];
  const waiting = new Set<() => void>();
  let text = '';
  const sent = request(new URL(`/api/threads/${thread}/events`, url), { headers }, (response) => {
    response.on('data', (chunk) => {
      text += chunk;
      const parts = text.split('\n\n');
      text = parts.pop()!;
      for (const part of parts) {
        const field = (name: string) => part.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1] ?? null;
        const data = field('data');
        if (data) events.push({ event: field('event')!, id: field('id'), data: JSON.parse(data) });
      }
      for (const look of waiting) look();
    });
    response.on('error', () => undefined);
  });
  sent.on('error', () => undefined);
  sent.end();
  return {
    events,
    until: (fits: (event: ServerSent) => boolean) =>
      new Promise<ServerSent>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`waited in vain; got ${JSON.stringify(events)}`)), 5000);
        const look = () => {
          const found = events.find(fits);
          if (!found) return;
          clearTimeout(late);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: () => sent.destroy(),
  };
}
