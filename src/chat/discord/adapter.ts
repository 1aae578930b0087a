import {
  type APIMessage,
  type Client,
  DiscordAPIError,
  Events,
  GatewayDispatchEvents,
  type GatewayMessageCreateDispatchData,
  GuildPremiumTier,
  HTTPError,
  InteractionResponseType,
  InteractionType,
  type RESTPostAPIInteractionCallbackWithResponseResult,
  Routes,
} from 'discord.js';
import type { Inbox } from '../../domain/inbox.ts';
import { languageOf } from '../../domain/language-of.ts';
import type { Memory } from '../../domain/memory.ts';
import type { ChatAdapter, InboundMessage, PostedReply, Progress, Reply } from '../../domain/message.ts';
import { expectedFailure, replyFor } from '../../errors.ts';
import { logOf, reportIncident } from '../../log.ts';
import { countedIn, FORGET_EVERYWHERE } from '../forget-everywhere.ts';
import { paced } from '../paced.ts';
import { createUnfinished } from '../unfinished.ts';
import { commandsFor } from './commands.ts';
import { forgetButtons, replyContainer } from './components.ts';
import { type ConnectionOptions, connect, createClient } from './connection.ts';
import { type Decision, decide, type Privacy, privately } from './decide.ts';
import { Delivery, directChannel, type Posted } from './delivery.ts';
import { downloadFile, fileOrigins } from './download.ts';
import type { FileLinks } from './file-links.ts';
import { Limiter } from './limiter.ts';
import { LIMITS, PROGRESS_PAUSE_MS } from './limits.ts';
import { originOf } from './origin.ts';
import { inviteLink, missingPermissions } from './permissions.ts';
import type { ForgetPress } from './press.ts';
import { interruptedContainer, type Working, workingContainer } from './progress.ts';
import { registerCommands } from './register-commands.ts';
import { languageOfLocale, TEXTS } from './texts.ts';
import {
  addressedBy,
  canThread,
  type FileSource,
  filesOf,
  fromMessage,
  isAboutHidden,
  isByRoleOnly,
  type MessagePlace,
  type PlacedInteraction,
  toInbound,
} from './translate.ts';
import { fitUploads, type ShrinkPicture, type UploadLimits } from './upload.ts';

const log = logOf('discord');

export interface DiscordOptions extends ConnectionOptions {
  readonly token: string;
  /** Spectral indices to offer: names as people write them, by key. */
  readonly indices: Readonly<Record<string, string>>;
  readonly memory: Pick<Memory, 'forget' | 'held' | 'setMentionOnly'>;
  readonly inbox: Inbox;
  /** Said by `/privacy`. */
  readonly privacy: Privacy;
  /** Requests that the people of one server together may make within an hour; for one person the queue counts. */
  readonly perServerPerHour: number;
  readonly shrinkPicture: ShrinkPicture;
  /** Where files can be fetched that Discord does not take; null = nowhere. */
  readonly links: FileLinks | null;
  /** For tests: milliseconds since 1970. */
  readonly now?: () => number;
  /** For tests: between two edits that show progress. */
  readonly progressPauseMs?: number;
}

/** Discord: gateway in, REST out. */
export function createDiscordAdapter(options: DiscordOptions): ChatAdapter {
  const now = options.now ?? Date.now;
  const client = createClient(options);
  const delivery = new Delivery(client.rest, now);
  const origins = fileOrigins(options.apiUrl);
  const servers = new Limiter(options.perServerPerHour, now);
  const seen = new Seen();
  const unfinished = createUnfinished();
  /** What is being handed over: `stop` waits for it. */
  const busy = new Set<Promise<void>>();
  let onMessage: (message: InboundMessage) => Promise<void>;

  const handled = (work: Promise<void>): void => {
    const settled = work
      .catch((error) => log.error({ err: error }, 'an event could not be handled'))
      .finally(() => busy.delete(settled));
    busy.add(settled);
  };

  const onInteraction = async (interaction: PlacedInteraction): Promise<void> => {
    const decision = limited(interaction, decide(interaction, options.privacy));
    // Discord sends it once: who has seen that we have it must not wait for ever when this process is killed after that.
    if (decision.kind === 'work') await options.inbox.put(inboxId(interaction), interaction);
    const reply = await acknowledge(interaction, decision);
    if (reply === undefined) return options.inbox.done(inboxId(interaction));
    if (decision.kind === 'talk')
      await options.memory.setMentionOnly(`discord:${interaction.guild_id}`, decision.mentionOnly);
    if (decision.kind === 'delete') {
      await client.rest.delete(Routes.webhookMessage(interaction.application_id, interaction.token, '@original'), {
        auth: false,
      });
    }
    if (decision.kind === 'forget-all') {
      const body = await forgetEverywhere(interaction, decision.press);
      await client.rest.patch(Routes.webhookMessage(interaction.application_id, interaction.token, '@original'), {
        body: { ...body, allowed_mentions: { parse: [] } },
        auth: false,
      });
    }
    if (decision.kind === 'work') {
      await handOver(toInbound(interaction, decision.request, reply));
      await options.inbox.done(inboxId(interaction));
    }
  };

  /** What an earlier process had acknowledged and not yet handed over. */
  const takeUp = async (interaction: PlacedInteraction): Promise<void> => {
    const decision = decide(interaction, options.privacy);
    const response = (await client.rest
      .get(Routes.webhookMessage(interaction.application_id, interaction.token, '@original'), { auth: false })
      .catch((error) => {
        // Not acknowledged: whoever asked was told so, and asks again.
        if (error instanceof DiscordAPIError) return null;
        throw error;
      })) as { id: string } | null;
    if (response && decision.kind === 'work') {
      await handOver(toInbound(interaction, decision.request, isDeferred(decision) ? response.id : null));
    }
    await options.inbox.done(inboxId(interaction));
  };

  /** The question what shall go, or what became of it: a press counts while what it counted is what would go. */
  const forgetEverywhere = async (interaction: PlacedInteraction, press: ForgetPress | null) => {
    const author = `discord:${(interaction.member ?? interaction).user!.id}`;
    const texts = FORGET_EVERYWHERE[languageOfLocale(interaction.locale)];
    if (press?.verb === 'keep') return { content: texts.kept, components: [] };
    const held = await options.memory.held(author);
    const question = texts.question(held, 'Discord');
    if (question === null) return { content: texts.nothing, components: [] };
    if (press?.counted !== countedIn(held))
      return { content: question, components: [forgetButtons(texts, countedIn(held))] };
    const conversations = await options.memory.forget({ author });
    return { content: texts.done(conversations, 'Discord'), components: [] };
  };

  /** @returns id of our deferred response, null when it has none, undefined when somebody else has it or it is too late */
  const acknowledge = async (
    interaction: PlacedInteraction,
    decision: Decision,
  ): Promise<string | null | undefined> => {
    const { id, token } = interaction;
    try {
      const result = (await client.rest.post(Routes.interactionCallback(id, token), {
        body: decision.response,
        query: new URLSearchParams({ with_response: 'true' }),
        auth: false,
      })) as RESTPostAPIInteractionCallbackWithResponseResult;
      return isDeferred(decision) ? (result.interaction.response_message_id ?? null) : null;
    } catch (error) {
      // 40060: acknowledged already, by another process; 10062: later than three seconds, or a redelivery.
      if (!(error instanceof DiscordAPIError)) throw error;
      log.warn({ err: error, interaction: id }, 'could not acknowledge an interaction');
      return undefined;
    }
  };

  const limited = (interaction: PlacedInteraction, decision: Decision): Decision => {
    if (decision.kind !== 'work' || decision.request.plans?.some(({ operation }) => operation === 'cancel'))
      return decision;
    if (!interaction.guild_id || servers.allows(interaction.guild_id)) return decision;
    return privately(TEXTS[languageOfLocale(interaction.locale)].tooManyHere);
  };

  const onText = async (event: GatewayMessageCreateDispatchData): Promise<void> => {
    const bot = {
      id: client.user!.id,
      application: client.application!.id,
      messageContent: options.messageContent,
    };
    const { place, permissions } = await locate(client, event);
    if (addressedBy(event, place, bot) === 'no') return;
    const message = fromMessage(event, place, bot);
    const texts = TEXTS[languageOf(message)];
    const where = { ...place, direct: !event.guild_id, present: true };
    const missing = missingPermissions(permissions, where, { isPrivate: false, isReply: true });
    // What people say to each other is not to be answered with what we lack, and counts for nobody.
    if (message.overheard) return missing.length > 0 ? undefined : handOver(message);
    const refusal =
      missing.length > 0
        ? texts.lacks(missing.map((name) => texts.permissions[name]).join(', '))
        : event.guild_id && !servers.allows(event.guild_id)
          ? texts.tooManyHere
          : isByRoleOnly(event, bot)
            ? texts.roleOnly
            : isAboutHidden(event, place, bot)
              ? texts.hidden
              : null;
    if (!refusal) return handOver(message);
    const silent = missing.some((name) => name !== 'attach' && name !== 'history');
    const channel = silent ? await directChannel(client.rest, ownerOf(message)) : event.channel_id;
    await client.rest.post(Routes.channelMessages(channel), {
      body: { content: refusal, allowed_mentions: { parse: [] } },
    });
  };

  const handOver = async (message: InboundMessage): Promise<void> => {
    try {
      await onMessage(message);
    } catch (error) {
      const posted = await post(message);
      await posted.finish(failureReply(error, message));
    }
  };

  const limitsOf = (message: InboundMessage): UploadLimits => {
    const { guild, limit, private: isPrivate } = originOf(message);
    const { premiumTier } = (!isPrivate && client.guilds.cache.get(guild)) || { premiumTier: GuildPremiumTier.None };
    const file = delivery.usesToken(message) ? Number(limit) : UPLOAD_BYTES[premiumTier];
    return { file, message: file * LIMITS.attachments };
  };

  const payloadOf = async (message: InboundMessage, reply: Reply, limits: UploadLimits) => {
    const { files, notes } = await fitUploads(reply, limits, options.shrinkPicture, options.links?.linkTo);
    const owner = ownerOf(message);
    return {
      container: replyContainer(reply, { owner, indices: options.indices, uploads: files, notes }),
      files: [...files.values()].flat(),
    };
  };

  const postedReply = (message: InboundMessage, posted: Posted): PostedReply => {
    const sentences: string[] = [];
    const progress = paced(options.progressPauseMs ?? PROGRESS_PAUSE_MS, async (working: Working) => {
      await delivery.edit(message, posted, { container: workingContainer(working), files: [] }).catch((error) => {
        log.debug({ err: error, message: message.id }, 'progress could not be shown');
      });
    });
    const finished = unfinished.add(async (signal) => {
      await progress.stop();
      const container = interruptedContainer(languageOf(message));
      await delivery.edit(message, posted, { container, files: [] }, signal);
    });
    return {
      handle: JSON.stringify(posted),
      async update(step) {
        if (step.sentence) sentences.push(step.sentence);
        progress.push(workingOf(message, step, [...sentences]));
      },
      async finish(reply) {
        await progress.stop();
        try {
          await delivery.finish(message, posted, await payloadOf(message, reply, limitsOf(message)));
        } catch (error) {
          // Whatever Discord takes in general, it takes less here.
          if (!(error instanceof DiscordAPIError || error instanceof HTTPError) || error.status !== 413) throw error;
          log.info({ message: message.id }, 'too large for Discord, sent smaller');
          const least = { file: LIMITS.fileBytes, message: LIMITS.messageBytes };
          await delivery.finish(message, posted, await payloadOf(message, reply, least));
        }
        finished();
      },
    };
  };

  const post = async (message: InboundMessage): Promise<PostedReply> => {
    const working = workingOf(message, { stage: 'queued', done: 0, total: 0 }, []);
    return postedReply(message, await delivery.post(message, { container: workingContainer(working), files: [] }));
  };

  return {
    platform: 'discord',

    async start(handler) {
      onMessage = handler;
      await options.links?.start();
      client.ws.on(
        GatewayDispatchEvents.InteractionCreate,
        (interaction: PlacedInteraction | { type: InteractionType.Ping; id: string }) => {
          if (interaction.type === InteractionType.Ping || !seen.isNew(interaction.id)) return;
          handled(onInteraction(interaction));
        },
      );
      client.ws.on(GatewayDispatchEvents.MessageCreate, (event: GatewayMessageCreateDispatchData) => {
        if (event.author.bot || !seen.isNew(event.id)) return;
        handled(onText(event));
      });
      // Whoever removes us takes back what was said there. An outage is another event.
      client.on(Events.GuildDelete, ({ id }) =>
        handled(
          options.memory
            .forget({ prefix: `discord:${id}:` })
            .then((conversations) => log.info({ conversations }, 'removed from a server')),
        ),
      );
      await connect(client, options.token);
      const application = client.application!.id;
      const written = await registerCommands(client.rest, application, commandsFor(options.indices));
      for (const { event } of await options.inbox.left('discord:')) handled(takeUp(event as PlacedInteraction));
      log.info(
        { servers: client.guilds.cache.size, commandsWritten: written, invite: inviteLink(application) },
        'connected',
      );
    },

    post,

    async resume(message, handle) {
      return postedReply(message, JSON.parse(handle) as Posted);
    },

    async download(file, path, limitBytes, signal) {
      const { url, channel, message, attachment } = JSON.parse(file.source) as FileSource;
      const renew = async (): Promise<string | null> => {
        if (!channel || !message) return null;
        const found = (await client.rest
          .get(Routes.channelMessage(channel, message))
          .catch(() => null)) as APIMessage | null;
        return (found && filesOf(found).find(({ id }) => id === attachment)?.url) ?? null;
      };
      await downloadFile({ url, origins, renew }, path, limitBytes, signal);
    },

    async stop() {
      // The client forgets its token when it is destroyed, and what is being handed over may still need it.
      await Promise.all(busy);
      await unfinished.interrupt();
      await client.destroy();
      await options.links?.stop();
      await Promise.all(busy);
    },
  };
}

const inboxId = ({ id }: { readonly id: string }): string => `discord:${id}`;

/** Our response becomes the answer. */
const isDeferred = ({ response }: Decision): boolean =>
  response.type === InteractionResponseType.DeferredChannelMessageWithSource;

/** Ids of the newest events: Discord replays some of them when a connection is taken up again. */
class Seen {
  readonly #ids = new Set<string>();

  isNew(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > MAX_SEEN) this.#ids.delete(this.#ids.values().next().value!);
    return true;
  }
}

const MAX_SEEN = 5_000;

/** Where a message was written, and what we may do there. */
async function locate(
  client: Client,
  event: GatewayMessageCreateDispatchData,
): Promise<{ place: MessagePlace; permissions: string | undefined }> {
  // A direct message tells everything itself; an archived thread is not among the channels we are told of.
  const channel = event.guild_id
    ? (client.channels.cache.get(event.channel_id) ?? (await client.channels.fetch(event.channel_id).catch(() => null)))
    : null;
  const thread = channel?.isThread() ? channel : null;
  const me = client.user!.id;
  const permissions =
    channel && 'permissionsFor' in channel ? channel.permissionsFor(me)?.bitfield.toString() : undefined;
  return {
    place: {
      parent: thread ? (thread.parentId ?? '') : null,
      ourThread: thread?.ownerId === me,
      mayThread: canThread(channel?.type, permissions),
      ourRole: event.guild_id ? client.guilds.cache.get(event.guild_id)?.roles.botRoleFor(me)?.id : undefined,
    },
    permissions,
  };
}

/** Of one file, by how much a server is boosted. */
const UPLOAD_BYTES: Readonly<Record<GuildPremiumTier, number>> = {
  [GuildPremiumTier.None]: LIMITS.fileBytes,
  [GuildPremiumTier.Tier1]: LIMITS.fileBytes,
  [GuildPremiumTier.Tier2]: 50 * 2 ** 20,
  [GuildPremiumTier.Tier3]: 100 * 2 ** 20,
};

const ownerOf = ({ author }: InboundMessage): string => author.id.slice('discord:'.length);

const workingOf = (message: InboundMessage, progress: Progress, sentences: readonly string[]): Working => ({
  progress,
  sentences,
  language: languageOf(message),
  owner: ownerOf(message),
});

function failureReply(error: unknown, message: InboundMessage): Reply {
  const expected = expectedFailure(error);
  const incident = expected ? '' : reportIncident(error, { message: message.id });
  return {
    blocks: [{ kind: 'text', voice: 'plain', text: replyFor(error, incident) }],
    language: languageOf(message),
    plans: [],
    facts: [],
    failure: expected ? { code: expected.code } : { code: 'unexpected', incident },
  };
}
