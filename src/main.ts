import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { AnalysisOptions } from './analysis/analysis-options.ts';
import { bareEnvironment, type Config, packFolder } from './config.ts';
import type { DialogueState } from './dialogue/state.ts';
import type { Analyst } from './domain/analyst.ts';
import type { Memory, RecentConversation } from './domain/memory.ts';
import type { ChatAdapter, InboundMessage } from './domain/message.ts';
import { UserFacingError } from './errors.ts';
import { logOf, reportIncident } from './log.ts';
import { languageOf, noticeReply } from './queue/notices.ts';
import { createTurnQueue } from './queue/turn-queue.ts';
import { createTurnWorker, type Respond } from './queue/turn-worker.ts';
import { createArtefactStore } from './stores/artefact-store.ts';
import { createConversationStore } from './stores/conversation-store.ts';
import { type Database, openDatabase } from './stores/database.ts';
import { forgetExpired } from './stores/forget.ts';
import { createMemory } from './stores/memory.ts';
import { createTurnStore } from './stores/turn-store.ts';

/** What differs between the bot, the command line and a test. */
export interface Parts {
  /** A platform that has questions about what is kept, or keeps something itself, is given as a function. */
  readonly adapters: readonly (ChatAdapter | ((kept: Kept) => ChatAdapter))[];
  readonly analyst: Analyst;
  readonly respond: Respond;
  /** The message means "stop", whatever else is going on. */
  isCancel(message: InboundMessage): boolean;
}

/** What an adapter may be built on. */
export interface Kept {
  readonly memory: Memory;
  readonly database: Database;
}

export interface App {
  /** Connect to the platforms and go on with what an earlier process left. */
  start(): Promise<void>;
  /** Finish nothing, lose nothing: what is interrupted is done after the next start. */
  stop(): Promise<void>;
}

const MIB = 2 ** 20;
const HOUR_MS = 3_600_000;
const log = logOf('main');

/**
 * The parts as configured, without a platform. Modules are loaded here and not at the top, because the command line knows
 * this file and shall answer `--help` at once.
 */
export async function partsOf(config: Config): Promise<Omit<Parts, 'adapters'>> {
  const { createAnalyst } = await import('./analysis/scene-pool.ts');
  const { grammarPlanner } = await import('./dialogue/grammar-planner.ts');
  const { isCancel } = await import('./dialogue/is-cancel.ts');
  const { respond } = await import('./dialogue/respond.ts');
  const { emptyState } = await import('./dialogue/state.ts');
  const analyst = createAnalyst(analysisOptions(config));
  const planner = config.LLM
    ? (await import('./dialogue/llm-planner.ts')).createLlmPlanner({
        model: config.LLM,
        ...(config.LLM_BASE_URL !== undefined && { baseUrl: config.LLM_BASE_URL }),
        ...(config.LLM_API_KEY !== undefined && { apiKey: config.LLM_API_KEY }),
        timeoutMs: config.LLM_TIMEOUT_S * 1_000,
        onFallback: (reason) => log.warn({ err: reason }, 'the language model did not plan; the grammar did'),
      })
    : grammarPlanner;
  return {
    analyst,
    isCancel,
    respond: ({ message, files, state }, run) =>
      respond(
        // The store keeps what `respond` returned, and gives it back unread.
        { message, files, state: (state as DialogueState | null) ?? emptyState },
        { planner, analyst, folder: run.folder, report: reportIncident },
        run,
      ),
  };
}

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
export async function assemble(config: Config, { analyst, respond, isCancel, ...parts }: Parts): Promise<App> {
  const dataDir = resolve(config.DATA_DIR);
  const database = await openDatabase({ dataDir, url: config.DATABASE_URL });
  const conversations = createConversationStore(database);
  const turns = createTurnStore(database);
  const artefacts = createArtefactStore(join(dataDir, 'artefacts'));
  const queue = await createTurnQueue(database, turns, { parallel: config.PARALLEL_CONVERSATIONS });
  const memory = createMemory({ database, conversations, artefacts }, summaryOf);
  const adapters = parts.adapters.map((adapter) =>
    typeof adapter === 'function' ? adapter({ memory, database }) : adapter,
  );
  const worker = createTurnWorker({
    adapters,
    respond,
    database,
    turns,
    conversations,
    artefacts,
    limits: { fileBytes: config.MAX_SCENE_MB * MIB, conversationBytes: config.MAX_CONVERSATION_MB * MIB },
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

  const accept = async (message: InboundMessage): Promise<void> => {
    const asked = await turns.acceptedSince(message.author.id, Date.now() - HOUR_MS);
    // Whoever wants to be forgotten is never asked to wait for it.
    const forgets = message.plans?.every(({ operation }) => operation === 'forget') ?? false;
    if (asked >= config.RATE_LIMIT_PER_HOUR && !forgets) {
      // Told once in the conversation; after that the platform's adapter says it to the person, or nobody does.
      if (asked > config.RATE_LIMIT_PER_HOUR) throw rateLimited(config.RATE_LIMIT_PER_HOUR);
      await queue.accept(message, noticeReply('rate-limited', languageOf(message), 'rate-limited'));
      return;
    }
    if (!(await queue.accept(message))) return;
    worker.announce(message).catch((error) => log.warn({ err: error, message: message.id }, 'could not announce'));
  };

  /** At once, past the queue. */
  const cancel = async (message: InboundMessage): Promise<void> => {
    if (await turns.isKnown(message.id)) return;
    const { conversation } = message;
    // A button has no words: then in the language of what it stops.
    const language = languageOf(message.text ? message : ((await turns.next(conversation))?.message ?? message));
    const cancelled = await queue.cancel(conversation, noticeReply('stopped', language, 'cancelled'));
    const notice = noticeReply(cancelled > 0 ? 'stopped' : 'nothing-to-stop', language);
    const answer = { ...notice, plans: [{ operation: 'cancel', targets: [] }] } as const;
    if (!message.plans) await queue.accept(message, answer);
    // What a button stopped says so itself; remembered only so that a redelivery is known.
    else if (await turns.accept(message, answer)) await turns.finish(message.id);
  };

  const sweep = async (): Promise<void> => {
    const expired = await forgetExpired({ database, artefacts, conversations }, config.RETENTION_DAYS);
    if (expired > 0) log.info({ expired, days: config.RETENTION_DAYS }, 'forgot old conversations');
  };
  let sweeper: NodeJS.Timeout;
  let stopping = false;

  return {
    async start() {
      await sweep();
      // The queue posts what was left unposted, so the adapters come first.
      for (const adapter of adapters) await adapter.start(onMessage);
      await queue.start(worker);
      // In the background; what is wrong with the pack is told to whoever asks for something that needs it.
      analyst.prepare().catch((error) => stopping || log.warn({ err: error }, 'the model could not be loaded'));
      sweeper = setInterval(() => sweep().catch((error) => log.error({ err: error }, 'retention')), HOUR_MS);
    },

    async stop() {
      stopping = true;
      clearInterval(sweeper);
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
