import { hkdfSync } from 'node:crypto';
import type { SlackOptions } from '../chat/slack/adapter.ts';
import { type Config, encryptionKey } from '../config.ts';
import type { ChatAdapter } from '../domain/message.ts';
import { UserFacingError } from '../errors.ts';
import type { Kept } from '../main.ts';
import { createSecretStore } from '../stores/secret-store.ts';

/** Somebody wants Slack: one workspace by its token, or any workspace by OAuth. */
export const wantsSlack = (config: Config): boolean =>
  config.SLACK_BOT_TOKEN !== undefined || config.SLACK_CLIENT_ID !== undefined;

/** What the settings lack for the way in that they ask for, in words; empty = nothing. */
export function missingForSlack(config: Config): string[] {
  const { SLACK_MODE: mode, SLACK_BOT_TOKEN: token, SLACK_CLIENT_ID: client } = config;
  const needed: readonly [boolean, string][] = [
    [mode === 'socket' && !config.SLACK_APP_TOKEN, 'SLACK_APP_TOKEN (App-Level Tokens, scope connections:write)'],
    [mode === 'http' && !config.SLACK_SIGNING_SECRET, 'SLACK_SIGNING_SECRET (Basic Information → App Credentials)'],
    [client !== undefined && mode !== 'http', 'SLACK_MODE=http (workspaces install the app at an address of yours)'],
    [client !== undefined && !config.SLACK_CLIENT_SECRET, 'SLACK_CLIENT_SECRET (Basic Information → App Credentials)'],
    [client !== undefined && !config.SLACK_ENCRYPTION_KEY, 'SLACK_ENCRYPTION_KEY (openssl rand -base64 32)'],
    [
      client !== undefined && token !== undefined,
      'an empty SLACK_BOT_TOKEN (with SLACK_CLIENT_ID each workspace has its own)',
    ],
  ];
  return needed.filter(([lacks]) => lacks).map(([, what]) => what);
}

/**
 * Slack as configured, or null when it is not. Loaded only where it is used: its library is large.
 *
 * @throws {UserFacingError} when a setting is missing that the mode needs
 */
export async function slackAdapter(config: Config): Promise<((kept: Kept) => ChatAdapter) | null> {
  if (!wantsSlack(config)) return null;
  const missing = missingForSlack(config);
  if (missing.length > 0) throw new UserFacingError('wrong-usage', `Slack also needs ${missing.join(', and ')}.`);
  const { createSlackAdapter } = await import('../chat/slack/adapter.ts');
  return (kept) =>
    createSlackAdapter({
      connection: connectionOf(config, kept),
      apiUrl: config.SLACK_API_URL,
      memory: kept.memory,
      inbox: kept.inbox,
      privacy: { retentionDays: config.RETENTION_DAYS, reader: config.LLM ?? null },
    });
}

/** @param config  nothing is missing in it */
function connectionOf(config: Config, { database }: Kept): SlackOptions['connection'] {
  const token = config.SLACK_BOT_TOKEN!;
  if (config.SLACK_MODE === 'socket') return { mode: 'socket', appToken: config.SLACK_APP_TOKEN!, token };
  const http = { mode: 'http', signingSecret: config.SLACK_SIGNING_SECRET!, port: config.SLACK_PORT } as const;
  if (!config.SLACK_CLIENT_ID) return { ...http, access: { token } };
  const key = encryptionKey(config.SLACK_ENCRYPTION_KEY!);
  return {
    ...http,
    access: {
      clientId: config.SLACK_CLIENT_ID,
      clientSecret: config.SLACK_CLIENT_SECRET!,
      stateSecret: Buffer.from(hkdfSync('sha256', key, '', 'slack oauth state', 32)).toString('base64'),
      secrets: createSecretStore(database, key),
    },
  };
}
