import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { AnalysisOptions } from './analysis/analysis-options.ts';
import { bareEnvironment, type Config, packFolder } from './config.ts';
import { type DialogueState, emptyState } from './dialogue/state.ts';
import type { WishClassifier } from './dialogue/understanding/wish-classifier.ts';
import { withoutPerson } from './dialogue/without-person.ts';
import type { Analyst } from './domain/analyst.ts';
import type { Inbox } from './domain/inbox.ts';
import { languageOf } from './domain/language-of.ts';
import type { Memory, RecentConversation } from './domain/memory.ts';
import type { ChatAdapter, InboundMessage } from './domain/message.ts';
import type { Room } from './domain/room.ts';
import type { Transcript } from './domain/transcript.ts';
import { UserFacingError } from './errors.ts';
import { logOf, reportIncident } from './log.ts';
import { noticeReply } from './queue/notices.ts';
import { createTurnQueue } from './queue/turn-queue.ts';
import { createTurnWorker, type Respond } from './queue/turn-worker.ts';
import { createArtefactStore } from './stores/artefact-store.ts';
import { createConversationStore } from './stores/conversation-store.ts';
import { type Database, openDatabase } from './stores/database.ts';
import { forgetExpired } from './stores/forget.ts';
import { createInbox } from './stores/inbox.ts';
import { createMemory } from './stores/memory.ts';
import { createRoom } from './stores/room.ts';
import { createTranscript } from './stores/transcript.ts';
import { createTurnStore } from './stores/turn-store.ts';
import { keepUp } from './stores/upkeep.ts';

/** What differs between the bot, the command line and a test. */
export interface Parts {
  /** A platform that has questions about what is kept, or keeps something itself, is given as a function. */
  readonly adapters: readonly (ChatAdapter | ((kept: Kept) => ChatAdapter))[];
  readonly analyst: Analyst;
  readonly respond: Respond;
  /** The message means "stop", whatever else is going on. */
  isCancel(message: InboundMessage): boolean;
  /** The message means "forget": whoever wants that is never asked to wait. */
  isForget(message: InboundMessage): boolean;
  /** The message asks for something, with what is remembered of its conversation. */
  isRequest(message: InboundMessage, state: unknown): boolean | Promise<boolean>;
}

/** What an adapter may be built on. */
export interface Kept {
  readonly memory: Memory;
  readonly transcript: Transcript;
  readonly inbox: Inbox;
  readonly room: Room;
  readonly database: Database;
}

export interface App {
  /** Connect to the platforms and go on with what an earlier process left. */
  start(): Promise<void>;
  /** Finish nothing, lose nothing: what is interrupted is done after the next start. */
  stop(): Promise<void>;
}

/** What the dialogue knows of language: the sentence encoder and what was learnt on it. */
const UNDERSTANDING = 'models/understanding';
const MIB = 2 ** 20;
const HOUR_MS = 3_600_000;
/** How soon after a deletion the words are erased, if nobody asks for anything meanwhile. */
const UPKEEP_MS = 5_000;
const log = logOf('main');

/**
 * The parts as configured, without a platform. Modules are loaded here and not at the top, because the command line knows
 * this file and shall answer `--help` at once.
 */
export async function partsOf(config: Config): Promise<Omit<Parts, 'adapters'>> {
  const { createAnalyst } = await import('./analysis/scene-pool.ts');
  const { createPlanner } = await import('./dialogue/understanding/planner.ts');
  const { loadWishClassifier } = await import('./dialogue/understanding/wish-classifier.ts');
  const { isCancel } = await import('./dialogue/is-cancel.ts');
  const { isForget } = await import('./dialogue/is-forget.ts');
  const { isRequest } = await import('./dialogue/is-request.ts');
  const { respond } = await import('./dialogue/respond.ts');
  const analyst = createAnalyst(analysisOptions(config));
  let loading: Promise<WishClassifier> | null = null;
  const wishes = (): Promise<WishClassifier> => {
    loading ??= loadWishClassifier(packFolder(UNDERSTANDING));
    return loading;
  };
  const withoutModel = createPlanner(wishes);
  const planner = config.LLM
    ? (await import('./dialogue/llm-planner.ts')).createLlmPlanner({
        model: config.LLM,
        ...(config.LLM_BASE_URL !== undefined && { baseUrl: config.LLM_BASE_URL }),
        ...(config.LLM_API_KEY !== undefined && { apiKey: config.LLM_API_KEY }),
        timeoutMs: config.LLM_TIMEOUT_S * 1_000,
        otherwise: withoutModel,
        onFallback: (reason) => log.warn({ err: reason }, 'the language model did not plan; it was done without'),
      })
    : withoutModel;
  return {
    analyst,
    isCancel,
    isForget,
    isRequest: async (message, state) => isRequest(message, stateOf(state), await wishes()),
    respond: ({ state, ...turn }, run) =>
      respond(
        { ...turn, state: stateOf(state) },
        { planner, analyst, folder: run.folder, report: reportIncident },
        run,
      ),
  };
}

/** The store keeps what `respond` returned, and gives it back unread. */
const stateOf = (kept: unknown): DialogueState => (kept as DialogueState | null) ?? emptyState;

/** What the analysis needs of the configuration. `pack`: another folder than the configured one. */
export function analysisOptions(config: Config, pack: string = config.MODEL_PACK): AnalysisOptions {
  return {
    pack: packFolder(pack),
    threads: config.MODEL_THREADS ?? availableParallelism(),
    memoryMb: config.MODEL_MEMORY_MB ?? null,
    executionProviders: config.EXECUTION_PROVIDERS,
    timeoutMs: config.MODEL_TIMEOUT_S * 1_000,
    maxSceneMegapixels: config.MAX_SCENE_MEGAPIXELS,
    sceneMemoryMb: config.SCENE_MEMORY_MB,
    allowedHosts: config.ALLOWED_HOSTS,
    environment: bareEnvironment(),
  };
}

/** All parts, put together. Nothing else knows all of them. */
export async function assemble(
  config: Config,
  { analyst, respond, isCancel, isForget, isRequest, ...parts }: Parts,
): Promise<App> {
  const dataDir = resolve(config.DATA_DIR);
  const database = await openDatabase({ dataDir, url: config.DATABASE_URL });
  const conversations = createConversationStore(database);
  const turns = createTurnStore(database);
  const artefacts = createArtefactStore(join(dataDir, 'artefacts'));
  const room = createRoom(
    { dataDir, database, artefacts },
    {
      conversation: config.MAX_CONVERSATION_MB * MIB,
      person: config.MAX_PERSON_MB * MIB,
      all: config.MAX_DATA_MB === undefined ? null : config.MAX_DATA_MB * MIB,
      reserve: config.MIN_FREE_MB === undefined ? null : config.MIN_FREE_MB * MIB,
    },
  );
  const queue = createTurnQueue(database, turns, { parallel: config.PARALLEL_CONVERSATIONS });
  const memory = createMemory(
    { database, conversations, turns, artefacts },
    { summarise: summaryOf, without: withoutAuthor },
  );
  const transcript = createTranscript(database);
  const inbox = createInbox(database);
  const adapters = parts.adapters.map((adapter) =>
    typeof adapter === 'function' ? adapter({ memory, transcript, inbox, room, database }) : adapter,
  );
  const worker = createTurnWorker({
    adapters,
    respond,
    database,
    turns,
    conversations,
    artefacts,
    room,
    maxFileBytes: config.MAX_SCENE_MB * MIB,
  });

  /** Messages of a conversation are stored in the order in which they came, however long each takes. */
  const arriving = new Map<string, Promise<void>>();
  const onMessage = (message: InboundMessage): Promise<void> => {
    if (isCancel(message)) return cancel(message);
    const { conversation } = message;
    const stored = (arriving.get(conversation) ?? Promise.resolve()).then(() => accept(message));
    const settled = stored
      .catch(() => undefined)
      .then(() => {
        if (arriving.get(conversation) === settled) arriving.delete(conversation);
      });
    arriving.set(conversation, settled);
    return stored;
  };

  /** Among people we answer whom we talk with, when that is what is wanted; the others talk to each other. */
  const isMeantForUs = async (message: InboundMessage): Promise<boolean> => {
    if (!message.overheard) return true;
    const { conversation, author } = message;
    if ((await turns.partner(conversation)) !== author.id || (await memory.isMentionOnly(conversation))) return false;
    return isRequest(message, (await conversations.load(conversation)).state);
  };

  const accept = async (message: InboundMessage): Promise<void> => {
    if (!(await isMeantForUs(message))) return;
    const limit = config.RATE_LIMIT_PER_HOUR;
    const fresh = await queue.accept(message, async (sql) => {
      if (isForget(message)) return null;
      const asked = await turns.countRequest(message.author.id, Date.now() - HOUR_MS, sql);
      if (asked <= limit) return null;
      // Told once in the conversation; after that the platform's adapter says it to the person, or nobody does.
      if (asked > limit + 1) throw rateLimited(limit);
      return noticeReply('rate-limited', languageOf(message), 'rate-limited');
    });
    if (!fresh) return;
    worker.announce(message).catch((error) => log.warn({ err: error, message: message.id }, 'could not announce'));
  };

  /** At once, past the queue. */
  const cancel = async (message: InboundMessage): Promise<void> => {
    if (await turns.isKnown(message.id)) return;
    const { conversation } = message;
    const open = (await turns.next(conversation))?.message;
    // "Never mind", said among people, is for us from whoever waits for our answer.
    if (message.overheard && open?.author.id !== message.author.id) return;
    // A button has no words: then in the language of what it stops.
    const language = languageOf(message.text ? message : (open ?? message));
    const cancelled = await queue.cancel(conversation, noticeReply('stopped', language, 'cancelled'));
    const notice = noticeReply(cancelled > 0 ? 'stopped' : 'nothing-to-stop', language);
    const answer = { ...notice, plans: [{ operation: 'cancel', targets: [] }] } as const;
    if (!message.plans) await queue.accept(message, async () => answer);
    // What a button stopped says so itself; remembered only so that a redelivery is known.
    else if (await turns.accept(message, answer)) await turns.finish(message.id);
  };

  const sweep = async (): Promise<void> => {
    // The clock of the machine may be set while we run; an hour is an hour all the same.
    const now = Math.round(started.clock + performance.now() - started.at);
    const expired = await forgetExpired({ database, artefacts, conversations }, config.RETENTION_DAYS, now);
    if (expired > 0) log.info({ expired, days: config.RETENTION_DAYS }, 'forgot old conversations');
  };
  const started = { clock: Date.now(), at: performance.now() };
  const timers: NodeJS.Timeout[] = [];
  const every = (ms: number, what: string, act: () => Promise<void>): void => {
    timers.push(setInterval(() => act().catch((error) => log.error({ err: error }, what)), ms));
  };
  let stopping = false;

  return {
    async start() {
      await sweep();
      // The queue posts what was left unposted, so the adapters come first.
      for (const adapter of adapters) await adapter.start(onMessage);
      await queue.start(worker);
      // In the background; what is wrong with the pack is told to whoever asks for something that needs it.
      analyst.prepare().catch((error) => stopping || log.warn({ err: error }, 'the model could not be loaded'));
      every(HOUR_MS, 'retention', sweep);
      every(UPKEEP_MS, 'upkeep', () => keepUp(database, queue.isIdle(), Date.now()));
    },

    async stop() {
      stopping = true;
      for (const timer of timers) clearInterval(timer);
      // What people say until the adapters have stopped is stored and answered after the next start.
      await queue.stop();
      await worker.stop();
      await Promise.allSettled(adapters.map((adapter) => adapter.stop()));
      await analyst.stop();
      await database.close();
    },
  };
}

const rateLimited = (perHour: number): UserFacingError =>
  new UserFacingError(
    'rate-limited',
    `You have asked ${perHour} times within an hour, which is as often as I may answer one person. Please try again later.`,
  );

/** What is left of a conversation when a person (null = anybody) has had what they sent deleted from elsewhere. */
function withoutAuthor(state: unknown, author: string | null) {
  const { rest, ...what } = withoutPerson({ ...emptyState, ...(state as Partial<DialogueState>) }, author);
  return { rest: { ...rest, scenesGone: (rest.scenesGone ?? 0) + what.scenes }, ...what };
}

/** What the memory tells adapters of a conversation. */
function summaryOf(state: unknown): Pick<RecentConversation, 'scenes' | 'findings'> {
  const { scenes = [], findings = [] } = state as Partial<DialogueState>;
  return {
    scenes: scenes.map(({ name }) => name),
    findings: findings
      .filter(({ refines }) => refines === null)
      .map(({ facts: { target, areaM2, share } }) => ({ target, areaM2, share })),
  };
}
