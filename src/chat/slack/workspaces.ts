import { webApi } from '@slack/bolt';
import { UserFacingError } from '../../errors.ts';
import { boltLogger } from './bolt-logger.ts';
import { PatientClient } from './patient-client.ts';
import type { Installed } from './translate.ts';

/** A workspace that the app is installed in, and how to speak to it. */
export interface Workspace extends Installed {
  readonly botId: string;
  readonly token: string;
  /** Waits when Slack asks it to, and tries again. */
  readonly client: webApi.WebClient;
  /** Does neither: for what can be done in another way at once. */
  readonly impatient: webApi.WebClient;
}

/** The workspaces we serve. */
export interface Workspaces {
  /** @throws {UserFacingError} when the app is not installed there */
  of(team: string): Promise<Workspace>;
  /** @throws {UserFacingError} when it is known already that nothing can work */
  check(): Promise<void>;
  /** The app was removed from a workspace: whatever opened it is deleted. */
  leave(team: string): Promise<void>;
}

/**
 * What every Web API client gets. Without `retryConfig` Socket Mode sets its own, 100 retries, on all clients that share
 * the object.
 *
 * @param apiUrl  undefined = Slack's own
 */
export function clientOptions(apiUrl: string | undefined): webApi.WebClientOptions {
  return {
    logger: boltLogger,
    retryConfig: { retries: 5, factor: 2, minTimeout: 300, maxTimeout: 5_000 },
    timeout: 30_000,
    maxRequestConcurrency: 10,
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
  };
}

/** The one workspace of a bot token. */
export function singleWorkspace(token: string, apiUrl: string | undefined): Workspaces {
  let known: Promise<Workspace> | null = null;
  return {
    of() {
      known ??= workspaceOf(token, apiUrl);
      known.catch(() => {
        known = null;
      });
      return known;
    },
    async check() {
      await this.of('');
    },
    // The token is the owner's, in the settings.
    leave: async () => undefined,
  };
}

export function patientAndNot(token: string, apiUrl: string | undefined): Pick<Workspace, 'client' | 'impatient'> {
  const options = clientOptions(apiUrl);
  return {
    client: new PatientClient(token, options),
    impatient: new webApi.WebClient(token, { ...options, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true }),
  };
}

/** @throws {UserFacingError} when Slack does not accept the token */
async function workspaceOf(token: string, apiUrl: string | undefined): Promise<Workspace> {
  const clients = patientAndNot(token, apiUrl);
  try {
    const { team_id, user_id, bot_id } = await clients.client.auth.test();
    return { team: team_id!, botUser: user_id!, botId: bot_id!, token, ...clients };
  } catch (cause) {
    if (platformError(cause) === null) throw cause;
    throw new UserFacingError(
      'permission-missing',
      'Slack does not accept SLACK_BOT_TOKEN. Copy the Bot User OAuth Token (xoxb-…) of the app again.',
      { cause },
    );
  }
}

/** Slack's word for why a call was refused (`missing_scope`), or null when it was not refused but failed. */
export function platformError(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('data' in error)) return null;
  const { data } = error;
  if (typeof data !== 'object' || data === null || !('error' in data)) return null;
  return typeof data.error === 'string' ? data.error : null;
}
