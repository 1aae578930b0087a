import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIApplicationCommand } from 'discord.js';
import { type WebSocket, WebSocketServer } from 'ws';
import { checkCallback, checkMessage, type MessageBody, Refusal, type UploadedFile } from './discord-rules.ts';

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

const BOT = '1000000000000000001';
const APPLICATION = '1000000000000000002';
const MESSAGE_CONTENT = 1 << 15;

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
  readonly attachments = new Map<string, { bytes: Buffer; expired: boolean }>();
  /** Guild payloads sent after READY. */
  readonly guilds: object[] = [];
  /** Reasons to refuse, asked for every call; null = let it pass. */
  readonly refuse: ((call: Call) => Refusal | null)[] = [];
  readonly gateway = { identifies: 0, resumes: 0, heartbeats: 0, session: '', sequence: 0, answerHeartbeats: true };
  commands: APIApplicationCommand[] = [];
  commandWrites = 0;
  allowMessageContent = true;
  token = 'fake.token.x';
  heartbeatMs = 40_000;
  now: () => number = Date.now;

  readonly #http = createServer((request, response) => void this.#serve(request, response));
  readonly #ws = new WebSocketServer({ server: this.#http });
  readonly #sent: { t: string; d: unknown; s: number }[] = [];
  #socket: WebSocket | null = null;
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

  /** Something happens in Discord. While nobody is connected it is kept for a resume. */
  dispatch(t: string, d: unknown): void {
    const event = { t, d, s: ++this.gateway.sequence };
    this.#sent.push(event);
    this.#socket?.send(JSON.stringify({ op: 0, ...event }));
  }

  /** The last event once more, as after a resume that overlaps. */
  repeatLast(): void {
    this.#socket?.send(JSON.stringify({ op: 0, ...this.#sent.at(-1)! }));
  }

  sendOp(op: number, d: unknown = null): void {
    this.#socket?.send(JSON.stringify({ op, d }));
  }

  /** The connection breaks. */
  drop(code = 4000): void {
    this.#socket?.close(code);
    this.#socket = null;
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
    say(10, { heartbeat_interval: this.heartbeatMs });
    socket.on('message', (raw) => {
      const { op, d } = JSON.parse(String(raw));
      if (op === 1) {
        this.gateway.heartbeats++;
        if (this.gateway.answerHeartbeats) say(11, null);
      } else if (op === 2) this.#identify(socket, d);
      else if (op === 6) this.#resume(socket, d);
    });
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null;
    });
  }

  #identify(socket: WebSocket, d: { token: string; intents: number }): void {
    this.gateway.identifies++;
    const code =
      d.token !== this.token ? 4004 : (d.intents & MESSAGE_CONTENT) !== 0 && !this.allowMessageContent ? 4014 : null;
    if (code !== null) {
      socket.close(code);
      return;
    }
    this.#socket = socket;
    this.gateway.session = `session-${this.gateway.identifies}`;
    this.#sent.length = 0;
    this.dispatch('READY', {
      v: 10,
      user: this.bot,
      guilds: this.guilds.map((guild) => ({ id: (guild as { id: string }).id, unavailable: true })),
      session_id: this.gateway.session,
      resume_gateway_url: this.origin.replace('http', 'ws'),
      application: { id: APPLICATION, flags: 0 },
      shard: [0, 1],
    });
    for (const guild of this.guilds) this.dispatch('GUILD_CREATE', guild);
  }

  #resume(socket: WebSocket, d: { token: string; session_id: string; seq: number }): void {
    this.gateway.resumes++;
    if (d.session_id !== this.gateway.session) {
      socket.send(JSON.stringify({ op: 9, d: false }));
      return;
    }
    this.#socket = socket;
    for (const event of this.#sent.filter(({ s }) => s > d.seq)) socket.send(JSON.stringify({ op: 0, ...event }));
    this.dispatch('RESUMED', null);
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
    try {
      for (const reason of this.refuse) {
        const refusal = reason(call);
        if (refusal) throw refusal;
      }
      const { body, files } = await readBody(request, Buffer.concat(chunks));
      const result = this.#answer(call, body, files, url.searchParams);
      if (result === undefined) response.writeHead(204);
      else response.writeHead(200, { 'content-type': 'application/json' });
      response.end(result === undefined ? undefined : JSON.stringify(result));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.violation) this.violations.push(`${call.method} ${path}: ${error.message}`);
      response.writeHead(error.status, { 'content-type': 'application/json', ...error.headers });
      response.end(JSON.stringify(error.body));
    }
  }

  #attachment(url: URL, response: ServerResponse): void {
    const file = this.attachments.get(url.pathname.split('/')[2]!);
    const valid = file && !file.expired && url.searchParams.has('ex');
    response.writeHead(valid ? 200 : 404, { 'content-length': valid ? file.bytes.length : 0 });
    response.end(valid ? file.bytes : undefined);
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
          shards: 1,
          session_start_limit: { total: 1000, remaining: 999, reset_after: 1, max_concurrency: 1 },
        };
      case 'GET /applications/#/commands':
        needToken();
        return query.get('with_localizations') === 'true'
          ? this.commands
          : this.commands.map(({ name_localizations: _n, description_localizations: _d, ...command }) => command);
      case 'PUT /applications/#/commands':
        needToken();
        this.commandWrites++;
        this.commands = (body as unknown as APIApplicationCommand[]).map((command) => ({
          ...command,
          id: this.id(),
          version: '1',
        }));
        return this.commands;
      case 'POST /interactions/#/token/callback':
        return this.#callback(rest[1]!, body as unknown as Omit<Callback, 'afterMs'>);
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
      case 'GET /channels/#/messages/#':
        needToken();
        return this.#message(rest[2]!).body;
      case 'POST /channels/#/messages/#/threads': {
        needToken();
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
    checkMessage(body, files, LIMIT, []);
    const twin = body.enforce_nonce && [...this.messages.values()].find(({ nonce }) => nonce === body.nonce);
    if (twin) return { id: twin.id, channel_id: channel };
    const id = this.id();
    const nonce = body.nonce === undefined ? {} : { nonce: body.nonce };
    this.messages.set(id, { id, channel, body, files, loading: false, ephemeral: false, edits: 0, ...nonce });
    return { id, channel_id: channel };
  }

  #edit(message: FakeMessage, body: MessageBody, files: UploadedFile[], limit: number): unknown {
    checkMessage(body, files, limit, message.files);
    const { message_reference } = message.body;
    message.body = message_reference ? { ...body, message_reference } : body;
    message.files = files;
    message.loading = false;
    message.edits++;
    return { id: message.id, channel_id: message.channel };
  }
}

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
