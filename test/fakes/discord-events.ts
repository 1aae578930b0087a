import type { Component } from './discord-rules.ts';
import type { DiscordServer, FakeMessage } from './discord-server.ts';

export const ADA = { id: '2000000000000000001', username: 'ada', discriminator: '0', global_name: 'Ada', avatar: null };
export const BOB = { id: '2000000000000000002', username: 'bob', discriminator: '0', global_name: 'Bob', avatar: null };
export const GUILD = '3000000000000000001';
export const CHANNEL = '4000000000000000001';
export const DM = '5000000000000000001';

type User = typeof ADA;

/** VIEW_CHANNEL, SEND_MESSAGES, EMBED_LINKS, ATTACH_FILES, READ_MESSAGE_HISTORY, CREATE_PUBLIC_THREADS, SEND_MESSAGES_IN_THREADS */
export const PERMISSIONS =
  (1n << 10n) | (1n << 11n) | (1n << 14n) | (1n << 15n) | (1n << 16n) | (1n << 35n) | (1n << 38n);

/** What a message says of the one that is forwarded in it. */
export const forwarding = (message: object, channel: string, id: string): object => ({
  message_reference: { type: 1, channel_id: channel, message_id: id },
  message_snapshots: [{ message }],
});

const BOT_ROLE = '7000000000000000001';

/** A server with one text channel, as it comes with GUILD_CREATE. */
export function guildPayload(server: DiscordServer, id = GUILD, channel = CHANNEL, permissions = PERMISSIONS): object {
  return {
    id,
    name: 'Field station',
    owner_id: ADA.id,
    premium_tier: 0,
    preferred_locale: 'en-US',
    roles: [
      {
        id,
        name: '@everyone',
        permissions: String(permissions),
        position: 0,
        color: 0,
        hoist: false,
        managed: false,
        mentionable: false,
        flags: 0,
      },
      // Made when it was installed: it has the bot's name, and people pick it for the bot.
      {
        id: BOT_ROLE,
        name: 'spex',
        permissions: '0',
        position: 1,
        color: 0,
        hoist: false,
        managed: true,
        mentionable: false,
        flags: 0,
        tags: { bot_id: server.bot.id },
      },
    ],
    channels: [{ id: channel, type: 0, name: 'maps', position: 0, permission_overwrites: [], guild_id: id }],
    members: [{ user: server.bot, roles: [], joined_at: '2026-01-01T00:00:00Z', deaf: false, mute: false, flags: 0 }],
    threads: [],
    emojis: [],
    stickers: [],
    features: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    member_count: 2,
    system_channel_flags: 0,
    verification_level: 0,
    nsfw_level: 0,
    mfa_level: 0,
    explicit_content_filter: 0,
    default_message_notifications: 0,
  };
}

export interface Where {
  readonly guild?: string | null;
  readonly channel?: string;
  /** The channel of a thread. */
  readonly parent?: string;
  readonly user?: User;
  readonly locale?: string;
  readonly permissions?: bigint;
  /** Bytes of one uploaded file. */
  readonly limit?: number;
  /** Of the person. */
  readonly moderator?: boolean;
  /** May manage the server. */
  readonly manager?: boolean;
  /** The bot is installed by the person, not in the server. */
  readonly userInstall?: boolean;
}

/** People in Discord: each method is something that one of them does. */
export class DiscordPeople {
  readonly #server: DiscordServer;

  constructor(server: DiscordServer) {
    this.#server = server;
  }

  /** An uploaded file, with its signed address. */
  attachment(filename: string, bytes: Buffer): Attachment {
    const id = this.#server.id();
    this.#server.attachments.set(id, { filename, bytes });
    const url = this.#server.urlOf(id);
    return { id, filename, size: bytes.length, url, proxy_url: url };
  }

  write(
    content: string,
    {
      mention = false,
      files = [],
      replyTo = null,
      role = false,
      forwarded = null,
      others = [],
      ...where
    }: Where & {
      mention?: boolean;
      files?: readonly Attachment[];
      replyTo?: object | null;
      /** The bot's role is mentioned. */
      role?: boolean;
      /** A message that is forwarded in this one. */
      forwarded?: { readonly content: string; readonly attachments: readonly Attachment[] } | null;
      /** People who are mentioned. */
      others?: readonly object[];
    } = {},
  ): string {
    const { guild = GUILD, channel = CHANNEL, user = ADA } = where;
    const id = this.#server.id();
    const mentions = [...(mention ? [this.#server.bot] : []), ...others] as { id: string }[];
    const toBot = guild === null || mentions.some((one) => one.id === this.#server.bot.id);
    // What does not name the bot itself comes empty, unless it may read everything.
    const isReadable = toBot || this.#server.allowMessageContent;
    this.#server.written.set(id, { attachments: files.map((file) => file.id), toBot });
    this.#server.dispatch('MESSAGE_CREATE', {
      id,
      type: replyTo ? 19 : 0,
      channel_id: guild === null ? DM : channel,
      ...(guild === null
        ? {}
        : {
            guild_id: guild,
            member: { roles: [], joined_at: '2026-01-01T00:00:00Z', deaf: false, mute: false, flags: 0 },
          }),
      author: user,
      content: isReadable ? `${mention ? `<@${this.#server.bot.id}> ` : role ? `<@&${BOT_ROLE}> ` : ''}${content}` : '',
      timestamp: new Date(this.#server.now()).toISOString(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions,
      mention_roles: role ? [BOT_ROLE] : [],
      attachments: isReadable ? files : [],
      embeds: [],
      pinned: false,
      ...(replyTo ? { referenced_message: replyTo } : {}),
      ...(forwarded ? forwarding(forwarded, CHANNEL, this.#server.id()) : {}),
    });
    return id;
  }

  /** `/name`; options that are attachments are given as such. */
  command(
    name: string,
    options: Readonly<Record<string, string | boolean | Attachment>> = {},
    where: Where = {},
  ): Sent {
    const given = Object.entries(options);
    const files = given.flatMap(([, value]) => (typeof value === 'object' ? [[value.id, value] as const] : []));
    return this.#interact(where, {
      type: 2,
      data: {
        id: '6000000000000000001',
        name,
        type: 1,
        options: given.map(([option, value]) =>
          typeof value === 'object'
            ? { name: option, type: 11, value: value.id }
            : { name: option, type: typeof value === 'boolean' ? 5 : 3, value },
        ),
        resolved: { attachments: Object.fromEntries(files) },
      },
    });
  }

  typing(name: string, option: string, value: string, where: Where = {}): Sent {
    return this.#interact(where, {
      type: 4,
      data: { id: '6000000000000000001', name, type: 1, options: [{ name: option, type: 3, value, focused: true }] },
    });
  }

  /** "Analyse scene" on a message with these files. */
  analyse(files: readonly Attachment[], where: Where = {}, content = ''): Sent {
    const target = this.#server.id();
    this.#server.written.set(target, { attachments: files.map((file) => file.id), toBot: false });
    const message = { ...this.#messagePayload(target, CHANNEL), attachments: files, content };
    return this.#interact(where, {
      type: 2,
      data: {
        id: '6000000000000000002',
        name: 'Analyse scene',
        type: 3,
        target_id: target,
        resolved: { messages: { [target]: message } },
      },
    });
  }

  /** Press the button with this label, or choose the option with this label. */
  press(message: FakeMessage, label: string, where: Where = {}): Sent {
    const all = componentsOf(message);
    const button = all.find((component) => component.type === 2 && component.label === label);
    const menu = all.find(({ options }) => options?.some((option) => option.label === label));
    if (!button && !menu) throw new Error(`nothing is called ${label}`);
    const value = menu?.options?.find((option) => option.label === label)?.value;
    return this.#interact(
      { channel: message.channel, ...where },
      {
        type: 3,
        message: this.#shownPayload(message),
        data: button
          ? { component_type: 2, custom_id: button.custom_id }
          : { component_type: 3, custom_id: menu!.custom_id, values: [value!] },
      },
      message.id,
    );
  }

  submit(message: FakeMessage, question: string, where: Where = {}): Sent {
    return this.#interact(
      { channel: message.channel, ...where },
      {
        type: 5,
        message: this.#shownPayload(message),
        data: {
          custom_id: 's1:ask:',
          components: [{ type: 18, id: 1, component: { type: 4, id: 2, custom_id: 'question', value: question } }],
        },
      },
      message.id,
    );
  }

  /** A message of ours, as it comes with a press. */
  #shownPayload({ id, channel, ephemeral, body }: FakeMessage): object {
    return {
      ...this.#messagePayload(id, channel),
      flags: ephemeral ? 64 : 0,
      ...(body.message_reference ? { message_reference: body.message_reference } : {}),
    };
  }

  #messagePayload(id: string, channel: string): object {
    return {
      id,
      type: 0,
      channel_id: channel,
      author: this.#server.bot,
      content: '',
      timestamp: new Date(this.#server.now()).toISOString(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      pinned: false,
      components: [],
    };
  }

  #interact(where: Where, more: object, source: string | null = null): Sent {
    const { guild = GUILD, user = ADA, locale = 'en-US', limit = 10 * 2 ** 20 } = where;
    const channel = guild === null ? DM : (where.channel ?? CHANNEL);
    const permissions = where.permissions ?? this.#server.permissionsIn(channel);
    const id = this.#server.id();
    const token = `tok${id}`;
    const thread = this.#server.threads.get(channel);
    const parent = where.parent ?? thread?.parent;
    this.#server.expect({ id, token, channel, source, limit });
    this.#server.dispatch('INTERACTION_CREATE', {
      id,
      application_id: this.#server.application,
      token,
      version: 1,
      locale,
      channel_id: channel,
      channel:
        guild === null
          ? { id: channel, type: 1 }
          : parent
            ? { id: channel, type: 11, parent_id: parent, name: 't' }
            : { id: channel, type: 0, name: 'maps' },
      context: guild === null ? 1 : 0,
      authorizing_integration_owners: where.userInstall ? { '1': user.id } : { '0': guild ?? '0' },
      app_permissions: String(permissions),
      attachment_size_limit: limit,
      entitlements: [],
      ...(guild === null
        ? { user }
        : {
            guild_id: guild,
            guild_locale: 'en-US',
            member: {
              user,
              roles: [],
              permissions: String(PERMISSIONS | (where.moderator ? 1n << 13n : 0n) | (where.manager ? 1n << 5n : 0n)),
              joined_at: '2026-01-01T00:00:00Z',
              deaf: false,
              mute: false,
              flags: 0,
            },
          }),
      ...more,
    });
    return { id, token };
  }
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly url: string;
  readonly proxy_url: string;
}

export interface Sent {
  readonly id: string;
  readonly token: string;
}

export function componentsOf(message: FakeMessage): Component[] {
  const flat = (components: readonly Component[]): Component[] =>
    components.flatMap((component) => [component, ...flat(component.components ?? [])]);
  return flat(message.body.components ?? []);
}

/** All words that a message shows. */
export function wordsOf(message: FakeMessage): string {
  return [message.body.content ?? '', ...componentsOf(message).map(({ content }) => content ?? '')]
    .filter(Boolean)
    .join('\n');
}
