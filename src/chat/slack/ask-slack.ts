import { UserFacingError } from '../../errors.ts';
import { BOT_SCOPES } from './installations.ts';
import { patientAndNot, platformError, singleWorkspace } from './workspaces.ts';

/** What Slack itself says of an app's tokens. */
export interface SlackAnswer {
  /** Name of the workspace. */
  readonly workspace: string;
  /** Scopes without which something fails. */
  readonly missing: readonly string[];
  /** It may read what is said in channels, and not only what mentions it. */
  readonly readsChannels: boolean;
}

/** Only `manifest.mention-only.json` leaves them out, on purpose: all of them together. */
const OF_CHANNELS = ['channels:history', 'groups:history', 'mpim:history'];

/**
 * Asks Slack what the tokens are good for; changes nothing there.
 *
 * @param appToken  undefined = not Socket Mode
 * @param apiUrl  undefined = Slack's own
 * @throws {UserFacingError} `permission-missing` when Slack does not accept a token; what else fails is the network's error
 */
export async function askSlack(
  token: string,
  appToken: string | undefined,
  apiUrl: string | undefined,
): Promise<SlackAnswer> {
  const { impatient } = await singleWorkspace(token, apiUrl).of('');
  const { team = '', response_metadata } = await impatient.auth.test();
  const granted = response_metadata?.scopes ?? [];
  if (appToken !== undefined) await openSocket(appToken, apiUrl);
  const readsChannels = OF_CHANNELS.some((scope) => granted.includes(scope));
  const needed = readsChannels ? BOT_SCOPES : BOT_SCOPES.filter((scope) => !OF_CHANNELS.includes(scope));
  return { workspace: team, missing: needed.filter((scope) => !granted.includes(scope)), readsChannels };
}

/** The address that Slack gives us for a socket is not used: it counts only once it is. */
async function openSocket(appToken: string, apiUrl: string | undefined): Promise<void> {
  const { impatient: app } = patientAndNot(appToken, apiUrl);
  try {
    await app.apps.connections.open();
  } catch (cause) {
    if (platformError(cause) === null) throw cause;
    throw new UserFacingError(
      'permission-missing',
      `Slack does not accept SLACK_APP_TOKEN (${platformError(cause)}). Make one with the scope connections:write (Basic Information → App-Level Tokens), and switch Socket Mode on.`,
      { cause },
    );
  }
}
