import { logOf } from '../../log.ts';
import { LIMITS } from './limits.ts';
import type { Place } from './translate.ts';
import { platformError, type Workspace } from './workspaces.ts';

/** Slack's own display of an agent's work: a status with a Stop button, and suggestions where a conversation begins. */
export interface Agent {
  /** Work on a thread has begun. */
  working(place: Place, user: string): Promise<void>;
  /** It has ended, however. Slack does not do this by itself, not even after Stop. */
  idle(place: Place): Promise<void>;
  suggest(team: string, channel: string): Promise<void>;
}

/** Errors that mean "this workspace does not have agents"; asking again would cost a call for each message. */
const NOT_HERE = new Set([
  'unknown_method',
  'missing_scope',
  'not_allowed_token_type',
  'access_denied',
  'feature_not_enabled',
  'method_not_supported_for_channel_type',
]);

/** Each is something that works without further words. */
const PROMPTS = [
  { title: 'What can you do?', message: 'help' },
  { title: 'Show vegetation', message: 'show vegetation' },
  { title: 'How much water is there?', message: 'how much water is there?' },
  { title: 'Map the NDVI', message: 'NDVI map' },
];

const log = logOf('slack');

export function createAgent(workspaceOf: (team: string) => Promise<Workspace>): Agent {
  const without = new Set<string>();

  const attempt = async (team: string, call: (workspace: Workspace) => Promise<unknown>): Promise<void> => {
    if (without.has(team)) return;
    try {
      await call(await workspaceOf(team));
    } catch (error) {
      if (NOT_HERE.has(platformError(error) ?? '') || isUnknownPage(error)) without.add(team);
      log.info({ err: error, team }, 'no agent display');
    }
  };

  const session = ({ channel, thread }: Place) => ({ channel_id: channel, thread_ts: thread });

  return {
    // An ornament: not worth waiting for. That it is over must be shown.
    working: (place, user) =>
      attempt(place.team, ({ impatient }) =>
        impatient.agents.sessions.setStatus({ ...session(place), status: 'processing', initiator_user_id: user }),
      ),
    idle: (place) =>
      attempt(place.team, ({ client }) => client.agents.sessions.setStatus({ ...session(place), status: 'active' })),
    suggest: (team, channel) =>
      attempt(team, ({ client }) =>
        client.assistant.threads.setSuggestedPrompts({
          channel_id: channel,
          title: 'Drop a satellite or aerial scene, then ask',
          prompts: PROMPTS.slice(0, LIMITS.suggestedPrompts),
        }),
      ),
  };
}

/** A Slack of before, or somebody else's, that has no such method. */
const isUnknownPage = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'statusCode' in error && error.statusCode === 404;
