import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { z } from 'zod';
import type { InboundMessage, RemoteFile } from '../../domain/message.ts';
import type { KeptTurn, Transcript } from '../../domain/transcript.ts';
import { type ErrorCode, expectedFailure, replyFor, UserFacingError } from '../../errors.ts';
import { eventOfPart, findAction, findArtefact, TITLE_LENGTH, titleOf } from './events.ts';
import { refusal, refusalOfCall, SAFE_HEADERS } from './guard.ts';
import type { Sessions } from './session.ts';
import { streamThread } from './sse.ts';
import { isId, type Threads } from './threads.ts';
import { tooLarge, type Uploads } from './uploads.ts';

export interface WebServices {
  readonly sessions: Sessions;
  readonly transcript: Transcript;
  readonly threads: Threads;
  readonly uploads: Uploads;
  readonly uploadLimitBytes: number;
  /** The bundled scene, by the name people see and the bytes it has; null when there is none. */
  readonly demo: { readonly name: string; readonly size: number } | null;
  /** Known only once we listen. */
  origins(): ReadonlySet<string>;
  /** Hands a message over: it is stored for good when this resolves. Known already, it is left as it is. */
  deliver(message: InboundMessage): Promise<void>;
  /** Stops the work in a thread and forgets everything that was said and made in it. */
  forget(place: Place): Promise<void>;
  reportIncident(error: unknown): string;
}

export interface WebRoutes {
  readonly app: Express;
  /** Ends the event streams, which would keep the server open. */
  endStreams(): void;
}

export interface Place {
  readonly session: string;
  readonly thread: string;
}

/** The requests of the page, one route each. */
export function webRoutes(services: WebServices): WebRoutes {
  const { transcript, threads, uploads } = services;
  const streams = new Set<() => void>();
  const app = express();
  app.disable('x-powered-by');

  app.use((request, response, next) => {
    response.set(SAFE_HEADERS);
    const refused = refusal(request.headers, services.origins());
    if (refused) fail(response, 403, 'refused', refused);
    else next();
  });
  // The address that was printed: the page comes with its session.
  app.get('/', async (request, response, next) => {
    if (request.query.token !== undefined) await services.sessions.begin(request, response);
    next();
  });
  app.use(express.static(resolve(import.meta.dirname, 'page'), { cacheControl: false, redirect: false }));
  // The map library as its package brings it; loaded only by pages that show a map.
  for (const file of ['dist/ol.js', 'ol.css']) {
    app.get(`/${basename(file)}`, (_request, response) => response.sendFile(join(MAP_LIBRARY, file)));
  }
  app.use('/api', (request, response, next) => {
    response.set('Cache-Control', 'no-store');
    const refused = refusalOfCall(request.headers);
    if (refused) fail(response, 403, 'refused', refused);
    else next();
  });

  app.post('/api/session', async (request, response) => {
    const session = await services.sessions.begin(request, response);
    if (!session) return fail(response, 401, 'token-wanted', TOKEN_WANTED);
    const lines = await transcript.of(session);
    response.json({
      threads: lines.map((line) => ({
        id: line.conversation.split(':').at(-1),
        title: titleOf(line),
        at: line.at,
        waiting: line.waiting,
      })),
      uploadLimitBytes: services.uploadLimitBytes,
      demo: services.demo?.name ?? null,
    });
  });

  /** Session and thread of a request, or null after it has been answered with a refusal. */
  const placeOf = (request: Request, response: Response): Place | null => {
    const session = services.sessions.of(request);
    const thread = String(request.params.thread ?? 'nothread');
    if (!session) fail(response, 401, 'no-session', 'Your session is unknown here. Please reload the page.');
    else if (!isId(thread)) fail(response, 400, 'malformed', 'That conversation id is malformed.');
    else return { session, thread };
    return null;
  };

  app.put('/api/uploads', async (request, response) => {
    const place = placeOf(request, response);
    if (!place) return;
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > services.uploadLimitBytes) throw tooLarge(services.uploadLimitBytes);
    response.status(201).json(await uploads.receive(place.session, request.socket.remoteAddress ?? '', request));
  });

  app.get('/api/threads/:thread/events', async (request, response) => {
    const place = placeOf(request, response);
    if (!place) return;
    const after = Math.max(Number(request.headers['last-event-id'] ?? 0), Number(request.query.after ?? 0)) || 0;
    const end = streamThread(services, conversationOf(place), Math.trunc(after), response, services.reportIncident);
    streams.add(end);
    response.on('close', () => streams.delete(end));
  });

  app.post('/api/threads/:thread/messages', express.json({ limit: '64kb' }), async (request, response) => {
    const place = placeOf(request, response);
    if (!place) return;
    const sent = MESSAGE.parse(request.body);
    const conversation = conversationOf(place);
    const id = `${conversation}:${sent.id}`;
    // The page sends again when it did not hear our answer. What we know is stored, and will be answered.
    if (!(await transcript.message(id))) {
      const what = await contentOf(sent, place);
      if (!what.text && what.files.length === 0) throw new z.ZodError([]);
      await services.deliver({ ...envelope(conversation, place.session, id), ...what });
    }
    response.status(202).json({ message: id });
  });

  const contentOf = async ({ text, files, language, action, retry, demo }: SentMessage, place: Place) => {
    const spoken = { text: text.trim(), ...(language && { language }) };
    if (action) {
      const pressed = await partOf(place, action, findAction);
      if (!pressed) throw gone('That button belongs to a deleted answer.');
      return { ...spoken, text: pressed.label, files: [], plans: pressed.plans };
    }
    if (retry) {
      const before = await transcript.message(retry);
      if (before?.conversation !== conversationOf(place)) throw gone('That message has been deleted.');
      return { ...spoken, text: before.text, files: before.files, ...(before.plans && { plans: before.plans }) };
    }
    if (demo) {
      if (!services.demo) throw gone('There is no demo scene in this installation.');
      return { ...spoken, files: [{ id: 'demo', source: 'demo', ...services.demo }] };
    }
    return { ...spoken, files: await Promise.all(files.map((file) => uploaded(file, place))) };
  };

  const uploaded = async ({ id, name }: { id: string; name: string }, place: Place): Promise<RemoteFile> => {
    const claimed = await uploads.claim(place.session, place.thread, id);
    if (!claimed) throw gone('An added file is no longer here. Please add it again.');
    return { id, name, ...claimed };
  };

  /** An artefact or button of an answer in this thread, by its id. */
  const partOf = async <Part>(
    place: Place,
    id: string,
    find: (turn: KeptTurn, id: string) => Part | undefined,
  ): Promise<Part | undefined> => {
    const event = eventOfPart(id);
    const turn = Number.isNaN(event) ? null : await transcript.turnAnsweredBy(conversationOf(place), event);
    return turn ? find(turn, id) : undefined;
  };

  app.post('/api/threads/:thread/cancel', async (request, response) => {
    const place = placeOf(request, response);
    if (!place) return;
    await services.deliver(cancelMessage(place));
    response.status(202).json({});
  });

  app.patch('/api/threads/:thread', express.json({ limit: '4kb' }), async (request, response) => {
    const place = placeOf(request, response);
    if (!place) return;
    const { title } = z.object({ title: z.string().trim().min(1).max(TITLE_LENGTH) }).parse(request.body);
    await transcript.rename(conversationOf(place), title);
    threads.changed(conversationOf(place));
    response.json({});
  });

  /** Deleting a conversation forgets everything that was made in it, not only the words. */
  app.delete('/api/threads/:thread', async (request, response) => {
    const place = placeOf(request, response);
    if (!place) return;
    await services.forget(place);
    response.json({});
  });

  app.get('/api/threads/:thread/files/:id', async (request, response, next) => {
    const place = placeOf(request, response);
    if (!place) return;
    const artefact = await partOf(place, request.params.id, findArtefact);
    if (!artefact) return fail(response, 404, 'gone', 'There is no such file in this conversation.');
    const shown = INLINE.has(artefact.mediaType) && request.query.download === undefined;
    response.set({
      'Content-Type': SERVED.has(artefact.mediaType) ? artefact.mediaType : 'application/octet-stream',
      'Content-Disposition': disposition(shown ? 'inline' : 'attachment', artefact.name),
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cache-Control': 'private, max-age=86400, immutable',
    });
    response.sendFile(resolve(artefact.path), { dotfiles: 'allow', cacheControl: false }, (error) => {
      if (!error || response.headersSent) return;
      response.removeHeader('Cache-Control');
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        fail(response, 410, 'gone', 'This file has been deleted.');
      else next(error);
    });
  });

  app.use((_request, response) => fail(response, 404, 'unknown', 'There is nothing at this address.'));
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    // What is left of a refused upload is read and thrown away, so that the browser gets to see our answer.
    request.resume();
    const expected = expectedFailure(error);
    if (response.headersSent || response.destroyed) response.destroy();
    else if (expected) {
      fail(response, STATUS[expected.code] ?? 409, expected.code, expected.reply);
    } else if (error instanceof z.ZodError || (error as { status?: number }).status === 400) {
      fail(response, 400, 'malformed', 'This message is empty, too long or malformed.');
    } else if ((error as { status?: number }).status === 413) {
      fail(response, 413, 'malformed', 'This message is too long.');
    } else {
      const incident = services.reportIncident(error);
      fail(response, 500, incident, replyFor(error, incident));
    }
  });

  return {
    app,
    endStreams: () => {
      for (const end of streams) end();
    },
  };
}

const MAP_LIBRARY = dirname(createRequire(import.meta.url).resolve('ol/package.json'));

const TOKEN_WANTED =
  'This page wants a token. Open the address that spex-chat printed when it started (it ends in ?token=…), or set WEB_TOKEN.';
const STATUS: Partial<Record<ErrorCode, number>> = { 'scene-too-large': 413, 'rate-limited': 429, 'disk-full': 507 };
const MAX_FILES = 50;
const MAX_TEXT = 4000;

const ID = z.string().refine(isId);
const MESSAGE = z.object({
  id: ID,
  text: z.string().max(MAX_TEXT).default(''),
  files: z
    .array(z.object({ id: ID, name: z.string().min(1).max(255) }))
    .max(MAX_FILES)
    .default([]),
  language: z.enum(['en', 'zh']).optional(),
  action: ID.optional(),
  retry: z.string().max(200).optional(),
  demo: z.boolean().optional(),
});
type SentMessage = z.infer<typeof MESSAGE>;

/** Shown in the page; everything else is saved. */
const INLINE = new Set(['image/png', 'image/jpeg', 'image/webp']);
const SERVED = new Set([
  ...INLINE,
  'image/tiff',
  'image/tiff; application=geotiff',
  'application/geo+json',
  'application/json',
  'application/geopackage+sqlite3',
  'application/zip',
  'text/csv',
]);

export const conversationOf = ({ session, thread }: Place): string => `web:local:${session}:${thread}`;

function envelope(conversation: string, session: string, id = `${conversation}:${randomBytes(8).toString('hex')}`) {
  const author = { id: session, name: 'web' };
  return { id, conversation, platform: 'web', author, sentAt: Date.now() } as const;
}

const cancelMessage = (place: Place): InboundMessage => ({
  ...envelope(conversationOf(place), place.session),
  text: '',
  files: [],
  plans: [{ operation: 'cancel', targets: [] }],
});

const gone = (reply: string): UserFacingError => new UserFacingError('wrong-usage', reply);

function fail(response: Response, status: number, code: string, error: string): void {
  response.status(status).json({ code, error });
}

/** RFC 6266: a plain name for old readers, the true one in UTF-8. Control characters cannot end the header. */
function disposition(how: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\w.() -]/g, '_');
  const exact = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '_')).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  );
  return `${how}; filename="${plain}"; filename*=UTF-8''${exact}`;
}
