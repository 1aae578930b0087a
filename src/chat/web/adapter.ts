import { hkdfSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Memory } from '../../domain/memory.ts';
import type { ChatAdapter, InboundMessage, PostedReply, Reply } from '../../domain/message.ts';
import type { Room } from '../../domain/room.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { UserFacingError } from '../../errors.ts';
import { hideInLog, reportIncident } from '../../log.ts';
import { safeListener } from '../safe-listener.ts';
import { allowedOrigins, isLoopback } from './guard.ts';
import { keptKey } from './kept-key.ts';
import { listen } from './listen.ts';
import { conversationOf, type Place, webRoutes } from './routes.ts';
import { createSessions } from './session.ts';
import { Threads } from './threads.ts';
import { copyWithin, linkWithin, type UploadLimits, Uploads } from './uploads.ts';

export interface WebOptions {
  readonly memory: Pick<Memory, 'forget'>;
  readonly transcript: Transcript;
  readonly room: Room;
  /** Address to bind to; anything but loopback wants a token of each browser. */
  readonly host: string;
  readonly port: number;
  /** Ports to try from `port` on, default 1. */
  readonly tries?: number;
  /** Where the page is when a proxy stands in front, such as `https://spex.example.org`; others reach it then, so it wants a token. */
  readonly publicUrl?: string | undefined;
  /** Instead of one that is made up and kept. */
  readonly token?: string | undefined;
  /** Uploads live here. */
  readonly folder: string;
  readonly uploads: UploadLimits;
  /** The bundled scene that is one click away. */
  readonly demo: { readonly name: string; readonly path: string } | null;
}

export type WebAdapter = ChatAdapter & {
  /** Where the page is, once started: `http://127.0.0.1:3000`, or `http://127.0.0.1:3000/?token=…` when it wants a token. */
  url(): string;
};

/** The local web chat: a page on this machine. What it shows is the transcript, which others keep. */
export function createWebAdapter({ memory, transcript, room, ...options }: WebOptions): WebAdapter {
  const threads = new Threads();
  const uploads = new Uploads(join(options.folder, 'uploads'), options.uploads, room);
  let onMessage: (message: InboundMessage) => Promise<void>;
  let running: Running | null = null;

  const deliver = async (message: InboundMessage): Promise<void> => {
    await onMessage(message);
    threads.changed(message.conversation);
  };

  const forget = async (place: Place): Promise<void> => {
    const conversation = conversationOf(place);
    await memory.forget({ conversation });
    await uploads.removeThread(place.session, place.thread);
    threads.deleted(conversation);
  };

  /** What the answer says is stored already; the pages are told that it is there. */
  const finish = async ({ id, conversation }: InboundMessage, { forgotten }: Reply): Promise<void> => {
    if (forgotten) {
      const [, , session = '', thread = ''] = conversation.split(':');
      await uploads.removeThread(session, thread);
    }
    threads.changed(conversation, id);
  };

  const posted = async (message: InboundMessage): Promise<PostedReply> => {
    const { id, conversation } = message;
    threads.changed(conversation);
    return {
      handle: id,
      update: async (progress) => threads.progress(conversation, id, progress),
      finish: (reply) => finish(message, reply),
    };
  };

  const purge = (): Promise<void> => uploads.removeBefore(Date.now() - UPLOAD_KEPT_MS);

  return {
    platform: 'web',

    url() {
      if (!running) throw new Error('the web chat has not been started');
      return running.url;
    },

    async start(handler) {
      onMessage = handler;
      await mkdir(options.folder, { recursive: true, mode: 0o700 });
      await uploads.start();
      await purge();
      let origins: ReadonlySet<string> = new Set();
      const key = await keptKey(join(options.folder, 'key'));
      const token = isLoopback(options.host) && !options.publicUrl ? null : (options.token ?? tokenOf(key));
      if (token) hideInLog([token]);
      const routes = webRoutes({
        sessions: createSessions({
          key,
          token,
          secure: options.publicUrl?.startsWith('https:') ?? false,
          isKnown: async (session) => (await transcript.of(session)).length > 0,
        }),
        transcript,
        threads,
        uploads,
        uploadLimitBytes: options.uploads.file,
        demo: options.demo && { name: options.demo.name, size: (await stat(options.demo.path)).size },
        origins: () => origins,
        deliver,
        forget,
        reportIncident: (error) => reportIncident(error),
      });
      const listener = safeListener((request, response) => void routes.app(request, response));
      const server = createServer({ requestTimeout: UPLOAD_TIMEOUT_MS }, listener);
      const port = await listen(server, options.host, options.port, options.tries ?? 1);
      server.on('error', (error) => reportIncident(error));
      origins = allowedOrigins(options.host, port, options.publicUrl ? [options.publicUrl] : []);
      const timer = setInterval(() => void purge().catch((error) => reportIncident(error)), HOUR_MS).unref();
      running = {
        url: `${options.publicUrl ?? `http://${namedHost(options.host)}:${port}`}${token ? `/?token=${encodeURIComponent(token)}` : ''}`,
        stop: async () => {
          clearInterval(timer);
          routes.endStreams();
          server.close();
          server.closeAllConnections();
          await once(server, 'close');
        },
      };
    },

    // One reply a message, so the message's own id is the handle: a crash between the two loses nothing.
    post: posted,
    resume: posted,

    async download(file, path, limitBytes, signal) {
      const demo = file.source === 'demo' ? options.demo : null;
      const from = demo?.path ?? uploads.pathOf(file.source);
      if (!from) throw new UserFacingError('download-failed', 'That file is no longer here. Please add it again.');
      await (demo ? copyWithin : linkWithin)(from, path, limitBytes, signal);
    },

    async stop() {
      await running?.stop();
      running = null;
    },
  };
}

interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const UPLOAD_TIMEOUT_MS = HOUR_MS / 2;
/** The scene store has its own copy long before; a job that waited out a restart still finds it. */
const UPLOAD_KEPT_MS = DAY_MS;

const tokenOf = (key: Buffer): string =>
  Buffer.from(hkdfSync('sha256', key, '', 'web token', 24)).toString('base64url');

/** A name that a browser on this machine can open. */
const namedHost = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
};
