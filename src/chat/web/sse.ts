import type { Response } from 'express';
import { forPage, type LiveProgress, type NumberedEvent } from './events.ts';
import type { Thread } from './thread.ts';

const HEARTBEAT_MS = 20_000;
/** Progress faster than this is merged: nobody reads ten numbers a second. */
const PACE_MS = 100;

/**
 * Sends a thread as server-sent events: what happened after event `after`, the work in progress, `ready`, and then
 * everything as it happens. Only kept events have ids, so a page that comes back names the last one it has seen.
 *
 * @returns ends the stream; also happens by itself when the page goes away
 */
export function streamThread(thread: Thread, after: number, response: Response): () => void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  const send = (event: string, payload: object, id?: number): void => {
    response.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(payload)}\n\n`);
  };
  const sendEvent = (event: NumberedEvent): void => send('event', { ...forPage(event), id: event.id }, event.id);

  const held = new Map<string, LiveProgress>();
  let pause: NodeJS.Timeout | null = null;
  const flush = (): void => {
    for (const live of held.values()) send('progress', live);
    pause = held.size > 0 ? setTimeout(flush, PACE_MS) : null;
    held.clear();
  };

  const unlisten = thread.listen({
    event: (event) => {
      if (event.kind === 'reply') held.delete(event.to);
      sendEvent(event);
    },
    progress: (live) => {
      held.set(live.to, live);
      if (!pause) flush();
    },
    deleted: () => {
      send('deleted', {});
      end();
    },
  });
  const heartbeat = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS);
  const end = (): void => {
    unlisten();
    clearInterval(heartbeat);
    if (pause) clearTimeout(pause);
    response.end();
  };
  response.on('close', end);

  response.write('retry: 1500\n\n');
  for (const event of thread.events) if (event.id > after) sendEvent(event);
  for (const live of thread.live) send('progress', live);
  send('ready', { now: Date.now() });
  return end;
}
