import type { SlackOptions } from '../chat/slack/adapter.ts';
import type { Config } from '../config.ts';
import type { Memory } from '../domain/memory.ts';
import type { ChatAdapter } from '../domain/message.ts';
import { UserFacingError } from '../errors.ts';

/**
 * Slack as configured, or null when it is not. Loaded only where it is used: its library is large.
 *
 * @throws {UserFacingError} when a setting is missing that the mode needs
 */
export async function slackAdapter(config: Config): Promise<((memory: Memory) => ChatAdapter) | null> {
  const token = config.SLACK_BOT_TOKEN;
  if (!token) return null;
  const connection = connectionOf(config);
  const { createSlackAdapter } = await import('../chat/slack/adapter.ts');
  return (memory) =>
    createSlackAdapter({
      token,
      connection,
      apiUrl: config.SLACK_API_URL,
      memory,
      privacy: { retentionDays: config.RETENTION_DAYS, reader: config.LLM ?? null },
    });
}

function connectionOf(config: Config): SlackOptions['connection'] {
  if (config.SLACK_MODE === 'http') {
    if (!config.SLACK_SIGNING_SECRET) throw missing('SLACK_SIGNING_SECRET (Basic Information → App Credentials)');
    return { mode: 'http', signingSecret: config.SLACK_SIGNING_SECRET, port: config.SLACK_PORT };
  }
  if (!config.SLACK_APP_TOKEN) {
    throw missing('SLACK_APP_TOKEN (Basic Information → App-Level Tokens, scope connections:write)');
  }
  return { mode: 'socket', appToken: config.SLACK_APP_TOKEN };
}

const missing = (what: string): UserFacingError =>
  new UserFacingError('wrong-usage', `SLACK_BOT_TOKEN is set, but Slack also needs ${what}.`);
