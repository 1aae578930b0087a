import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { App, type Authorize, type BlockAction, type Receiver, SocketModeReceiver, type types } from '@slack/bolt';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Inbox } from '../../domain/inbox.ts';
import type { Memory } from '../../domain/memory.ts';
import type { ChatAdapter, InboundMessage } from '../../domain/message.ts';
import type { Secrets } from '../../domain/secrets.ts';
import { expectedFailure, replyFor } from '../../errors.ts';
import { logOf, reportIncident } from '../../log.ts';
import { createAgent } from './agent.ts';
import { ACTION, escapeText } from './blocks.ts';
import { boltLogger } from './bolt-logger.ts';
import { downloadFile, fileOrigins } from './download.ts';
import { earlierScenes, newestFiles, openFiles } from './earlier-files.ts';
import { guardedReceiver } from './guarded-receiver.ts';
import type { Privacy } from './home.ts';
import { BOT_SCOPES, createInstallations } from './installations.ts';
import { createPeople } from './people.ts';
import { createPosts } from './posts.ts';
import { serveSurfaces } from './surfaces.ts';
import {
  type Addressed,
  addressedBy,
  filesOf,
  linksOf,
  parseSource,
  placeOf,
  type SlackEvent,
  toInbound,
  toPressed,
  toStop,
  userOf,
} from './translate.ts';
import { clientOptions, singleWorkspace, type Workspace, type Workspaces } from './workspaces.ts';

export interface SlackOptions {
  readonly connection:
    | { readonly mode: 'socket'; readonly appToken: string; readonly token: string }
    | {
        readonly mode: 'http';
        readonly signingSecret: string;
        readonly port: number;
        /** Of one workspace, or what any workspace needs to install the app by itself. */
        readonly access: { readonly token: string } | OAuth;
      };
  /** Address of the Web API when not Slack's own. */
  readonly apiUrl?: string | undefined;
  readonly memory: Memory;
  readonly inbox: Inbox;
  readonly privacy: Privacy;
}

/** How workspaces install the app over OAuth (HTTP mode only: Slack sends people back to an address of ours). */
export interface OAuth {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs the `state` that a person carries to Slack and back: who comes back is who went. */
  readonly stateSecret: string;
  readonly secrets: Secrets;
}

/** A mention comes as two events; the one that may lack the files waits so long for the other. */
const TWIN_MS = 300;
/** After that a mention's twin is a message of its own. */
const TWINS_APART_MS = 60_000;
/** So many messages of a workspace are read at once: what comes after them is still acknowledged in time when a team drops twenty scenes. */
const HEARD_AT_ONCE = 2;

const log = logOf('slack');

/** Slack: a thread is a conversation. What we are sent is kept, then acknowledged, then understood. */
export function createSlackAdapter(options: SlackOptions): ChatAdapter {
  const { memory, inbox, privacy, apiUrl } = options;
  const { workspaces, ...bolt } = connectionOf(options);
  const workspaceOf = (team: string) => workspaces.of(team);
  const agent = createAgent(workspaceOf);
  const posts = createPosts(workspaceOf, agent);
  const people = createPeople(memory);
  const origins = fileOrigins(apiUrl);
  /** Messages that we have just heard with all they hold, by id: a mention's twin adds nothing. */
  const heardWhole = new Set<string>();
  /** Mentions that were handed over without the files they may have. */
  const withoutFiles = new Set<string>();
  /** By workspace: one that Slack slows down holds up nobody else. */
  const turnsOf = new Map<string, LimitFunction>();
  let onMessage: (message: InboundMessage) => Promise<void>;

  const app = new App({
    ...bolt,
    clientOptions: clientOptions(apiUrl),
    logger: boltLogger,
  });

  /** Hand over; whoever wrote hears when that failed. */
  const deliver = async (message: InboundMessage): Promise<void> => {
    try {
      await onMessage(message);
    } catch (error) {
      await sayFailure(message, error);
    }
  };

  const sayFailure = async (message: InboundMessage, error: unknown): Promise<void> => {
    const incident = expectedFailure(error) ? '' : reportIncident(error, { message: message.id });
    const { team, channel, thread } = placeOf(message.conversation);
    const { client } = await workspaces.of(team);
    const text = escapeText(replyFor(error, incident));
    // In a thread that nobody has answered in, Slack shows what is for one person to nobody.
    const begun = await memory.isPartOf(message.conversation);
    if (!begun) await client.chat.postMessage({ channel, thread_ts: thread, text });
    else await client.chat.postEphemeral({ channel, thread_ts: thread, user: userOf(message.author.id), text });
  };

  const hear = async (event: SlackEvent, team: string): Promise<void> => {
    const workspace = await workspaces.of(team);
    const heard = toInbound(event, workspace);
    const addressed = addressedBy(event, workspace);
    if (!heard || addressed === 'no') return;
    try {
      await understand(event, heard, addressed, workspace);
    } catch (error) {
      // What people say to each other is not to be answered with a failure of ours.
      if (addressed === 'maybe') reportIncident(error, { message: heard.id });
      else await sayFailure(heard, error);
    }
  };

  const understand = async (
    event: SlackEvent,
    heard: InboundMessage,
    addressed: Exclude<Addressed, 'no'>,
    workspace: Workspace,
  ): Promise<void> => {
    const isOurs = await memory.isPartOf(heard.conversation);
    if (addressed === 'maybe' && !isOurs) return;
    if (isBareMention(event)) {
      if (heardWhole.has(heard.id)) return;
      remember(withoutFiles, heard.id);
    } else remember(heardWhole, heard.id);
    // Slack was slow with the twin: the question has been handed over, its scene follows.
    const follows = heard.files.length > 0 && withoutFiles.delete(heard.id);
    // Asked for the first time in a thread: the scene may lie above the question.
    const above = addressed === 'mention' && !isOurs && heard.files.length === 0 && event.thread_ts !== undefined;
    const { files, links } = above
      ? await earlierScenes(workspace, event)
      : { files: await openFiles(workspace, filesOf(event)), links: forwardedLinks(event) };
    const isAlone = addressed === 'always' && event.thread_ts === undefined && files.length === 0 && links.length === 0;
    const earlier = isAlone ? await newestFiles(workspace, event) : [];
    const { name, language } = await people.of(workspace, event.user!);
    await deliver({
      ...heard,
      ...(follows ? { id: `${heard.id}:files`, text: '' } : { text: [heard.text, ...links].join(' ') }),
      files,
      ...(earlier.length > 0 ? { earlier } : {}),
      author: { ...heard.author, name },
      ...(language ? { language } : {}),
      ...(addressed === 'maybe' ? { overheard: true } : {}),
    });
  };

  const inTurn = (event: SlackEvent, team: string): Promise<void> => {
    const turns = turnsOf.get(team) ?? pLimit(HEARD_AT_ONCE);
    turnsOf.set(team, turns);
    return turns(hear, event, team);
  };

  const remember = (ids: Set<string>, id: string): void => {
    ids.add(id);
    setTimeout(() => ids.delete(id), TWINS_APART_MS).unref();
  };

  const press = async (body: PressBody, value: string, ts: string): Promise<void> => {
    const { channel, message, container, team, user } = body;
    // What only one person sees comes without its message.
    const thread = message?.thread_ts ?? container?.thread_ts ?? message?.ts ?? container?.message_ts;
    const at = channel?.id ?? container?.channel_id;
    if (!thread || !at || !team) return;
    const workspace = await workspaces.of(team.id);
    const pressed = toPressed({ team: workspace.team, channel: at, user: user.id, thread, ts, value });
    if (!pressed) return;
    const { name, language } = await people.of(workspace, user.id);
    await deliver({ ...pressed, author: { ...pressed.author, name }, ...(language ? { language } : {}) });
  };

  // Bolt acknowledges events before anybody has seen them, and Slack sends again only what was not acknowledged.
  const passOn = app.processEvent.bind(app);
  app.processEvent = async (event) => {
    if (!mayMatter(event.body)) return passOn(event);
    const id = `slack:${event.body.event_id ?? event.body.trigger_id ?? randomUUID()}`;
    await inbox.put(id, event.body);
    try {
      await passOn(event);
    } finally {
      await inbox.done(id);
    }
  };

  app.event('message', ({ event, context }) => inTurn(event as SlackEvent, context.teamId ?? ''));
  app.event('app_mention', async ({ event, context }) => {
    const mention = event as SlackEvent;
    if (isBareMention(mention)) await wait(TWIN_MS);
    await inTurn(mention, context.teamId ?? '');
  });
  app.action<BlockAction>(new RegExp(`^${ACTION.plans}:`), async ({ ack, body, action }) => {
    await ack();
    if (action.type === 'button') await press(body as PressBody, action.value ?? '', action.action_ts);
  });
  app.action<BlockAction>(new RegExp(`^${ACTION.menus}:`), async ({ ack, body, action }) => {
    await ack();
    if (action.type === 'static_select') {
      await press(body as PressBody, action.selected_option.value, action.action_ts);
    }
  });
  app.event('agent_session_stopped', async ({ event, context }) => {
    const place = { team: context.teamId ?? '', channel: event.channel, thread: event.thread_ts };
    await deliver(toStop(place, event.user, event.event_ts));
    await agent.idle(place);
  });
  serveSurfaces(app, {
    memory,
    privacy,
    workspaceOf,
    leave: workspaces.leave,
    personOf: people.of,
    deliver,
    suggest: agent.suggest,
  });
  app.error(async (error) => {
    reportIncident(error);
  });

  return {
    platform: 'slack',

    async start(handler) {
      onMessage = handler;
      // Fails here, in words, when the token is wrong.
      await workspaces.check();
      await app.start();
      for (const { id, event } of await inbox.left('slack:')) {
        passOn({ body: event as Envelope, ack: async () => undefined })
          .then(() => inbox.done(id))
          .catch((error) => reportIncident(error, { event: id }));
      }
      log.info({ mode: options.connection.mode }, 'connected to Slack');
    },

    async stop() {
      await app.stop();
      await posts.interrupt();
    },

    post: (message, again) => posts.begin(message, again ?? false),
    resume: (message, handle) => posts.resume(message, handle),

    async download(file, path, limitBytes, signal) {
      const { team, url } = parseSource(file.source);
      const { token } = await workspaces.of(team);
      await downloadFile({ url, token, origins }, path, limitBytes, signal);
    },
  };
}

const isBareMention = (event: SlackEvent): boolean => event.type === 'app_mention' && filesOf(event).length === 0;

/** Those of the message itself stand in its words. */
const forwardedLinks = ({ attachments = [] }: SlackEvent): string[] => linksOf({ attachments });

type Envelope = Parameters<App['processEvent']>[0]['body'];

/** Of what is said in channels most is not for us: bots, edits, people joining. */
function mayMatter({ event }: Envelope): boolean {
  const { type, bot_id, subtype } = (event ?? {}) as { type?: string; bot_id?: string; subtype?: string };
  return type !== 'message' || (bot_id === undefined && (subtype === undefined || subtype === 'file_share'));
}

/** The fields of a press that we read. */
interface PressBody {
  readonly team: { readonly id: string } | null;
  readonly user: { readonly id: string };
  readonly channel?: { readonly id: string };
  readonly message?: Pick<types.GenericMessageEvent, 'ts' | 'thread_ts'>;
  readonly container?: {
    readonly message_ts?: string;
    readonly thread_ts?: string;
    readonly channel_id?: string;
  };
}

function connectionOf({ connection, apiUrl }: SlackOptions): {
  workspaces: Workspaces;
  receiver: Receiver;
  /** Absent when the receiver brings its own. */
  authorize?: Authorize<boolean>;
} {
  if (connection.mode === 'socket') {
    return { ...ofOneWorkspace(connection.token, apiUrl), receiver: socket(connection.appToken, apiUrl) };
  }
  const { access, signingSecret, port } = connection;
  const http = { signingSecret, port, logger: boltLogger };
  if ('token' in access) return { ...ofOneWorkspace(access.token, apiUrl), receiver: guardedReceiver(http) };
  const { clientId, clientSecret, stateSecret, secrets } = access;
  const installations = createInstallations(secrets, apiUrl);
  const receiver = guardedReceiver({
    ...http,
    clientId,
    clientSecret,
    stateSecret,
    scopes: BOT_SCOPES,
    installationStore: installations.store,
    installerOptions: {
      directInstall: true,
      clientOptions: clientOptions(apiUrl),
      ...(apiUrl ? { authorizationUrl: new URL('/oauth/v2/authorize', apiUrl).href } : {}),
    },
  });
  return { workspaces: installations, receiver };
}

function ofOneWorkspace(
  token: string,
  apiUrl: string | undefined,
): { workspaces: Workspaces; authorize: Authorize<boolean> } {
  const workspaces = singleWorkspace(token, apiUrl);
  return {
    workspaces,
    async authorize() {
      const { botId, botUser } = await workspaces.of('');
      return { botToken: token, botId, botUserId: botUser };
    },
  };
}

function socket(appToken: string, apiUrl: string | undefined): Receiver {
  return new SocketModeReceiver({
    appToken,
    logger: boltLogger,
    installerOptions: {
      // Slack away for an hour is no reason to end: a failed attempt to connect again would be an unhandled rejection.
      clientOptions: {
        ...clientOptions(apiUrl),
        retryConfig: { forever: true, factor: 2, minTimeout: 500, maxTimeout: 30_000 },
      },
    },
  });
}
