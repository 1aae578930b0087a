import {
  type APIAttachment,
  type APIInteraction,
  type APIMessage,
  ChannelType,
  type GatewayMessageCreateDispatchData,
  InteractionContextType,
  type InteractionType,
  MessageFlags,
  MessageType,
} from 'discord.js';
import type { InboundMessage, RemoteFile } from '../../domain/message.ts';
import type { Plan } from '../../domain/plan.ts';
import { sceneLinks, withoutSceneLinks } from '../../domain/scene-link.ts';
import { cleanText, cutText } from '../clean-text.ts';
import { LIMITS } from './limits.ts';
import { type Origin, timeOf } from './origin.ts';
import { mayStartThreads } from './permissions.ts';
import { languageOfLocale } from './texts.ts';

/** Interactions that come from a person and a place; a ping has neither. */
export type PlacedInteraction = Exclude<APIInteraction, { type: InteractionType.Ping }>;

/** What a person wants, whichever way they said it. */
export interface Request {
  readonly text: string;
  readonly files: readonly RemoteFile[];
  readonly plans?: readonly Plan[];
  /** A conversation of its own begins, in a thread where there can be one. */
  readonly begins: boolean;
  /** Only the person who asked sees the answer. */
  readonly private: boolean;
  /** A button, menu or form of a message that stays as it is. */
  readonly pressed: boolean;
}

/** Where an interaction takes place. */
export interface Place {
  readonly guild: string;
  readonly channel: string;
  /** The channel of a thread; null = this is no thread. */
  readonly parent: string | null;
  /** We are a member: we can post here without a token. */
  readonly present: boolean;
  readonly direct: boolean;
  /** Messages here can have threads, and we may start them and write in them. */
  readonly mayThread: boolean;
}

/** Whether a message of this channel can get a thread of ours. */
export const canThread = (type: ChannelType | undefined, permissions: string | undefined): boolean =>
  (type === ChannelType.GuildText || type === ChannelType.GuildAnnouncement) && mayStartThreads(permissions);

export function placeOf(interaction: PlacedInteraction): Place {
  const { guild_id, channel, context, authorizing_integration_owners: owners } = interaction;
  const direct = guild_id === undefined;
  const thread = channel !== undefined && isThread(channel.type);
  return {
    guild: guild_id ?? '@me',
    channel: channel?.id ?? '',
    parent: thread ? ('parent_id' in channel! && channel.parent_id) || '' : null,
    // '0' is the installation in a server, or in the direct messages with us.
    present: direct ? context === InteractionContextType.BotDM : owners['0'] !== undefined,
    direct,
    mayThread: canThread(channel?.type, interaction.app_permissions),
  };
}

/**
 * An interaction as a message.
 *
 * @param reply  id of our deferred response; null when there is none, because a button was pressed
 */
export function toInbound(interaction: PlacedInteraction, request: Request, reply: string | null): InboundMessage {
  const place = placeOf(interaction);
  const user = (interaction.member?.user ?? interaction.user)!;
  const root = rootOf(interaction, request, reply, place);
  const origin: Origin = {
    token: interaction.token,
    application: interaction.application_id,
    channel: place.channel,
    reply: reply ?? '',
    root,
    mayThread: place.mayThread && place.present && !request.private && root ? '1' : '',
    private: request.private ? '1' : '',
    present: place.present ? '1' : '',
    limit: String(interaction.attachment_size_limit ?? LIMITS.fileBytes),
    guild: interaction.guild_id ?? '',
    title: titleOf(request),
  };
  return {
    id: `discord:${interaction.id}`,
    conversation: conversationOf(place, request.private, user.id, root),
    platform: 'discord',
    author: { id: `discord:${user.id}`, name: nameOf(user) },
    text: request.text,
    files: request.files,
    ...(request.plans ? { plans: request.plans } : {}),
    language: languageOfLocale('locale' in interaction ? interaction.locale : undefined),
    sentAt: timeOf(interaction.id),
    origin,
  };
}

/** Ids are `platform:workspace:channel:thread`; a thread has the id of the message it hangs under. */
function conversationOf(place: Place, isPrivate: boolean, user: string, root: string): string {
  const { guild, channel, parent, present, direct } = place;
  if (direct && present) return `discord:@me:${channel}:dm`;
  // Where nobody else can follow, everybody has a conversation of their own.
  if (isPrivate || !present || (parent === null && !root)) return `discord:${guild}:${channel}:u${user}`;
  return parent === null ? `discord:${guild}:${channel}:${root}` : `discord:${guild}:${parent}:${channel}`;
}

/** The message under which this conversation hangs in a channel. */
function rootOf(interaction: PlacedInteraction, request: Request, reply: string | null, place: Place): string {
  if (place.direct || place.parent !== null || request.private) return '';
  if (request.begins) return reply ?? '';
  return 'message' in interaction && interaction.message ? rootOfMessage(interaction.message) : '';
}

/** A response begins a conversation, though it may refer to the message that was analysed; other messages of ours reply to it. */
const rootOfMessage = ({ id, interaction_metadata, message_reference }: APIMessage): string =>
  interaction_metadata ? id : (message_reference?.message_id ?? id);

/** The fields of a message that we read. */
export type MessageEvent = Pick<
  GatewayMessageCreateDispatchData,
  | 'id'
  | 'type'
  | 'channel_id'
  | 'guild_id'
  | 'author'
  | 'content'
  | 'attachments'
  | 'mentions'
  | 'mention_roles'
  | 'message_snapshots'
  | 'webhook_id'
  | 'referenced_message'
  | 'message_reference'
>;

/** Where a message was written, as far as the message itself does not tell. */
export interface MessagePlace {
  /** The channel of a thread; null = this is no thread. */
  readonly parent: string | null;
  /** The thread was started by us. */
  readonly ourThread: boolean;
  readonly mayThread: boolean;
  /** The role that the server gave us when it installed us: people pick it for us, it has our name. */
  readonly ourRole?: string | undefined;
}

export interface Bot {
  readonly id: string;
  readonly application: string;
  /** Whether we get to read messages that do not mention us. */
  readonly messageContent: boolean;
}

/**
 * Is a person talking to us? `overheard`: in our own thread, where people may still talk to each other. Bots, ourselves
 * included, and notices of the platform are not, nor is what has neither words nor files: a sticker, a poll.
 */
export function addressedBy(
  event: MessageEvent,
  place: Pick<MessagePlace, 'ourThread' | 'ourRole'>,
  bot: Bot,
): 'always' | 'overheard' | 'no' {
  if (event.author.bot || event.author.system || event.webhook_id) return 'no';
  if (event.type !== MessageType.Default && event.type !== MessageType.Reply) return 'no';
  if (event.guild_id === undefined) {
    const isEmpty = event.content === '' && filesOf(event).length === 0 && forwardedLinks(event).length === 0;
    return isEmpty ? 'no' : 'always';
  }
  if (event.mentions.some(({ id }) => id === bot.id)) return 'always';
  if (place.ourRole !== undefined && event.mention_roles.includes(place.ourRole)) return 'always';
  if (!bot.messageContent || !place.ourThread) return 'no';
  if (event.referenced_message?.author.id === bot.id) return 'always';
  return event.mentions.length === 0 && event.mention_roles.length === 0 ? 'overheard' : 'no';
}

/** A message for us whose words and files we may not read, because it names our role and not us. */
export const isByRoleOnly = (event: MessageEvent, bot: Bot): boolean =>
  event.guild_id !== undefined && !bot.messageContent && !event.mentions.some(({ id }) => id === bot.id);

/**
 * A message for us, as an answer to somebody else's that we may not read: the scene that it is about lies there, unless it
 * brings one itself.
 */
export function isAboutHidden(event: MessageEvent, place: Pick<MessagePlace, 'parent'>, bot: Bot): boolean {
  const answered = event.referenced_message;
  if (bot.messageContent || event.guild_id === undefined || place.parent !== null || !answered) return false;
  const isReadable = answered.author.id === bot.id || filesOf(answered).length > 0 || answered.content !== '';
  return !isReadable && filesOf(event).length === 0 && sceneLinks(event.content).length === 0;
}

/** A message for us (`addressedBy`). */
export function fromMessage(event: MessageEvent, place: MessagePlace, bot: Bot): InboundMessage {
  const { id, author, channel_id: channel, guild_id } = event;
  const inChannel = guild_id !== undefined && place.parent === null;
  const answered = event.referenced_message ?? null;
  const root = !inChannel ? '' : answered?.author.id === bot.id ? rootOfMessage(answered) : id;
  // "@bot show vegetation" as a reply to a scene is about that scene.
  const own = toFiles(filesOf(event), channel, id);
  const theirs = answered && own.length === 0 ? toFiles(filesOf(answered), channel, answered.id) : [];
  const files = own.length > 0 || answered?.author.id === bot.id ? own : theirs;
  const text = [
    event.content.replaceAll(new RegExp(`<@(?:!?${bot.id}|&${place.ourRole})>`, 'g'), ' '),
    ...forwardedLinks(event),
  ]
    .join(' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  const origin: Origin = {
    token: '',
    application: bot.application,
    channel,
    reply: '',
    root,
    mayThread: place.mayThread && root ? '1' : '',
    private: '',
    present: '1',
    limit: '',
    guild: guild_id ?? '',
    title: titleOf({ text, files }),
  };
  return {
    id: `discord:${id}`,
    conversation:
      guild_id === undefined
        ? `discord:@me:${channel}:dm`
        : inChannel
          ? `discord:${guild_id}:${channel}:${root}`
          : `discord:${guild_id}:${place.parent}:${channel}`,
    platform: 'discord',
    author: { id: `discord:${author.id}`, name: nameOf(author) },
    text,
    files,
    sentAt: timeOf(id),
    origin,
    ...(addressedBy(event, place, bot) === 'overheard' ? { overheard: true } : {}),
  };
}

/** What of a message and of those that are forwarded in it we read. */
type Carrier = Pick<APIMessage, 'attachments' | 'message_snapshots'>;

export const filesOf = ({ attachments, message_snapshots: forwarded = [] }: Carrier): APIAttachment[] => [
  ...attachments,
  ...forwarded.flatMap(({ message }) => message.attachments),
];

/** Addresses of scenes in what is forwarded in a message. */
export const forwardedLinks = ({ message_snapshots: forwarded = [] }: Carrier): string[] =>
  forwarded.flatMap(({ message }) => sceneLinks(message.content).map(({ path }) => path));

/** `source` is the signed address, and after it the message from which a new one is to be had. */
export function toFiles(
  attachments: readonly Pick<APIAttachment, 'id' | 'filename' | 'size' | 'url'>[],
  channel = '',
  message = '',
): RemoteFile[] {
  return attachments.map(({ id, filename, size, url }) => ({
    id: `discord:${id}`,
    name: filename,
    source: JSON.stringify({ url, channel, message, attachment: id } satisfies FileSource),
    size,
  }));
}

export interface FileSource {
  readonly url: string;
  /** Empty where the file belongs to a command: then there is no message to ask again. */
  readonly channel: string;
  readonly message: string;
  readonly attachment: string;
}

export const isEphemeral = (message: Pick<APIMessage, 'flags'> | undefined): boolean =>
  ((message?.flags ?? 0) & MessageFlags.Ephemeral) !== 0;

export const isThread = (type: ChannelType): boolean =>
  type === ChannelType.PublicThread || type === ChannelType.PrivateThread || type === ChannelType.AnnouncementThread;

const nameOf = ({ global_name, username }: { global_name: string | null; username: string }): string =>
  cleanText(global_name ?? username);

function titleOf({ text, files }: Pick<Request, 'text' | 'files'>): string {
  const name = files[0]?.name ?? sceneLinks(text)[0]?.name;
  const words = [name, withoutSceneLinks(text)].filter(Boolean).join(' · ');
  return cutText(cleanText(words).replace(/\s+/g, ' '), LIMITS.threadName) || 'spex-chat';
}
