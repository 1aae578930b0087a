import { hkdfSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { ChatAdapter, InboundMessage, PostedReply, Reply } from '../../domain/message.ts';
import { replyFor, UserFacingError } from '../../errors.ts';
import { hideInLog, logOf } from '../../log.ts';
import { safeListener } from '../safe-listener.ts';
import { keepReply } from './events.ts';
import { allowedOrigins, isLoopback } from './guard.ts';
import { keptKey } from './kept-key.ts';
import { listen } from './listen.ts';
import { webRoutes } from './routes.ts';
import { createSessions } from './session.ts';
import type { Thread } from './thread.ts';
import { Threads } from './threads.ts';
import { copyWithin, Uploads } from './uploads.ts';

const log = logOf('web');

export interface WebOptions {
  /** Address to bind to; anything but loopback wants a token of each browser. */
  readonly host: string;
  readonly port: number;
  /** Ports to try from `port` on, default 1. */
  readonly tries?: number;
  /** Where the page is when a proxy stands in front, such as `https://spex.example.org`; others reach it then, so it wants a token. */
  readonly publicUrl?: string | undefined;
  /** Instead of one that is made up and kept. */
  readonly token?: string | undefined;
  /** Transcripts and uploads live here. */
  readonly folder: string;
  readonly limits: { readonly uploadBytes: number; readonly retentionDays: number };
  /** The bundled scene that is one click away. */
  readonly demo: { readonly name: string; readonly path: string } | null;
}

export type WebAdapter = ChatAdapter & {
  /** Where the page is, once started: `http://127.0.0.1:3000`, or `http://127.0.0.1:3000/?token=…` when it wants a token. */
  url(): string;
};

/** The local web chat: a page on this machine, its threads in a folder. */
export function createWebAdapter(options: WebOptions): WebAdapter {
  const threads = new Threads(join(options.folder, 'threads'));
  const uploads = new Uploads(join(options.folder, 'uploads'), options.limits.uploadBytes);
  let onMessage: (message: InboundMessage) => Promise<void>;
  let running: Running | null = null;

  const reportIncident = (error: unknown): string => {
    const incident = randomBytes(4).toString('hex');
    log.error({ incident, err: error }, 'web chat failed');
    return incident;
  };

  const threadOf = (message: InboundMessage): Promise<Thread> => {
    const [, , session = '', thread = ''] = message.conversation.split(':');
    return threads.open(session, thread);
  };

  const deliver = async (message: InboundMessage, shown: boolean): Promise<void> => {
    const thread = await threadOf(message);
    if (shown) await thread.append({ kind: 'user', message });
    try {
      await onMessage(message);
    } catch (error) {
      if (!shown) throw error;
      await finish(thread, message, failureReply(error, message));
    }
  };

  const failureReply = (error: unknown, message: InboundMessage): Reply => {
    const expected = error instanceof UserFacingError;
    const incident = expected ? undefined : reportIncident(error);
    return {
      blocks: [{ kind: 'text', voice: 'plain', text: replyFor(error, incident ?? '') }],
      language: message.language ?? 'en',
      plans: [],
      facts: [],
      failure: expected ? { code: error.code } : { code: 'incident', incident: incident! },
    };
  };

  const finish = async (thread: Thread, message: InboundMessage, reply: Reply): Promise<void> => {
    // A job that was killed between answering and being ticked off runs again; its answer stands already.
    if (thread.events.some((e) => e.kind === 'reply' && e.to === message.id)) return;
    if (reply.plans.some((p) => p.operation === 'forget' && p.scene === undefined) && !reply.failure) {
      await uploads.removeAll(thread.events);
      await thread.clear();
    }
    const kept = keepReply(reply, () => randomBytes(16).toString('hex'));
    await thread.append({ kind: 'reply', to: message.id, reply: kept, at: Date.now() });
  };

  const posted = async (message: InboundMessage): Promise<PostedReply> => {
    const thread = await threadOf(message);
    return {
      handle: message.id,
      update: async (progress) => thread.progress(message.id, progress),
      finish: (reply) => finish(thread, message, reply),
    };
  };

  const purge = async (): Promise<void> => {
    await uploads.removeBefore(Date.now() - UPLOAD_KEPT_MS);
    await threads.removeBefore(Date.now() - options.limits.retentionDays * DAY_MS);
  };

  return {
    platform: 'web',

    url() {
      if (!running) throw new Error('the web chat has not been started');
      return running.url;
    },

    async start(handler) {
      onMessage = handler;
      await mkdir(options.folder, { recursive: true, mode: 0o700 });
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
          isKnown: async (session) => (await threads.list(session)).length > 0,
        }),
        threads,
        uploads,
        uploadLimitBytes: options.limits.uploadBytes,
        demo: options.demo && { name: options.demo.name, size: (await stat(options.demo.path)).size },
        origins: () => origins,
        deliver,
        reportIncident,
      });
      const listener = safeListener((request, response) => void routes.app(request, response));
      const server = createServer({ requestTimeout: UPLOAD_TIMEOUT_MS }, listener);
      const port = await listen(server, options.host, options.port, options.tries ?? 1);
      server.on('error', reportIncident);
      origins = allowedOrigins(options.host, port, options.publicUrl ? [options.publicUrl] : []);
      const timer = setInterval(() => void purge().catch(reportIncident), HOUR_MS).unref();
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
      const from = file.source === 'demo' ? options.demo?.path : uploads.pathOf(file.source);
      if (!from) throw new UserFacingError('download-failed', 'That file is no longer here. Please add it again.');
      await copyWithin(from, path, limitBytes, signal);
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
