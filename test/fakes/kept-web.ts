import { join } from 'node:path';
import { createWebAdapter, type WebAdapter, type WebOptions } from '../../src/chat/web/adapter.ts';
import type { InboundMessage, PostedReply } from '../../src/domain/message.ts';
import { createArtefactStore } from '../../src/stores/artefact-store.ts';
import { createConversationStore } from '../../src/stores/conversation-store.ts';
import { type Database, openDatabase } from '../../src/stores/database.ts';
import { forgetConversation } from '../../src/stores/forget.ts';
import { createMemory } from '../../src/stores/memory.ts';
import { createTranscript } from '../../src/stores/transcript.ts';
import { createTurnStore, type TurnStore } from '../../src/stores/turn-store.ts';

/** Real stores, and web adapters on them whose messages and answers are stored as the queue does it, for bots that know none. */
export class KeptWeb {
  readonly database: Database;
  readonly turns: TurnStore;
  readonly #folder: string;
  readonly spare = { bytes: Number.POSITIVE_INFINITY };

  private constructor(database: Database, folder: string) {
    this.database = database;
    this.turns = createTurnStore(database, () => Date.now());
    this.#folder = folder;
  }

  static async open(folder: string): Promise<KeptWeb> {
    return new KeptWeb(await openDatabase({ dataDir: folder }), folder);
  }

  adapter(options: Omit<WebOptions, 'memory' | 'transcript' | 'room'>): WebAdapter {
    const { database, turns } = this;
    const stores = {
      database,
      turns,
      conversations: createConversationStore(database),
      artefacts: createArtefactStore(join(this.#folder, 'artefacts')),
    };
    const inner = createWebAdapter({
      ...options,
      memory: createMemory(stores, {
        summarise: () => ({ scenes: [], findings: [] }),
        without: () => ({ rest: null, scenes: 0, results: 0 }),
      }),
      transcript: createTranscript(database),
      room: { spare: async () => this.spare.bytes },
    });
    const storing = (message: InboundMessage, posted: PostedReply): PostedReply => ({
      ...posted,
      async finish(reply) {
        await turns.begin(message.id);
        const settle = async () => void (await turns.answer(message.id, reply));
        if (reply.forgotten) {
          await forgetConversation(stores, message.conversation, {
            turn: message.id,
            settle: async (sql) => void (await turns.answer(message.id, reply, sql)),
          });
        } else await settle();
        await posted.finish(reply);
        await turns.finish(message.id);
      },
    });
    return {
      ...inner,
      start: (handler) =>
        inner.start(async (message) => {
          const isCancel = message.plans?.every(({ operation }) => operation === 'cancel') ?? false;
          if (isCancel || (await turns.accept(message))) await handler(message);
        }),
      post: async (message) => storing(message, await inner.post(message)),
      resume: async (message, handle) => storing(message, await inner.resume(message, handle)),
    };
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
