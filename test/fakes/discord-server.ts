import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIApplicationCommand } from 'discord.js';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  checkCallback,
  checkCommands,
  checkMessage,
  type MessageBody,
  Refusal,
  rateLimit,
  type UploadedFile,
} from './discord-rules.ts';

/** What a channel shows. */
export interface FakeMessage {
  readonly id: string;
  readonly channel: string;
  body: MessageBody;
  files: readonly UploadedFile[];
  /** Deferred, and nothing shown yet. */
  loading: boolean;
  readonly ephemeral: boolean;
  edits: number;
  nonce?: string;
}

export interface Callback {
  readonly type: number;
  readonly data?: Record<string, unknown>;
  /** Milliseconds from the event to the acknowledgement. */
  readonly afterMs: number;
}

interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly channel: string;
  readonly sentAt: number;
  /** The message of a button. */
  readonly source: string | null;
  readonly limit: number;
  callback?: Callback;
  response?: string;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly authorized: boolean;
}

/** What one connection to the gateway has identified as; survives it until it is invalidated. */
interface Session {
  readonly id: string;
  readonly shard: readonly [id: number, count: number];
  readonly intents: number;
  sequence: number;
  readonly sent: { t: string; d: unknown; s: number }[];
  /** null while it can be resumed. */
  socket: WebSocket | null;
}

const BOT = '1000000000000000001';
const APPLICATION = '1000000000000000002';
const MESSAGE_CONTENT = 1 << 15;
/** All that exist: bits 0 to 16, 20, 21, 24 and 25. */
const INTENTS = 0x331_ffff;
/** Events that a client may send a minute. */
const GATEWAY_EVENTS = 120;
const ADMINISTRATOR = 1n << 3n;
const SEND_MESSAGES = 1n << 11n;
const ATTACH_FILES = 1n << 15n;
const READ_MESSAGE_HISTORY = 1n << 16n;
const CREATE_PUBLIC_THREADS = 1n << 35n;
const SEND_MESSAGES_IN_THREADS = 1n << 38n;

/**
 * Discord, as far as this bot uses it: gateway and REST over real sockets, with its rules and limits. What breaks a rule is
 * refused as Discord refuses it, and remembered in `violations`.
 */
export class DiscordServer {
  readonly bot = { id: BOT, username: 'spex', discriminator: '0', global_name: null, avatar: null, bot: true };
  readonly application = APPLICATION;
  readonly messages = new Map<string, FakeMessage>();
  readonly threads = new Map<string, { parent: string; name: string }>();
  readonly interactions = new Map<string, Interaction>();
  readonly calls: Call[] = [];
  readonly violations: string[] = [];
  readonly attachments = new Map<string, { filename: string; bytes: Buffer }>();
  /** Ids of the attachments that were fetched, in order. */
  readonly fetched: string[] = [];
  /** What people wrote, by message: ids of its attachments, and whether it was to the bot. */
  readonly written = new Map<string, { readonly attachments: readonly string[]; readonly toBot: boolean }>();
  /** Guild payloads sent after READY. */
  readonly guilds: object[] = [];
  /** Reasons to refuse, asked for every call; null = let it pass. */
  readonly refuse: ((call: Call) => Refusal | null)[] = [];
  readonly gateway = { identifies: 0, resumes: 0, heartbeats: 0, answerHeartbeats: true };
  readonly sessions: Session[] = [];
  commands: APIApplicationCommand[] = [];
  commandWrites = 0;
  /** The message content intent is granted. */
  allowMessageContent = false;
  /** The REST API takes calls and answers none. */
  hang = false;
  token = 'fake.token.x';
  heartbeatMs = 40_000;
  /** As recommended to `shards: 'auto'`; a client with fewer is refused. */
  shards = 1;
  /** Of one route, as its headers tell. */
  bucket = { requests: 1_000, windowMs: 1_000 };
  /** Bytes of all files of a message together; Discord documents none. */
  messageBytes = Number.POSITIVE_INFINITY;
  now: () => number = Date.now;

  readonly #http = createServer((request, response) => void this.#serve(request, response));
  readonly #ws = new WebSocketServer({ server: this.#http });
  readonly #buckets = new Map<string, { left: number; until: number }>();
  #repeat: () => void = () => undefined;
  #globalUntil = 0;
  /** When somebody was told. */
  #globalSince = 0;
  #nextId = 1n;

  async start(): Promise<void> {
    this.#ws.on('connection', (socket) => this.#connected(socket));
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
  }

  async stop(): Promise<void> {
    for (const socket of this.#ws.clients) socket.terminate();
    // What has been answered is on its way.
    await new Promise((resolve) => setTimeout(resolve, 100));
    this.#http.close();
    this.#http.closeAllConnections();
    await once(this.#http, 'close');
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  get apiUrl(): string {
    return `${this.origin}/api`;
  }

  /** A new snowflake. */
  id(): string {
    return String(((BigInt(this.now()) - 1_420_070_400_000n) << 22n) + (this.#nextId++ & 0x3fffffn));
  }

  /** Something happens in Discord, on the shard it belongs to. While nobody is connected it is kept for a resume. */
  dispatch(t: string, d: object): void {
    const { guild_id = null } = d as { guild_id?: string | null };
    const guild = t.startsWith('GUILD_') ? (d as { id: string }).id : guild_id;
    const sessions = this.sessions.filter(({ shard: [id, count] }) => id === shardOf(guild, count));
    for (const session of sessions)
      this.#send(session, t, t === 'MESSAGE_CREATE' ? this.#seenBy(session, d as Written) : d);
    this.#repeat = () => {
      for (const session of sessions) session.socket?.send(JSON.stringify({ op: 0, ...session.sent.at(-1)! }));
    };
  }

  /** Without the intent an app reads what is to it or its own, and of other messages that they exist. */
  #seenBy({ intents }: Session, message: Written): object {
    if (message.guild_id === undefined || (intents & MESSAGE_CONTENT) !== 0) return message;
    const hidden = (one: Written): object =>
      [one.author, ...(one.mentions ?? [])].some(({ id }) => id === BOT)
        ? one
        : { ...one, content: '', attachments: [], embeds: [], components: [] };
    const { referenced_message: referenced } = message;
    return { ...hidden(message), ...(referenced ? { referenced_message: hidden(referenced) } : {}) };
  }

  /** The last event once more, as after a resume that overlaps. */
  repeatLast(): void {
    this.#repeat();
  }

  sendOp(op: number, d: unknown = null): void {
    for (const { socket } of this.sessions) socket?.send(JSON.stringify({ op, d }));
  }

  /** Connections break, those of one shard or all. Some codes end the session as well. */
  drop(code = 4000, shard: number | null = null): void {
    for (const session of this.sessions.filter((one) => shard === null || one.shard[0] === shard)) {
      session.socket?.close(code);
      session.socket = null;
    }
    if (ENDING.has(code)) this.sessions.length = 0;
  }

  /** Connections break, and what was said on them is gone. */
  endSessionsWith(code: number): void {
    this.drop(code);
    this.sessions.length = 0;
  }

  /** Invalid session: the client has to resume it or, in the other case, to begin another. */
  invalidate(resumable: boolean): void {
    for (const session of this.sessions) {
      session.socket?.send(JSON.stringify({ op: 9, d: resumable }));
      session.socket = null;
    }
    if (!resumable) this.sessions.length = 0;
  }

  /** From the next call on everything but acknowledgements is refused; who goes on asking breaks a rule. */
  limitGlobally(seconds: number): void {
    this.#globalSince = Number.POSITIVE_INFINITY;
    this.#globalUntil = Date.now() + seconds * 1_000;
  }

  /** A signed address, good for a day: `ex` and `is` are times in hexadecimal seconds. */
  urlOf(attachment: string): string {
    const { filename } = this.attachments.get(attachment)!;
    const issued = Math.floor(this.now() / 1_000);
    const [ex, is] = [issued + DAY_S, issued].map((seconds) => seconds.toString(16)) as [string, string];
    const query = new URLSearchParams({ ex, is, hm: signatureOf(attachment, ex) });
    return `${this.origin}/attachments/${attachment}/${encodeURIComponent(filename)}?${query}`;
  }

  /** What our bot may do in a channel or thread; everything in a direct message. */
  permissionsIn(channel: string): bigint {
    const parent = this.threads.get(channel)?.parent ?? channel;
    const guild = (this.guilds as GuildPayload[]).find(({ channels }) => channels.some(({ id }) => id === parent));
    return guild ? BigInt(guild.roles[0]!.permissions) : ADMINISTRATOR;
  }

  expect(interaction: Omit<Interaction, 'sentAt'>): void {
    this.interactions.set(interaction.token, { ...interaction, sentAt: this.now() });
  }

  /** What a channel or thread shows, in order. */
  shown(channel: string): FakeMessage[] {
    return [...this.messages.values()].filter((message) => message.channel === channel);
  }

  #connected(socket: WebSocket): void {
    const say = (op: number, d: unknown) => socket.send(JSON.stringify({ op, d }));
    const close = (code: number, why: string) => {
      this.violations.push(`gateway closed with ${code}: ${why}`);
      socket.close(code);
    };
    let session: Session | null = null;
    let minute = { events: 0, until: 0 };
    const silence = setTimeout(() => close(4009, 'no heartbeat in time'), 2 * this.heartbeatMs);
    say(10, { heartbeat_interval: this.heartbeatMs });
    socket.on('message', (raw) => {
      const { op, d } = JSON.parse(String(raw));
      if (Date.now() > minute.until) minute = { events: 0, until: Date.now() + 60_000 };
      if (++minute.events > GATEWAY_EVENTS) return close(4008, 'too many events');
      if (op === 1) {
        silence.refresh();
        this.gateway.heartbeats++;
        if (this.gateway.answerHeartbeats) say(11, null);
      } else if (op === 2 || op === 6) {
        if (session?.socket === socket) return close(4005, 'identified twice');
        session = op === 2 ? this.#identify(socket, d) : this.#resume(socket, d);
      } else if (op === 3 && session) return;
      else close(session ? 4001 : 4003, `op ${op}`);
    });
    socket.on('close', (code) => {
      clearTimeout(silence);
      if (session?.socket === socket) session.socket = null;
      // Whoever says goodbye does not come back to this session.
      const at = session && (code === 1000 || code === 1001) ? this.sessions.indexOf(session) : -1;
      if (at >= 0) this.sessions.splice(at, 1);
    });
  }

  #identify(
    socket: WebSocket,
    d: {
      token: string;
      intents: number;
      properties: { os: string; browser: string; device: string };
      shard?: number[];
    },
  ): Session | null {
    this.gateway.identifies++;
    const [id = 0, count = 1] = d.shard ?? [];
    const code =
      d.token !== this.token
        ? 4004
        : id >= count
          ? 4010
          : count < this.shards
            ? 4011
            : (d.intents & ~INTENTS) !== 0 || !d.properties?.os
              ? 4013
              : (d.intents & MESSAGE_CONTENT) !== 0 && !this.allowMessageContent
                ? 4014
                : null;
    if (code !== null) {
      socket.close(code);
      return null;
    }
    const name = `session-${this.gateway.identifies}`;
    const session: Session = { id: name, shard: [id, count], intents: d.intents, sequence: 0, sent: [], socket };
    this.sessions.push(session);
    const guilds = (this.guilds as GuildPayload[]).filter((guild) => shardOf(guild.id, count) === id);
    this.#send(session, 'READY', {
      v: 10,
      user: this.bot,
      guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
      session_id: name,
      resume_gateway_url: this.origin.replace('http', 'ws'),
      application: { id: APPLICATION, flags: 0 },
      shard: [id, count],
    });
    for (const guild of guilds) this.#send(session, 'GUILD_CREATE', guild);
    return session;
  }

  #resume(socket: WebSocket, d: { token: string; session_id: string; seq: number }): Session | null {
    this.gateway.resumes++;
    const session = this.sessions.find(({ id }) => id === d.session_id);
    if (!session) {
      socket.send(JSON.stringify({ op: 9, d: false }));
      return null;
    }
    if (d.seq > session.sequence) {
      socket.close(4007);
      return null;
    }
    session.socket = socket;
    for (const event of session.sent.filter(({ s }) => s > d.seq)) socket.send(JSON.stringify({ op: 0, ...event }));
    this.#send(session, 'RESUMED', null);
    return session;
  }

  #send(session: Session, t: string, d: unknown): void {
    const event = { t, d, s: ++session.sequence };
    session.sent.push(event);
    session.socket?.send(JSON.stringify({ op: 0, ...event }));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.origin);
    if (url.pathname.startsWith('/attachments/')) return this.#attachment(url, response);
    const path = decodeURIComponent(url.pathname).replace('/api/v10', '');
    const authorized = request.headers.authorization === `Bot ${this.token}`;
    const call = { method: request.method!, path, authorized };
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.calls.push(call);
    if (this.hang) return;
    let headers: Record<string, string> = {};
    try {
      headers = this.#limited(call);
      for (const reason of this.refuse) {
        const refusal = reason(call);
        if (refusal) throw refusal;
      }
      const { body, files } = await readBody(request, Buffer.concat(chunks));
      const result = this.#answer(call, body, files, url.searchParams);
      if (result === undefined) response.writeHead(204, headers);
      else response.writeHead(200, { 'content-type': 'application/json', ...headers });
      response.end(result === undefined ? undefined : JSON.stringify(result));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.violation) this.violations.push(`${call.method} ${path}: ${error.message}`);
      response.writeHead(error.status, { 'content-type': 'application/json', ...headers, ...error.headers });
      response.end(JSON.stringify(error.body));
    }
  }

  /** One count a route and channel (or webhook), whose state every answer tells. Acknowledgements are not limited. */
  #limited({ method, path }: Call): Record<string, string> {
    if (path.endsWith('/callback')) return {};
    if (Date.now() < this.#globalUntil) {
      // What was on its way already is forgiven.
      if (Date.now() > this.#globalSince + 200) this.violations.push(`${method} ${path}: during a global rate limit`);
      this.#globalSince = Math.min(this.#globalSince, Date.now());
      throw rateLimit((this.#globalUntil - Date.now()) / 1_000, true);
    }
    const [, root, id, ...rest] = path.split('/');
    const key = [method, root, id, ...rest.map((part) => (/^\d+$/.test(part) ? '#' : part))].join(' ');
    const now = Date.now();
    let bucket = this.#buckets.get(key);
    if (!bucket || bucket.until <= now) {
      bucket = { left: this.bucket.requests, until: now + this.bucket.windowMs };
      this.#buckets.set(key, bucket);
    }
    const seconds = (bucket.until - now) / 1_000;
    if (--bucket.left < 0) {
      this.violations.push(`${key}: went on although nothing was left`);
      throw rateLimit(seconds);
    }
    return {
      'x-ratelimit-limit': String(this.bucket.requests),
      'x-ratelimit-remaining': String(bucket.left),
      'x-ratelimit-reset': String(bucket.until / 1_000),
      'x-ratelimit-reset-after': String(seconds),
      'x-ratelimit-bucket': `${method} ${root} ${rest.filter((part) => !/^\d+$/.test(part)).join(' ')}`,
    };
  }

  #attachment(url: URL, response: ServerResponse): void {
    const id = url.pathname.split('/')[2]!;
    const { ex = '', hm } = Object.fromEntries(url.searchParams);
    const isGood = hm === signatureOf(id, ex) && this.now() < Number.parseInt(ex, 16) * 1_000;
    const file = isGood ? this.attachments.get(id) : undefined;
    if (!file) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('This content is no longer available.');
      return;
    }
    this.fetched.push(id);
    response.writeHead(200, { 'content-length': file.bytes.length }).end(file.bytes);
  }

  #answer(
    { method, path, authorized }: Call,
    body: MessageBody,
    files: UploadedFile[],
    query: URLSearchParams,
  ): unknown {
    const [, , ...rest] = path.split('/');
    const route = `${method} ${path.replace(/\/\d+/g, '/#').replace(/(#\/)(tok[^/]*)/, '$1token')}`;
    const needToken = () => {
      if (!authorized) throw new Refusal(401, 0, '401: Unauthorized', true);
    };
    switch (route) {
      case 'GET /gateway/bot':
        needToken();
        return {
          url: this.origin.replace('http', 'ws'),
          shards: this.shards,
          session_start_limit: { total: 1000, remaining: 999, reset_after: 1, max_concurrency: 16 },
        };
      case 'GET /applications/@me':
        needToken();
        // 1 << 19: by the switch of the developer portal, as a bot in few servers has it.
        return { id: APPLICATION, name: 'spex', flags: this.allowMessageContent ? 1 << 19 : 0 };
      case 'GET /applications/#/commands':
        needToken();
        return query.get('with_localizations') === 'true'
          ? this.commands
          : this.commands.map(({ name_localizations: _n, description_localizations: _d, ...command }) => command);
      case 'PUT /applications/#/commands':
        needToken();
        checkCommands(body as unknown as object[]);
        this.commandWrites++;
        this.commands = (body as unknown as APIApplicationCommand[]).map((command) => ({
          ...command,
          id: this.id(),
          version: '1',
        }));
        return this.commands;
      case 'POST /interactions/#/token/callback':
        return this.#callback(rest[1]!, body as unknown as Omit<Callback, 'afterMs'>);
      case 'GET /webhooks/#/token/messages/@original': {
        const { id, channel } = this.#original(rest[1]!);
        return { id, channel_id: channel };
      }
      case 'PATCH /webhooks/#/token/messages/@original':
        return this.#edit(this.#original(rest[1]!), body, files, this.#interaction(rest[1]!).limit);
      case 'DELETE /webhooks/#/token/messages/@original':
        this.messages.delete(this.#original(rest[1]!).id);
        return undefined;
      case 'POST /channels/#/messages': {
        needToken();
        return this.#post(rest[0]!, body, files);
      }
      case 'PATCH /channels/#/messages/#':
        needToken();
        return this.#edit(this.#message(rest[2]!), body, files, LIMIT);
      case 'GET /channels/#/messages/#': {
        needToken();
        this.#need(rest[0]!, READ_MESSAGE_HISTORY);
        const written = this.written.get(rest[2]!);
        if (!written) throw new Refusal(404, 10_008, 'Unknown Message');
        const ids = written.toBot || this.allowMessageContent ? written.attachments : [];
        return { id: rest[2], attachments: ids.map((id) => ({ id, url: this.urlOf(id) })) };
      }
      case 'POST /channels/#/messages/#/threads': {
        needToken();
        this.#need(rest[0]!, CREATE_PUBLIC_THREADS);
        const root = rest[2]!;
        if (this.threads.has(root))
          throw new Refusal(400, 160_004, 'A thread has already been created for this message');
        const { name } = body as unknown as { name: string };
        if (!name || name.length > 100) throw new Refusal(400, 50_035, 'name must be 1-100 in length', true);
        this.threads.set(root, { parent: rest[0]!, name });
        this.dispatch('THREAD_CREATE', this.#thread(root));
        return this.#thread(root);
      }
      case 'GET /channels/#':
        needToken();
        if (!this.threads.has(rest[0]!)) throw new Refusal(404, 10_003, 'Unknown Channel', true);
        return this.#thread(rest[0]!);
      case 'POST /users/@me/channels':
        needToken();
        return {
          id: `9${(body as unknown as { recipient_id: string }).recipient_id.slice(1)}`,
          type: 1,
          recipients: [],
        };
      default:
        throw new Refusal(404, 0, `404: Not Found (${route})`, true);
    }
  }

  #need(channel: string, permission: bigint): void {
    const has = this.permissionsIn(channel);
    if ((has & (permission | ADMINISTRATOR)) === 0n) {
      if (permission === READ_MESSAGE_HISTORY)
        throw new Refusal(403, 160_002, 'Cannot reply without permission to read message history', true);
      throw new Refusal(403, 50_013, 'Missing Permissions', true);
    }
  }

  #thread(id: string): object {
    const { parent, name } = this.threads.get(id)!;
    const [guild] = this.guilds.filter((one) => JSON.stringify(one).includes(parent)) as { id: string }[];
    return {
      id,
      type: 11,
      guild_id: guild?.id,
      parent_id: parent,
      name,
      owner_id: BOT,
      newly_created: true,
      thread_metadata: {
        archived: false,
        auto_archive_duration: 1_440,
        archive_timestamp: '2026-01-01T00:00:00Z',
        locked: false,
      },
    };
  }

  #interaction(token: string): Interaction {
    const interaction = this.interactions.get(token);
    if (!interaction) throw new Refusal(404, 10_015, 'Unknown Webhook', true);
    if (this.now() - interaction.sentAt > 15 * 60_000) throw new Refusal(401, 50_027, 'Invalid Webhook Token', true);
    return interaction;
  }

  #callback(token: string, callback: Omit<Callback, 'afterMs'>): unknown {
    const interaction = this.#interaction(token);
    const afterMs = this.now() - interaction.sentAt;
    if (afterMs > 3_000) throw new Refusal(404, 10_062, 'Unknown interaction', true);
    if (interaction.callback) throw new Refusal(400, 40_060, 'Interaction has already been acknowledged.');
    checkCallback(callback, interaction.source !== null);
    interaction.callback = { ...callback, afterMs };
    const ephemeral = ((Number(callback.data?.flags) || 0) & 64) !== 0;
    if (callback.type === 4 || callback.type === 5) {
      const id = this.id();
      interaction.response = id;
      const body = (callback.data ?? {}) as MessageBody;
      const { channel } = interaction;
      this.messages.set(id, { id, channel, body, files: [], loading: callback.type === 5, ephemeral, edits: 0 });
    }
    return {
      interaction: {
        id: interaction.id,
        type: 2,
        response_message_id: interaction.response,
        response_message_loading: callback.type === 5,
        response_message_ephemeral: ephemeral,
      },
    };
  }

  /** What `@original` means: our response, or the message of the button. */
  #original(token: string): FakeMessage {
    const interaction = this.#interaction(token);
    if (!interaction.callback) throw new Refusal(404, 10_015, 'Unknown Webhook', true);
    return this.#message(interaction.response ?? interaction.source ?? '');
  }

  #message(id: string): FakeMessage {
    const message = this.messages.get(id);
    if (!message) throw new Refusal(404, 10_008, 'Unknown Message');
    return message;
  }

  #post(channel: string, body: MessageBody, files: UploadedFile[]): unknown {
    checkMessage(body, files, { file: LIMIT, message: this.messageBytes }, []);
    this.#need(channel, this.threads.has(channel) ? SEND_MESSAGES_IN_THREADS : SEND_MESSAGES);
    if (files.length > 0) this.#need(channel, ATTACH_FILES);
    if (body.message_reference) this.#need(channel, READ_MESSAGE_HISTORY);
    const twin = body.enforce_nonce && [...this.messages.values()].find(({ nonce }) => nonce === body.nonce);
    if (twin) return { id: twin.id, channel_id: channel };
    const id = this.id();
    const nonce = body.nonce === undefined ? {} : { nonce: body.nonce };
    this.messages.set(id, { id, channel, body, files, loading: false, ephemeral: false, edits: 0, ...nonce });
    return { id, channel_id: channel };
  }

  #edit(message: FakeMessage, body: MessageBody, files: UploadedFile[], limit: number): unknown {
    checkMessage(body, files, { file: limit, message: this.messageBytes }, message.files);
    const { message_reference } = message.body;
    message.body = message_reference ? { ...body, message_reference } : body;
    message.files = files;
    message.loading = false;
    message.edits++;
    return { id: message.id, channel_id: message.channel };
  }
}

/** A message that a person wrote, as it is told. */
interface Written {
  readonly guild_id?: string;
  readonly author: { readonly id: string };
  readonly mentions?: readonly { readonly id: string }[];
  readonly referenced_message?: Written | null;
}

interface GuildPayload {
  readonly id: string;
  readonly roles: readonly { readonly permissions: string }[];
  readonly channels: readonly { readonly id: string }[];
}

const DAY_S = 86_400;
const signatureOf = (attachment: string, ex: string): string =>
  createHash('sha256').update(`secret ${attachment} ${ex}`).digest('hex');

/** Direct messages belong to the first one. */
const shardOf = (guild: string | null, count: number): number =>
  guild === null ? 0 : Number((BigInt(guild) >> 22n) % BigInt(count));

/** Close codes after which a client has to identify anew. */
const ENDING: ReadonlySet<number> = new Set([1000, 4003, 4004, 4005, 4007, 4008, 4009, 4010, 4011, 4012, 4013, 4014]);

/** Of a file that is not the response to an interaction. */
const LIMIT = 10 * 2 ** 20;

async function readBody(
  request: IncomingMessage,
  bytes: Buffer,
): Promise<{ body: MessageBody; files: UploadedFile[] }> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) {
    return { body: (bytes.length > 0 ? JSON.parse(bytes.toString()) : {}) as MessageBody, files: [] };
  }
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const files: UploadedFile[] = [];
  for (const [key, value] of form) {
    if (typeof value === 'string') continue;
    const id = Number(/^files\[(\d+)\]$/.exec(key)?.[1] ?? Number.NaN);
    files.push({ id, name: value.name, mediaType: value.type, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  return { body: JSON.parse(String(form.get('payload_json'))) as MessageBody, files };
}
