import {
  type APIApplication,
  ApplicationFlags,
  DiscordAPIError,
  GatewayCloseCodes,
  REST,
  type RESTPostAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js';
import { refusal } from './connection.ts';
import { areRegistered } from './register-commands.ts';

/** What Discord itself says of a bot. */
export interface DiscordAnswer {
  /** Name of the application. */
  readonly application: string;
  /** Its commands are ours, as they are now. */
  readonly commandsAreOurs: boolean;
}

/**
 * Asks Discord what the token is good for; changes nothing there.
 *
 * @param apiUrl  undefined = Discord's own
 * @throws {UserFacingError} `wrong-usage` when Discord refuses the token, or does not grant the message content intent that
 *   `messageContent` says it does
 */
export async function askDiscord(
  token: string,
  { messageContent, apiUrl }: { readonly messageContent: boolean; readonly apiUrl: string | undefined },
  commands: readonly RESTPostAPIApplicationCommandsJSONBody[],
): Promise<DiscordAnswer> {
  const rest = new REST({ retries: 1, timeout: 10_000, ...(apiUrl ? { api: apiUrl } : {}) }).setToken(token);
  const { id, name, flags } = await applicationOf(rest);
  if (messageContent && (flags & READS_ALL) === 0) throw refusal(GatewayCloseCodes.DisallowedIntents);
  return { application: name, commandsAreOurs: await areRegistered(rest, id, commands) };
}

async function applicationOf(rest: REST): Promise<Pick<APIApplication, 'id' | 'name' | 'flags'>> {
  try {
    return (await rest.get(Routes.currentApplication())) as APIApplication;
  } catch (error) {
    if (!(error instanceof DiscordAPIError) || error.status !== 401) throw error;
    throw refusal(GatewayCloseCodes.AuthenticationFailed);
  }
}

/** Granted after a review, or, to a bot in fewer than a hundred servers, by a switch. */
const READS_ALL = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;
