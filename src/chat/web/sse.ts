import type { Response } from 'express';
import type { Transcript } from '../../domain/transcript.ts';
import { eventsOf, type LiveProgress } from './events.ts';
import type { Threads } from './threads.ts';

const HEARTBEAT_MS = 20_000;
/** Progress faster than this is merged: nobody reads ten numbers a second. */
const PACE_MS = 100;

/**
 * Sends a conversation as server-sent events: what happened after event `after`, the work in progress, `ready`, and then
 * everything as it happens. Only what was said or answered has ids, so a page that comes back names the last one it has
 * seen. When that is no longer there, it was forgotten: `reset` makes the page begin anew.
 *
 * @param onError  the transcript could not be read; the stream ends, and the page comes back
 * @returns ends the stream; also happens by itself when the page goes away
 */
export function streamThread(
  { transcript, threads }: { transcript: Transcript; threads: Threads },
  conversation: string,
  after: number,
  response: Response,
  onError: (error: unknown) => void,
): () => void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  const send = (event: string, payload: object, id?: number): void => {
    if (response.writableEnded) return;
    response.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(payload)}\n\n`);
  };

  let seen = after;
  const sendNew = async (): Promise<void> => {
    let turns = await transcript.turnsAfter(conversation, seen);
    if (turns === null) {
      send('reset', {});
      seen = 0;
      turns = (await transcript.turnsAfter(conversation, seen)) ?? [];
    }
    for (const event of eventsOf(turns, seen)) {
      if (event.kind === 'reply') held.delete(event.to);
      send('event', event, event.id);
      seen = event.id;
    }
  };
  /** One reading after the other; what happens during one is found by the next. */
  let reading: Promise<void> = Promise.resolve();
  const read = (then: () => void = () => undefined): void => {
    reading = reading
      .then(sendNew)
      .then(then)
      .catch((error) => {
        onError(error);
        end();
      });
  };

  const held = new Map<string, LiveProgress>();
  let pause: NodeJS.Timeout | null = null;
  const flush = (): void => {
    for (const live of held.values()) send('progress', live);
    pause = held.size > 0 ? setTimeout(flush, PACE_MS) : null;
    held.clear();
  };

  const unlisten = threads.listen(conversation, {
    changed: () => read(() => send('changed', {})),
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
  read(() => {
    for (const live of threads.live(conversation)) send('progress', live);
    send('ready', { now: Date.now() });
  });
  return end;
}
