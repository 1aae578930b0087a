import type { Installation, InstallationStore } from '@slack/bolt';
import type { Secrets } from '../../domain/secrets.ts';
import { UserFacingError } from '../../errors.ts';
import { patientAndNot, type Workspace, type Workspaces } from './workspaces.ts';

/** Workspaces that installed the app by themselves, over OAuth. What Slack gave us for each is kept sealed, by team. */
export interface Installations extends Workspaces {
  /** Where Bolt's install routes put an installation. */
  readonly store: InstallationStore;
}

/** What an install asks for: the bot scopes of `deploy/slack/manifest.http.json`. */
export const BOT_SCOPES = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'im:history',
  'mpim:history',
  'users:read',
];

/**
 * Nothing is acknowledged before it is known whose it is, and the database may have twenty messages to write: who was asked
 * for just now is remembered. Not for long: another process may have been told otherwise.
 */
const REMEMBERED_MS = 60_000;

export function createInstallations(secrets: Secrets, apiUrl: string | undefined): Installations {
  const remembered = new Map<string, Promise<Installation<'v2', false>>>();
  /** Clients by token: each has its own queue, and a new token gets a new one. */
  const known = new Map<string, Workspace>();

  const fetch = (team: string): Promise<Installation<'v2', false>> => {
    const found = remembered.get(team);
    if (found) return found;
    const reading = read(team);
    remembered.set(team, reading);
    const forget = (): void => {
      if (remembered.get(team) === reading) remembered.delete(team);
    };
    reading.catch(forget);
    setTimeout(forget, REMEMBERED_MS).unref();
    return reading;
  };

  const read = async (team: string): Promise<Installation<'v2', false>> => {
    const kept = await secrets.get(nameOf(team));
    if (kept) return JSON.parse(kept);
    throw new UserFacingError('permission-missing', 'The app is not installed in this Slack workspace (any more).');
  };

  return {
    async of(team) {
      const { bot } = await fetch(team);
      if (!bot) throw new Error(`the installation in ${team} has no bot`);
      let workspace = known.get(bot.token);
      if (!workspace) {
        workspace = { team, botUser: bot.userId, botId: bot.id, token: bot.token, ...patientAndNot(bot.token, apiUrl) };
        known.set(bot.token, workspace);
      }
      return workspace;
    },

    // Each workspace is checked when it is installed, and may come and go.
    check: async () => undefined,

    async leave(team) {
      await secrets.delete(nameOf(team));
      remembered.delete(team);
      for (const [token, workspace] of known) if (workspace.team === team) known.delete(token);
    },

    store: {
      async storeInstallation(installation) {
        // The manifest does not offer it.
        if (!installation.team) throw new Error('the app is installed by workspace, not for a whole organisation');
        await secrets.put(nameOf(installation.team.id), JSON.stringify(installation));
        remembered.delete(installation.team.id);
      },
      fetchInstallation: ({ teamId }) => fetch(teamId ?? ''),
    },
  };
}

const nameOf = (team: string): string => `slack:installation:${team}`;
