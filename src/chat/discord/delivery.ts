import {
  type APIComponentInContainer,
  type APIContainerComponent,
  DiscordAPIError,
  MessageFlags,
  type REST,
  RESTJSONErrorCodes,
  type RESTPostAPIChannelMessageResult,
  type RESTPostAPICurrentUserCreateDMChannelResult,
  Routes,
} from 'discord.js';
import type { InboundMessage } from '../../domain/message.ts';
import { logOf } from '../../log.ts';
import { LIMITS, TOKEN_MS } from './limits.ts';
import { type Origin, originOf } from './origin.ts';
import { TEXTS } from './texts.ts';
import type { FittedFile } from './upload.ts';

const log = logOf('discord');

export interface Payload {
  readonly container: APIContainerComponent;
  readonly files: readonly FittedFile[];
}

/** A message of ours that can still change. */
export interface Posted {
  readonly channel: string;
  /** `@original` = the response to the interaction, as long as nothing better is known. */
  readonly message: string;
}

/** Posts and edits messages: through the interaction's token as long as it is good, afterwards as an ordinary member. */
export class Delivery {
  readonly #rest: REST;
  readonly #now: () => number;
  /** Threads known to exist, by the message they hang under. */
  readonly #threads = new Set<string>();

  constructor(rest: REST, now: () => number = Date.now) {
    this.#rest = rest;
    this.#now = now;
  }

  /** Show `payload` for the first time, where the message was asked. */
  async post(message: InboundMessage, payload: Payload): Promise<Posted> {
    const origin = originOf(message);
    // After a crash between posting and noting that we did, Discord recognises the second attempt by its nonce.
    const nonce = { nonce: message.id.slice(-25), enforce_nonce: true };
    if (origin.reply) {
      const posted = { channel: origin.channel, message: origin.reply };
      try {
        await this.edit(message, posted, payload);
      } catch (error) {
        // Nothing can be shown there any more; the answer will be sent directly.
        if (error instanceof TokenExpired) return posted;
        if (!isGone(error) || origin.private || !origin.present) throw error;
        return this.#create(origin.channel, payload, nonce);
      }
      if (origin.mayThread) await this.#startThread(origin);
      return posted;
    }
    if (origin.mayThread && (await this.#startThread(origin))) {
      try {
        return await this.#create(origin.root, payload, nonce);
      } catch (error) {
        // Locked, for example.
        if (!(error instanceof DiscordAPIError)) throw error;
        log.info({ err: error, channel: origin.channel }, 'could not write in a thread');
      }
    }
    const reference = { message_id: origin.root, channel_id: origin.channel, fail_if_not_exists: false };
    return this.#create(origin.channel, payload, { ...nonce, ...(origin.root && { message_reference: reference }) });
  }

  /** Whether an edit now goes through the interaction's token. */
  usesToken(message: InboundMessage): boolean {
    const { token, reply } = originOf(message);
    return token !== '' && reply !== '' && this.#now() - message.sentAt < TOKEN_MS;
  }

  /** Replace what a message shows. @param signal aborts it, also while a rate limit is waited out */
  async edit(
    message: InboundMessage,
    { channel, message: id }: Posted,
    payload: Payload,
    signal?: AbortSignal,
  ): Promise<void> {
    const origin = originOf(message);
    const request = { body: bodyOf(payload), files: filesOf(payload), signal };
    if (this.usesToken(message)) {
      await this.#rest.patch(Routes.webhookMessage(origin.application, origin.token, '@original'), {
        ...request,
        auth: false,
      });
      return;
    }
    if (origin.private || !origin.present) throw new TokenExpired();
    await this.#rest.patch(Routes.channelMessage(channel, id), request);
  }

  /** Replace progress by the answer; where that cannot be done any more, post it anew. */
  async finish(message: InboundMessage, posted: Posted, payload: Payload): Promise<void> {
    try {
      await this.edit(message, posted, payload);
    } catch (error) {
      const origin = originOf(message);
      if (error instanceof TokenExpired) return this.#sendDirectly(message, payload);
      if (!isGone(error) || origin.private || !origin.present) throw error;
      log.info({ message: message.id }, 'the message with the progress cannot be changed, the answer is a new one');
      await this.#postAnew(message, posted.channel, payload);
    }
  }

  /** In an archived thread a new message opens it again; where the channel is gone or locked, the person is told directly. */
  async #postAnew(message: InboundMessage, channel: string, payload: Payload): Promise<void> {
    try {
      await this.#create(channel, payload, {});
    } catch (error) {
      if (!isGone(error) && !isRefused(error)) throw error;
      log.info({ err: error, message: message.id }, 'answered directly');
      await this.#create(await directChannel(this.#rest, userOf(message)), payload, {});
    }
  }

  async #create(channel: string, payload: Payload, more: object): Promise<Posted> {
    const { id } = (await this.#rest.post(Routes.channelMessages(channel), {
      body: { ...bodyOf(payload), ...more },
      files: filesOf(payload),
    })) as RESTPostAPIChannelMessageResult;
    return { channel, message: id };
  }

  /** @returns false when there can be none: then the answer is a reply in the channel */
  async #startThread({ channel, root, title }: Origin): Promise<boolean> {
    if (this.#threads.has(root)) return true;
    try {
      await this.#rest.post(Routes.threads(channel, root), { body: { name: title, auto_archive_duration: DAY_MIN } });
    } catch (error) {
      if (!(error instanceof DiscordAPIError) || error.code !== RESTJSONErrorCodes.ThreadAlreadyCreatedForMessage) {
        log.info({ err: error, channel }, 'could not start a thread');
        return false;
      }
    }
    this.#threads.add(root);
    return true;
  }

  /** A private answer whose 15 minutes are over may be shown to nobody else. */
  async #sendDirectly(message: InboundMessage, payload: Payload): Promise<void> {
    const origin = originOf(message);
    const texts = TEXTS[message.language ?? 'en'];
    try {
      const id = await directChannel(this.#rest, userOf(message));
      await this.#create(id, { ...payload, container: withFirst(payload.container, texts.late) }, {});
    } catch (error) {
      if (!(error instanceof DiscordAPIError) || !origin.present) throw error;
      log.info({ err: error }, 'a late private answer could not be sent directly');
      await this.#create(
        origin.channel,
        { container: withFirst({ type: 17, components: [] }, texts.lateWhere), files: [] },
        {},
      );
    }
  }
}

/** Where we talk with one person. */
export async function directChannel(rest: REST, user: string): Promise<string> {
  const { id } = (await rest.post(Routes.userChannels(), {
    body: { recipient_id: user },
  })) as RESTPostAPICurrentUserCreateDMChannelResult;
  return id;
}

const userOf = ({ author }: InboundMessage): string => author.id.slice('discord:'.length);

/** The interaction's token is no longer good, and nothing else may show the answer here. */
class TokenExpired extends Error {}

const DAY_MIN = 1_440;

function isGone(error: unknown): boolean {
  return (
    error instanceof DiscordAPIError &&
    (error.code === RESTJSONErrorCodes.UnknownMessage ||
      error.code === RESTJSONErrorCodes.UnknownChannel ||
      error.code === RESTJSONErrorCodes.InvalidActionOnArchivedThread ||
      error.code === RESTJSONErrorCodes.UnknownWebhook ||
      error.code === RESTJSONErrorCodes.InvalidWebhookToken)
  );
}

/** We may not write there, however often we ask. */
function isRefused(error: unknown): boolean {
  return (
    error instanceof DiscordAPIError &&
    (error.code === RESTJSONErrorCodes.MissingPermissions || error.code === RESTJSONErrorCodes.MissingAccess)
  );
}

function withFirst(container: APIContainerComponent, content: string): APIContainerComponent {
  const first: APIComponentInContainer = { type: 10, content: `-# ${content}` };
  const components = container.components.slice(0, LIMITS.components - 2);
  return { ...container, components: [first, ...components] };
}

function bodyOf({ container, files }: Payload): object {
  return {
    flags: MessageFlags.IsComponentsV2,
    components: [container],
    // Whatever is not listed is taken away.
    attachments: files.map(({ name, description }, id) => ({ id, filename: name, description })),
    // Nobody is ever pinged by an answer.
    allowed_mentions: { parse: [] },
  };
}

const filesOf = ({ files }: Payload) =>
  files.map(({ name, bytes, mediaType }) => ({
    name,
    data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    contentType: mediaType,
  }));
