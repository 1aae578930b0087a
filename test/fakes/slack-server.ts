import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { blockFault } from './slack-blocks.ts';

// biome-ignore lint/suspicious/noExplicitAny: Slack's JSON
type Json = any;

export interface FakeMessage {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  user: string;
  text: string;
  blocks: Json[];
  files: Json[];
  bot_id?: string;
  /** How often it was edited. */
  edits: number;
  /** While it is being streamed. */
  stream?: FakeStream | undefined;
  /** Every state it was in. */
  readonly versions: { text: string; blocks: Json[] }[];
}

/** What a streamed message is made of so far. */
interface FakeStream {
  readonly begun: number;
  title: string;
  readonly tasks: Map<string, Json>;
  text: string;
  readonly blocks: Json[];
}

export interface FakeWorkspace {
  readonly team: string;
  token: string;
  readonly bot: string;
  readonly scopes: Set<string>;
  /** Knows the blocks and methods of 2026. */
  rich: boolean;
  readonly messages: FakeMessage[];
  readonly ephemerals: Json[];
  readonly views: Map<string, Json>;
  readonly locales: Map<string, string>;
  /** Channels that the app was not invited to. */
  readonly absent: Set<string>;
}

interface FakeFile {
  readonly id: string;
  readonly team: string;
  name: string;
  bytes: Buffer;
  alt: string | null;
  /** When `files.info` begins to show its type. */
  readyAt: number;
  shared: string | null;
  gone: boolean;
  /** Where the file host sends whoever asks for it. */
  redirect?: string;
}

/** Who speaks where nobody else is named. */
export const ADA = 'UADA';
export const APP_TOKEN = 'xapp-1-A0FAKE-test-0123456789';
export const SIGNING_SECRET = 'fake-signing-secret';
export const CLIENT_ID = '1234567890.1234567890';
export const CLIENT_SECRET = 'fake-client-secret';

/** What an app may do, and what it is told of: its manifest says so, here as with Slack. */
interface Manifest {
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: { readonly event_subscriptions: { readonly bot_events: readonly string[] } };
}

/**
 * Slack, as far as an app sees it, over real sockets: Web API, file host and Socket Mode. It keeps state and is strict:
 * unknown methods, missing scopes and blocks over the limits are refused, an envelope that is not acknowledged within three
 * seconds is a fault, and so is anything sent to a place that does not exist.
 */
export class FakeSlack {
  readonly workspaces = new Map<string, FakeWorkspace>();
  readonly files = new Map<string, FakeFile>();
  /** Every call, in order. */
  readonly calls: { method: string; args: Json; team: string }[] = [];
  /** Calls of methods that a workspace does not have: "T1 method". */
  readonly refused: string[] = [];
  /** Calls that its scopes do not allow: "method: scope". */
  readonly lacking: string[] = [];
  /** What the app did wrong. */
  readonly faults: string[] = [];
  /** Milliseconds from an envelope to its acknowledgement. */
  readonly acks: number[] = [];
  /** How many Socket Mode connections were made, dropped ones included. */
  sockets = 0;
  /** Refuse the next calls of a method: how often, and with what. */
  readonly trouble = new Map<string, { times: number; status: number; retryAfter?: number; error?: string }>();
  /** Workspaces, by team, in which Slack's limits hold: so many calls of a method a minute, of which some may come at once. */
  readonly limited = new Map<string, { perMinute: number; atOnce: number }>();
  readonly #calls = new Map<string, { left: number; at: number }>();
  /** An upload can be shown so long after it was completed. */
  processingMs = 0;
  /** A stream is closed so long after it was begun, whatever happens in it. */
  streamMs = 300_000;
  /** Where events go in HTTP mode; null = Socket Mode. */
  requestUrl: string | null = null;
  /** Codes that were given out at `/oauth/v2/authorize` and not used yet, with the workspace and scopes they stand for. */
  readonly #codes = new Map<string, { team: string; scopes: string[] }>();
  /** What was said through a `response_url`. */
  readonly responses: Json[] = [];
  /** `Authorization` headers that reached another host than Slack's files. */
  readonly leaked: string[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #live = new Set<WebSocket>();
  readonly #waiting = new Map<string, (response: Json) => void>();
  readonly #manifest: Manifest;
  #clock = 1_760_000_000;
  #serial = 0;
  #url = '';

  /** @param manifest  of `deploy/slack/` */
  constructor(manifest = 'manifest.json') {
    this.#manifest = JSON.parse(readFileSync(new URL(`../../deploy/slack/${manifest}`, import.meta.url), 'utf8'));
  }

  get #scopes(): readonly string[] {
    return this.#manifest.oauth_config.scopes.bot;
  }

  async start(): Promise<void> {
    this.#server.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#connected(ws));
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const ws of this.#live) ws.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  get url(): string {
    return this.#url;
  }

  get apiUrl(): string {
    return `${this.#url}/api/`;
  }

  get connections(): number {
    return this.#live.size;
  }

  install(team: string, options: { without?: string[]; rich?: boolean } = {}): FakeWorkspace {
    const workspace: FakeWorkspace = {
      team,
      token: `xoxb-${team}-${randomBytes(8).toString('hex')}`,
      bot: `UBOT${team}`,
      scopes: new Set(this.#scopes.filter((scope) => !options.without?.includes(scope))),
      rich: options.rich ?? true,
      messages: [],
      ephemerals: [],
      views: new Map(),
      locales: new Map(),
      absent: new Set(),
    };
    this.workspaces.set(team, workspace);
    return workspace;
  }

  /** A workspace throws the app out; the app hears of it as Slack tells it. */
  async uninstall(team: string): Promise<void> {
    const workspace = this.workspaces.get(team)!;
    this.workspaces.delete(team);
    await this.event(team, { type: 'tokens_revoked', tokens: { bot: [workspace.bot] } });
    await this.event(team, { type: 'app_uninstalled' });
  }

  ts(): string {
    return `${++this.#clock}.${String(++this.#serial).padStart(6, '0')}`;
  }

  /** A file that somebody has uploaded. */
  addFile(team: string, name: string, bytes: Buffer): Json {
    const id = `F${String(++this.#serial).padStart(8, '0')}`;
    this.files.set(id, { id, team, name, bytes, alt: null, readyAt: 0, shared: null, gone: false });
    return this.#fileJson(this.files.get(id)!);
  }

  /** A person says something; the app hears of it as its subscriptions and scopes allow. */
  async say(
    { team, bot, messages, scopes }: FakeWorkspace,
    said: {
      channel: string;
      text?: string;
      files?: Json[];
      /** Messages that are forwarded in this one. */
      attachments?: Json[];
      thread?: string;
      user?: string;
      type?: string;
    },
  ): Promise<{ ts: string; thread: string }> {
    const ts = this.ts();
    const { channel, text = '', files = [], attachments = [], thread, user = ADA } = said;
    messages.push({
      channel,
      ts,
      ...(thread ? { thread_ts: thread } : {}),
      user,
      text,
      blocks: [],
      files,
      edits: 0,
      versions: [],
    });
    const direct = channel.startsWith('D');
    const history = historyScope(channel);
    const event = {
      channel,
      ts,
      user,
      text,
      ...(thread ? { thread_ts: thread } : {}),
      ...(files.length > 0 ? { files } : {}),
      ...(attachments.length > 0 ? { attachments } : {}),
    };
    const sent: Promise<unknown>[] = [];
    if (!direct && text.includes(`<@${bot}>`)) {
      const { files: _files, ...bare } = event;
      sent.push(this.event(team, { type: 'app_mention', ...(scopes.has(history) ? bare : event) }));
    }
    if (scopes.has(history)) {
      sent.push(
        this.event(team, {
          type: 'message',
          channel_type: direct ? 'im' : channel.startsWith('G') ? 'group' : 'channel',
          ...(files.length > 0 ? { subtype: 'file_share' } : {}),
          ...event,
        }),
      );
    }
    await Promise.all(sent);
    return { ts, thread: thread ?? ts };
  }

  /** Deliver an event, if the app has subscribed to it, and wait until it is acknowledged. */
  async event(team: string, event: Json, options: { id?: string; retry?: number } = {}): Promise<Json> {
    const name = event.type === 'message' ? `message.${SUBSCRIPTIONS[event.channel_type]}` : event.type;
    if (!this.#manifest.settings.event_subscriptions.bot_events.includes(name)) return undefined;
    return this.#envelope('events_api', {
      type: 'event_callback',
      token: 'legacy',
      team_id: team,
      api_app_id: 'A0FAKE',
      event_id: options.id ?? `Ev${++this.#serial}`,
      event_time: this.#clock,
      event: { event_ts: event.ts ?? this.ts(), ...event },
      authorizations: [{ team_id: team, user_id: `UBOT${team}`, is_bot: true }],
    });
  }

  /** A person presses an element of a message. */
  press(
    { team }: FakeWorkspace,
    message: FakeMessage,
    actionId: RegExp,
    value?: string,
    user = ADA,
    { ephemeral = false } = {},
  ): Promise<Json> {
    const found = elementsOf(message.blocks).find((e) => actionId.test(e.action_id));
    if (!found) throw new Error(`no ${actionId} in ${JSON.stringify(message.blocks)}`);
    const chosen = found.options?.find((o: Json) => value === undefined || o.value === value || o.text.text === value);
    return this.#envelope('interactive', {
      type: 'block_actions',
      team: { id: team },
      user: { id: user, team_id: team },
      channel: { id: message.channel },
      // What only one person sees is not sent back.
      ...(ephemeral ? {} : { message: { ts: message.ts, thread_ts: message.thread_ts, type: 'message' } }),
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: message.channel,
        thread_ts: message.thread_ts,
        is_ephemeral: ephemeral,
      },
      api_app_id: 'A0FAKE',
      trigger_id: this.ts(),
      response_url: `${this.#url}/response`,
      actions: [
        {
          ...(chosen ? { selected_option: chosen } : { value: value ?? found.value }),
          type: found.type,
          action_id: found.action_id,
          block_id: 'b',
          action_ts: this.ts(),
        },
      ],
    });
  }

  interactive(payload: Json): Promise<Json> {
    return this.#envelope('interactive', { trigger_id: this.ts(), api_app_id: 'A0FAKE', ...payload });
  }

  command({ team }: FakeWorkspace, channel: string, text: string, user = ADA): Promise<Json> {
    return this.#envelope('slash_commands', {
      command: '/scene',
      text,
      team_id: team,
      channel_id: channel,
      user_id: user,
      trigger_id: this.ts(),
      response_url: `${this.#url}/response`,
      api_app_id: 'A0FAKE',
    });
  }

  /** A person presses Slack's own Stop: Slack ends what is being streamed, and leaves the rest to the app. */
  async pressStop(workspace: FakeWorkspace, channel: string, thread: string, user = ADA): Promise<void> {
    const streamed = this.answers(workspace, thread).filter((m) => this.streaming(workspace, channel, m.ts));
    for (const message of streamed) message.stream = undefined;
    await this.event(workspace.team, {
      type: 'agent_session_stopped',
      channel,
      thread_ts: thread,
      user,
      streaming_message_ts: streamed.map(({ ts }) => ts),
    });
  }

  /** Slack's heartbeat: every live connection answers a ping in time. */
  async ping(): Promise<boolean> {
    const pongs = [...this.#live].map(async (ws) => {
      ws.ping();
      return (await Promise.race([once(ws, 'pong'), wait(5_000, null)])) !== null;
    });
    return pongs.length > 0 && (await Promise.all(pongs)).every(Boolean);
  }

  /** Break all sockets without a goodbye. */
  dropSockets(): void {
    for (const ws of this.#live) ws.terminate();
    this.#live.clear();
  }

  /** What the app posted in a thread, oldest first. */
  answers({ messages }: FakeWorkspace, thread: string): FakeMessage[] {
    return messages.filter((message) => message.thread_ts === thread && message.bot_id);
  }

  /** Headers with which Slack signs a request. */
  signed(body: string, at = Math.floor(Date.now() / 1000)): Record<string, string> {
    const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${at}:${body}`).digest('hex');
    return { 'x-slack-request-timestamp': String(at), 'x-slack-signature': `v0=${signature}` };
  }

  async #envelope(type: string, payload: Json): Promise<Json> {
    if (this.requestUrl) return this.#request(this.requestUrl, type, payload);
    for (let tries = 0; this.#live.size === 0 && tries < 400; tries++) await wait(25);
    const [ws] = this.#live;
    if (!ws) throw new Error('the app is not connected');
    const id = randomBytes(8).toString('hex');
    const begun = performance.now();
    const acked = new Promise<Json>((resolve) => this.#waiting.set(id, resolve));
    ws.send(JSON.stringify({ type, envelope_id: id, payload, accepts_response_payload: type !== 'events_api' }));
    const response = await Promise.race([acked, wait(3_000, 'late')]);
    this.#waiting.delete(id);
    if (response === 'late')
      this.faults.push(`not acknowledged in 3 s: ${payload.event?.type ?? payload.type ?? type}`);
    this.acks.push(performance.now() - begun);
    return response;
  }

  /** The same over HTTP: events are JSON, everything else is a form. */
  async #request(url: string, type: string, payload: Json): Promise<Json> {
    const form = type === 'slash_commands' ? payload : { payload: JSON.stringify(payload) };
    const body = type === 'events_api' ? JSON.stringify(payload) : String(new URLSearchParams(form));
    const media = type === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded';
    const begun = performance.now();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': media, ...this.signed(body) },
      body,
      signal: AbortSignal.timeout(3_000),
    }).catch(() => null);
    this.acks.push(performance.now() - begun);
    if (response?.status !== 200) {
      this.faults.push(
        `${response?.status ?? 'not acknowledged in 3 s'}: ${payload.event?.type ?? payload.type ?? type}`,
      );
      return undefined;
    }
    const answer = await response.text();
    return answer ? JSON.parse(answer) : undefined;
  }

  #connected(ws: WebSocket): void {
    this.#live.add(ws);
    this.sockets++;
    ws.on('close', () => {
      this.#live.delete(ws);
      for (const settle of this.#waiting.values()) settle('lost');
    });
    ws.on('message', (data) => {
      const { envelope_id, payload } = JSON.parse(String(data));
      this.#waiting.get(envelope_id)?.(payload);
    });
    ws.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0FAKE' } }));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.#url);
    const body = await bodyOf(request);
    if (url.pathname.startsWith('/files/')) return this.#serveFile(url, request, response);
    if (url.pathname.startsWith('/upload/')) {
      const file = this.files.get(url.pathname.split('/')[2]!);
      if (!file || body.length !== file.bytes.length) {
        this.faults.push(`upload of ${body.length} bytes, announced ${file?.bytes.length}`);
        response.writeHead(400).end();
        return;
      }
      file.bytes = body;
      response.end('OK');
      return;
    }
    if (url.pathname === '/response') {
      this.responses.push(JSON.parse(String(body)));
      response.end('ok');
      return;
    }
    if (url.pathname === '/oauth/v2/authorize') return this.#authorize(url, response);
    if (!url.pathname.startsWith('/api/')) {
      if (request.headers.authorization) this.leaked.push(url.pathname);
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Sign in</title>');
      return;
    }
    const method = url.pathname.slice(5);
    const args = parseArgs(String(body), request.headers['content-type'] ?? '');
    const trouble = this.trouble.get(method);
    if (trouble && trouble.times > 0) {
      trouble.times--;
      response.writeHead(trouble.status, trouble.retryAfter ? { 'retry-after': String(trouble.retryAfter) } : {});
      response.end(trouble.error ? JSON.stringify({ ok: false, error: trouble.error }) : '');
      return;
    }
    const token = (request.headers.authorization ?? `Bearer ${args.token}`).slice(7);
    const wait = this.#limits(method, token);
    if (wait > 0) {
      response.writeHead(429, { 'retry-after': String(wait) }).end();
      return;
    }
    const answer = this.#call(method, args, token);
    const granted = [...this.workspaces.values()].find((workspace) => workspace.token === token)?.scopes;
    response
      .writeHead(200, {
        'content-type': 'application/json',
        ...(granted ? { 'x-oauth-scopes': [...granted].join(',') } : {}),
      })
      .end(JSON.stringify(answer));
  }

  /** Seconds after which this method may be called again in this workspace, 0 = now. */
  #limits(method: string, token: string): number {
    const team = [...this.workspaces.values()].find((workspace) => workspace.token === token)?.team ?? '';
    const limit = this.limited.get(team);
    if (!limit) return 0;
    const key = `${team} ${method}`;
    const now = performance.now();
    const { left, at } = this.#calls.get(key) ?? { left: limit.atOnce, at: now };
    const filled = Math.min(limit.atOnce, left + ((now - at) / 60_000) * limit.perMinute);
    if (filled < 1) return Math.ceil(((1 - filled) / limit.perMinute) * 60);
    this.#calls.set(key, { left: filled - 1, at: now });
    return 0;
  }

  #call(method: string, args: Json, token: string): Json {
    if (method === 'apps.connections.open') {
      return token === APP_TOKEN
        ? { ok: true, url: `${this.#url.replace('http', 'ws')}/link?ticket=${++this.#serial}` }
        : { ok: false, error: 'invalid_auth' };
    }
    if (method === 'oauth.v2.access') return this.#exchange(args);
    const workspace = [...this.workspaces.values()].find((w) => w.token === token);
    if (!workspace) return { ok: false, error: 'invalid_auth' };
    const known = METHODS[method];
    if (!known || (known.rich && !workspace.rich)) {
      if (!known) this.faults.push(`unknown method ${method}`);
      this.refused.push(`${workspace.team} ${method}`);
      return { ok: false, error: 'unknown_method' };
    }
    const needed = typeof known.scope === 'function' ? known.scope(args) : known.scope;
    if (needed && !workspace.scopes.has(needed)) {
      this.lacking.push(`${method}: ${needed}`);
      return { ok: false, error: 'missing_scope', needed, provided: [...workspace.scopes].join(',') };
    }
    this.calls.push({ method, args, team: workspace.team });
    const { error, ...answer } = known.run(this, workspace, args);
    return error ? { ok: false, error } : { ok: true, ...answer };
  }

  /** The person has pressed "Allow" in the workspace `team`. */
  #authorize(url: URL, response: ServerResponse): void {
    const { client_id, scope = '', state, team = '' } = Object.fromEntries(url.searchParams);
    if (client_id !== CLIENT_ID || !this.requestUrl) {
      response.writeHead(400).end('invalid client_id');
      return;
    }
    const code = randomBytes(8).toString('hex');
    this.#codes.set(code, { team, scopes: scope.split(',') });
    const back = new URL('/slack/oauth_redirect', this.requestUrl);
    back.searchParams.set('code', code);
    if (state) back.searchParams.set('state', state);
    response.writeHead(302, { location: back.href }).end();
  }

  #exchange({ code, client_id, client_secret }: Json): Json {
    const granted = this.#codes.get(code);
    this.#codes.delete(code);
    if (client_id !== CLIENT_ID || client_secret !== CLIENT_SECRET) return { ok: false, error: 'bad_client_secret' };
    if (!granted) return { ok: false, error: 'invalid_code' };
    const { team, scopes } = granted;
    const workspace = this.install(team, { without: this.#scopes.filter((scope) => !scopes.includes(scope)) });
    return {
      ok: true,
      access_token: workspace.token,
      token_type: 'bot',
      scope: scopes.join(','),
      bot_user_id: workspace.bot,
      app_id: 'A0FAKE',
      team: { id: team, name: `Team ${team}` },
      enterprise: null,
      is_enterprise_install: false,
      authed_user: { id: ADA },
    };
  }

  /** Put chunks into a streamed message. @returns why not */
  takeChunks(workspace: FakeWorkspace, message: FakeMessage, chunks: Json[]): string | null {
    const stream = message.stream!;
    for (const chunk of chunks) {
      const long = [chunk.title, chunk.details, chunk.output].some((text) => (text ?? '').length > 256);
      if (chunk.type === 'plan_update' && !long) stream.title = chunk.title;
      else if (chunk.type === 'task_update' && !long && chunk.id && chunk.title && STATUSES.has(chunk.status)) {
        // Title and status replace, details are appended.
        const details = (stream.tasks.get(chunk.id)?.details ?? '') + (chunk.details ?? '');
        stream.tasks.set(chunk.id, { task_id: chunk.id, title: chunk.title, status: chunk.status, details });
      } else if (chunk.type === 'markdown_text' && chunk.text.length <= 12_000) stream.text += chunk.text;
      else if (chunk.type === 'blocks' && !this.refuses(workspace, chunk.blocks)) stream.blocks.push(...chunk.blocks);
      else {
        this.faults.push(`chunk ${JSON.stringify(chunk).slice(0, 200)}`);
        return 'invalid_chunks';
      }
    }
    const plan = { type: 'plan', title: stream.title, tasks: [...stream.tasks.values()] };
    const words = stream.text ? [{ type: 'markdown', text: stream.text }] : [];
    message.blocks = [plan, ...words, ...stream.blocks];
    message.versions.push({ text: '', blocks: message.blocks });
    return null;
  }

  /** A message that is still being streamed; Slack ends a stream by itself. */
  streaming({ messages }: FakeWorkspace, channel: string, ts: string): FakeMessage | undefined {
    const message = messages.find((m) => m.channel === channel && m.ts === ts);
    if (message?.stream && Date.now() - message.stream.begun > this.streamMs) message.stream = undefined;
    return message?.stream ? message : undefined;
  }

  /** Why `blocks` are refused, noted as a fault unless the workspace is simply old. */
  refuses(workspace: FakeWorkspace, blocks: Json, most = 50): boolean {
    if (blocks === undefined) return false;
    const readyFiles = new Set(
      [...this.files.values()].filter((f) => !f.gone && f.readyAt <= Date.now()).map((f) => f.id),
    );
    const fault = blockFault(blocks, { most, rich: workspace.rich, readyFiles });
    if (fault && !fault.includes('unsupported type')) this.faults.push(`${workspace.team}: ${fault}`);
    return fault !== null;
  }

  #serveFile(url: URL, request: IncomingMessage, response: ServerResponse): void {
    const file = this.files.get(url.pathname.split('/')[2]!);
    const token = request.headers.authorization?.slice(7);
    const workspace = [...this.workspaces.values()].find((w) => w.token === token);
    if (!file || file.gone) {
      response.writeHead(404).end();
    } else if (file.redirect) {
      response.writeHead(302, { location: file.redirect }).end();
    } else if (workspace?.team !== file.team || !workspace.scopes.has('files:read')) {
      // What Slack does with a token that may not read: its login page, with status 200.
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<!DOCTYPE html><html><title>Slack</title></html>');
    } else {
      response.writeHead(200, { 'content-length': file.bytes.length }).end(file.bytes);
    }
  }

  #fileJson(file: FakeFile): Json {
    return {
      id: file.id,
      name: file.name,
      size: file.bytes.length,
      mimetype: file.readyAt <= Date.now() ? 'image/png' : '',
      url_private_download: `${this.#url}/files/${file.id}/download/${encodeURIComponent(file.name)}`,
    };
  }

  infoOf(id: string): Json {
    const file = this.files.get(id);
    return file && !file.gone ? { file: this.#fileJson(file) } : { error: 'file_not_found' };
  }

  newUpload(team: string, name: string, length: number, alt: string | null): Json {
    if (!name || !(length > 0)) return { error: 'invalid_arguments' };
    if (alt !== null && alt.length > 1000) return { error: 'alt_text_too_long' };
    const id = `F${String(++this.#serial).padStart(8, '0')}`;
    const bytes = Buffer.alloc(length);
    this.files.set(id, { id, team, name, bytes, alt, readyAt: Number.POSITIVE_INFINITY, shared: null, gone: false });
    return { file_id: id, upload_url: `${this.#url}/upload/${id}` };
  }

  completeUpload(workspace: FakeWorkspace, files: Json[], channel?: string, thread?: string): Json {
    for (const { id } of files) {
      const file = this.files.get(id);
      if (!file) return { error: 'file_not_found' };
      file.readyAt = Date.now() + this.processingMs;
      file.shared = channel ?? null;
    }
    if (channel) {
      workspace.messages.push({
        channel,
        ts: this.ts(),
        ...(thread ? { thread_ts: thread } : {}),
        user: workspace.bot,
        bot_id: 'BBOT',
        text: '',
        blocks: [],
        files: files.map(({ id }) => this.#fileJson(this.files.get(id)!)),
        edits: 0,
        versions: [],
      });
    }
    return { files };
  }
}

/** The subscription that brings messages, by the `channel_type` they have. */
const SUBSCRIPTIONS: Readonly<Record<string, string>> = {
  im: 'im',
  channel: 'channels',
  group: 'groups',
  mpim: 'mpim',
};

/** What reading the messages of a conversation needs, by the first letter of its id. */
export const historyScope = (channel: string): string =>
  channel.startsWith('D') ? 'im:history' : channel.startsWith('G') ? 'groups:history' : 'channels:history';

const STATUSES = new Set(['pending', 'in_progress', 'complete', 'error']);

interface Method {
  readonly scope?: string | ((args: Json) => string);
  /** New in 2026. */
  readonly rich?: true;
  run(slack: FakeSlack, workspace: FakeWorkspace, args: Json): Json;
}

/** The methods an app of ours may call. */
export const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': {
    run: (_slack, { team, bot }) => ({ team_id: team, user_id: bot, bot_id: `B${bot}`, team: `Team ${team}` }),
  },
  'users.info': {
    scope: 'users:read',
    run: (_slack, { locales }, { user }) => ({
      user: { id: user, name: user.toLowerCase(), profile: {}, locale: locales.get(user) ?? 'en-US' },
    }),
  },
  'chat.postMessage': {
    scope: 'chat:write',
    run(slack, workspace, { channel: to, thread_ts, text, blocks }) {
      const channel = to.startsWith('U') ? `D${to}` : to;
      if (blocks && !text) slack.faults.push('blocks without text');
      if (slack.refuses(workspace, blocks)) return { error: 'invalid_blocks' };
      if (thread_ts && !workspace.messages.some((m) => m.ts === thread_ts && m.channel === channel)) {
        slack.faults.push(`reply to a thread that is not there: ${thread_ts}`);
        return { error: 'thread_not_found' };
      }
      const message: FakeMessage = {
        channel,
        ts: slack.ts(),
        ...(thread_ts ? { thread_ts } : {}),
        user: workspace.bot,
        bot_id: 'BBOT',
        text,
        blocks: blocks ?? [],
        files: [],
        edits: 0,
        versions: [{ text, blocks }],
      };
      workspace.messages.push(message);
      return { ts: message.ts, channel };
    },
  },
  'chat.update': {
    scope: 'chat:write',
    run(slack, workspace, { channel, ts, text, blocks }) {
      if (blocks && !text) slack.faults.push('blocks without text');
      if (slack.refuses(workspace, blocks)) return { error: 'invalid_blocks' };
      const message = workspace.messages.find((m) => m.channel === channel && m.ts === ts && m.bot_id);
      if (!message) return { error: 'message_not_found' };
      if (slack.streaming(workspace, channel, ts)) return { error: 'streaming_state_conflict' };
      message.text = text;
      message.blocks = blocks;
      message.edits++;
      message.versions.push({ text, blocks });
      return { ts, channel };
    },
  },
  'chat.delete': {
    scope: 'chat:write',
    run(slack, workspace, { channel, ts }) {
      const { messages } = workspace;
      const at = messages.findIndex((m) => m.channel === channel && m.ts === ts && m.bot_id);
      if (at < 0) return { error: 'message_not_found' };
      if (slack.streaming(workspace, channel, ts)) return { error: 'cant_delete_message' };
      messages.splice(at, 1);
      return { ts };
    },
  },
  'chat.startStream': {
    scope: 'chat:write',
    rich: true,
    run(
      slack,
      workspace,
      { channel, thread_ts, chunks = [], recipient_user_id, recipient_team_id, task_display_mode },
    ) {
      if (!workspace.messages.some((m) => m.ts === thread_ts && m.channel === channel))
        return { error: 'thread_not_found' };
      if (!recipient_user_id) return { error: 'missing_recipient_user_id' };
      if (!recipient_team_id) return { error: 'missing_recipient_team_id' };
      if (!['timeline', 'plan', undefined].includes(task_display_mode)) return { error: 'invalid_arguments' };
      const message: FakeMessage = {
        channel,
        ts: slack.ts(),
        thread_ts,
        user: workspace.bot,
        bot_id: 'BBOT',
        text: '',
        blocks: [],
        files: [],
        edits: 0,
        stream: { begun: Date.now(), title: '', tasks: new Map(), text: '', blocks: [] },
        versions: [],
      };
      const error = slack.takeChunks(workspace, message, chunks);
      if (error) return { error };
      workspace.messages.push(message);
      return { ts: message.ts, channel };
    },
  },
  'chat.appendStream': {
    scope: 'chat:write',
    rich: true,
    run(slack, workspace, { channel, ts, chunks = [] }) {
      const message = slack.streaming(workspace, channel, ts);
      if (!message) return { error: 'message_not_in_streaming_state' };
      const error = slack.takeChunks(workspace, message, chunks);
      return error ? { error } : { ts, channel };
    },
  },
  'chat.stopStream': {
    scope: 'chat:write',
    rich: true,
    run(slack, workspace, { channel, ts, chunks = [] }) {
      const message = slack.streaming(workspace, channel, ts);
      if (!message) return { error: 'message_not_in_streaming_state' };
      const error = slack.takeChunks(workspace, message, chunks);
      if (error) return { error };
      message.stream = undefined;
      return { ts, channel };
    },
  },
  'chat.postEphemeral': {
    scope: 'chat:write',
    run(slack, workspace, args) {
      if (!args.user?.startsWith('U')) slack.faults.push(`ephemeral for ${args.user}`);
      if (args.blocks && !args.text) slack.faults.push('blocks without text');
      // "Ephemeral messages in threads are only shown if there is already an active thread." (chat.postEphemeral)
      if (args.thread_ts && !workspace.messages.some(({ thread_ts }) => thread_ts === args.thread_ts)) {
        slack.faults.push(`ephemeral in a thread that nobody has answered in: ${args.text}`);
      }
      if (workspace.absent.has(args.channel)) return { error: 'not_in_channel' };
      if (slack.refuses(workspace, args.blocks)) return { error: 'invalid_blocks' };
      workspace.ephemerals.push(args);
      return { message_ts: slack.ts() };
    },
  },
  'files.info': { scope: 'files:read', run: (slack, _workspace, { file }) => slack.infoOf(file) },
  'files.getUploadURLExternal': {
    scope: 'files:write',
    run: (slack, { team }, { filename, length, alt_text }) =>
      slack.newUpload(team, filename, Number(length), alt_text ?? null),
  },
  'files.completeUploadExternal': {
    scope: 'files:write',
    run: (slack, workspace, { files, channel_id, thread_ts }) =>
      slack.completeUpload(workspace, files, channel_id, thread_ts),
  },
  'conversations.replies': {
    scope: ({ channel }) => historyScope(channel),
    run: (_slack, { messages }, { channel, ts }) => ({
      messages: messages.filter((m) => m.channel === channel && (m.ts === ts || m.thread_ts === ts)),
    }),
  },
  'conversations.history': {
    scope: ({ channel }) => historyScope(channel),
    run: (_slack, { messages }, { channel, latest, limit }) => ({
      messages: messages
        .filter((m) => m.channel === channel && !m.thread_ts && Number(m.ts) < Number(latest))
        .reverse()
        .slice(0, Number(limit)),
    }),
  },
  'views.publish': {
    run(slack, workspace, { user_id, view }) {
      if (view.type !== 'home' || slack.refuses(workspace, view.blocks, 100)) return { error: 'invalid_arguments' };
      workspace.views.set(user_id, view);
      return { view };
    },
  },
  'views.open': {
    run(slack, workspace, { trigger_id, view }) {
      if (!trigger_id) return { error: 'invalid_trigger' };
      if (slack.refuses({ ...workspace, rich: true }, view.blocks, 100)) return { error: 'invalid_arguments' };
      for (const text of [view.title, view.submit, view.close]) {
        if (text && text.text.length > 24) slack.faults.push(`modal text too long: ${text.text}`);
      }
      workspace.views.set('modal', view);
      return { view };
    },
  },
  'agents.sessions.setStatus': {
    scope: 'chat:write',
    rich: true,
    run: (slack, _workspace, { status, thread_ts }) => {
      if (!['active', 'processing', 'suspended', 'closed'].includes(status)) slack.faults.push(`status ${status}`);
      return thread_ts ? { status } : { error: 'invalid_arguments' };
    },
  },
  'assistant.threads.setSuggestedPrompts': {
    scope: 'assistant:write',
    rich: true,
    run: (slack, _workspace, { prompts }) => {
      if (prompts.length > 4) slack.faults.push('more than 4 prompts');
      return {};
    },
  },
};

/** The elements of all actions of a message. */
export function elementsOf(blocks: Json[]): Json[] {
  return blocks.flatMap((b) => (b.type === 'actions' || b.type === 'context_actions' ? b.elements : []));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Values of forms are text; what was an object before is JSON. */
function parseArgs(body: string, type: string): Json {
  if (type.includes('json')) return JSON.parse(body || '{}');
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [name, /^[[{]/.test(value) ? JSON.parse(value) : value]),
  );
}
