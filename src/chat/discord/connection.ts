import { Client, Events, GatewayCloseCodes, GatewayIntentBits, Options } from 'discord.js';
import { UserFacingError } from '../../errors.ts';
import { logOf } from '../../log.ts';

const log = logOf('discord');

export interface ConnectionOptions {
  /** Address of the REST API when not Discord's own, without the version: `http://127.0.0.1:8000/api`. */
  readonly apiUrl?: string | undefined;
  /** The message content intent is granted. */
  readonly messageContent: boolean;
  /** Gateway connections. */
  readonly shards: number | 'auto';
}

/** The client, not connected. It keeps servers, channels and roles, because permissions follow from them, and nothing else. */
export function createClient({ apiUrl, messageContent, shards }: ConnectionOptions): Client {
  const { Guilds, GuildMessages, DirectMessages, MessageContent } = GatewayIntentBits;
  const client = new Client({
    intents: [Guilds, GuildMessages, DirectMessages, ...(messageContent ? [MessageContent] : [])],
    ...(shards === 'auto' ? { shards: 'auto' as const } : { shardCount: shards }),
    allowedMentions: { parse: [] },
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, MessageManager: 0, ReactionManager: 0 }),
    ...(apiUrl ? { rest: { api: apiUrl } } : {}),
  });
  client.on(Events.Error, (error) => log.error({ err: error }, 'discord'));
  client.on(Events.Warn, (warning) => log.warn({ warning }, 'discord'));
  client.on(Events.ShardReconnecting, (shard) => log.info({ shard }, 'reconnecting'));
  client.on(Events.ShardResume, (shard, replayed) => log.info({ shard, replayed }, 'resumed'));
  client.rest.on('rateLimited', ({ route, retryAfter, global }) =>
    log.info({ route, retryAfter, global }, 'rate limited'),
  );
  return client;
}

/**
 * Connect, and wait until the servers are known.
 * @throws {UserFacingError} `wrong-usage` when Discord refuses the token or an intent
 */
export async function connect(client: Client, token: string): Promise<void> {
  const refused = new Promise<never>((_, reject) => {
    client.once(Events.ShardDisconnect, ({ code }) => reject(refusal(code)));
  });
  const ready = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()));
  const login = client.login(token).then(() => ready);
  try {
    await Promise.race([login, refused]);
  } catch (error) {
    login.catch(() => undefined);
    refused.catch(() => undefined);
    await client.destroy();
    if (error instanceof Error && 'code' in error && error.code === 'TokenInvalid')
      throw refusal(GatewayCloseCodes.AuthenticationFailed);
    if (error instanceof Error && 'status' in error && error.status === 401)
      throw refusal(GatewayCloseCodes.AuthenticationFailed);
    throw error;
  }
  refused.catch((error) => log.fatal({ err: error }, 'Discord has closed the connection for good'));
}

/** What a close code means for whoever set up the bot, and what to do. */
export function refusal(code: number): UserFacingError {
  const reply = REFUSALS[code] ?? `Discord closed the connection with code ${code}.`;
  return new UserFacingError('wrong-usage', reply);
}

const REFUSALS: Readonly<Record<number, string>> = {
  [GatewayCloseCodes.AuthenticationFailed]:
    'Discord refuses the token in DISCORD_TOKEN. Make a new one: Developer Portal, your application, Bot, Reset Token.',
  [GatewayCloseCodes.DisallowedIntents]:
    'Discord does not grant the message content intent. Switch it on (Developer Portal, your application, Bot), or set DISCORD_MESSAGE_CONTENT=false.',
  [GatewayCloseCodes.ShardingRequired]:
    'This bot is in too many servers for so few connections. Set DISCORD_SHARDS=auto.',
  [GatewayCloseCodes.InvalidShard]: 'Discord refuses the number of connections in DISCORD_SHARDS. Set it to auto.',
};
