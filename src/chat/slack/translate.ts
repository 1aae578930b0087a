import type { InboundMessage, Language, RemoteFile } from '../../domain/message.ts';
import { OPERATIONS, type Plan } from '../../domain/plan.ts';
import { sceneLinks } from '../../domain/scene-link.ts';

/** The fields of a message or mention that we read. */
export interface SlackEvent {
  readonly type: string;
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly user?: string;
  readonly text?: string;
  readonly subtype?: string;
  readonly bot_id?: string;
  /** `im`, `mpim`, `channel`, `group`; mentions have none. */
  readonly channel_type?: string;
  readonly files?: readonly SlackFile[];
  readonly attachments?: readonly SlackAttachment[];
}

/** The fields of what is attached to a message that we read: a message that was forwarded or shared. */
export interface SlackAttachment {
  readonly text?: string;
  readonly files?: readonly SlackFile[];
}

/** The fields of a file that we read. */
export interface SlackFile {
  readonly id: string;
  readonly name?: string | null;
  readonly size?: number;
  readonly url_private_download?: string;
  readonly url_private?: string;
  /** `tombstone` when it was deleted; `hidden_by_limit`. */
  readonly mode?: string;
  /** `check_file_info`: the rest is only to be had from `files.info` (files of another organisation); `access_denied`. */
  readonly file_access?: string;
}

/** Where we are in Slack: the workspace that the app is installed in, and our own user there. */
export interface Installed {
  readonly team: string;
  readonly botUser: string;
}

/** A press of one of our buttons, or a choice from one of our menus. */
export interface SlackAction {
  readonly team: string;
  readonly channel: string;
  readonly user: string;
  readonly thread: string;
  /** Unique per press. */
  readonly ts: string;
  readonly value: string;
}

/** Why a message is for us: `always` in a direct message, `mention`, `maybe` when its thread is one that we are part of. */
export type Addressed = 'always' | 'mention' | 'maybe' | 'no';

/**
 * A Slack event as a message, or null when the event is not a person talking: a bot (ourselves included), an edit, a
 * deletion, a join.
 */
export function toInbound(event: SlackEvent, { team, botUser }: Installed): InboundMessage | null {
  if (event.bot_id || !event.user || event.user === botUser || event.user === 'USLACKBOT') return null;
  if (event.subtype && event.subtype !== 'file_share' && event.subtype !== 'thread_broadcast') return null;
  return {
    // The mention and the message that holds it are two events with one time: they become one message.
    id: `slack:${team}:${event.channel}:${event.ts}`,
    // A message outside a thread starts one, so that our answer does not flood the channel.
    conversation: conversationOf(team, event.channel, event.thread_ts ?? event.ts),
    platform: 'slack',
    author: { id: authorId(team, event.user), name: event.user },
    text: wordsOf(event.text ?? ''),
    files: toFiles(filesOf(event), team),
    sentAt: timeOf(event.ts),
  };
}

export function addressedBy(event: SlackEvent, { botUser }: Installed): Addressed {
  if (event.channel_type === 'im') return 'always';
  if (event.type === 'app_mention' || (event.text ?? '').includes(`<@${botUser}>`)) return 'mention';
  // In a thread we are part of, people may still turn to each other.
  const mentionsOthers = /<@[A-Z0-9]+(\|[^<>]*)?>/.test(event.text ?? '');
  return event.thread_ts && !mentionsOthers ? 'maybe' : 'no';
}

/** Null when the value is not one that we wrote. */
export function toPressed(action: SlackAction): InboundMessage | null {
  const plans = plansOf(action.value);
  return (
    plans && {
      id: `slack:${action.team}:${action.channel}:${action.ts}:${action.user}`,
      conversation: conversationOf(action.team, action.channel, action.thread),
      platform: 'slack',
      author: { id: authorId(action.team, action.user), name: action.user },
      text: '',
      files: [],
      plans,
      sentAt: timeOf(action.ts),
    }
  );
}

/** Slack's own Stop button. */
export function toStop({ team, channel, thread }: Place, user: string, ts: string): InboundMessage {
  return {
    id: `slack:${team}:${channel}:stop:${ts}`,
    conversation: conversationOf(team, channel, thread),
    platform: 'slack',
    author: { id: authorId(team, user), name: user },
    text: '',
    files: [],
    plans: [{ operation: 'cancel', targets: [] }],
    sentAt: timeOf(ts),
  };
}

export const conversationOf = (team: string, channel: string, thread: string): string =>
  `slack:${team}:${channel}:${thread}`;

export interface Place {
  readonly team: string;
  readonly channel: string;
  readonly thread: string;
}

/** @param conversation  one of ours */
export function placeOf(conversation: string): Place {
  const [, team = '', channel = '', thread = ''] = conversation.split(':');
  return { team, channel, thread };
}

/** People have different ids in different workspaces. */
export const authorId = (team: string, user: string): string => `${team}:${user}`;

/** A person among those of all platforms. */
export const personId = (team: string, user: string): string => `slack:${authorId(team, user)}`;

export const userOf = (author: string): string => author.slice(author.indexOf(':') + 1);

/** A message's own files and those of the messages that are forwarded in it. */
export const filesOf = ({ files = [], attachments = [] }: Pick<SlackEvent, 'files' | 'attachments'>): SlackFile[] => [
  ...files,
  ...attachments.flatMap((attachment) => attachment.files ?? []),
];

/** Addresses of scenes in a message and in those that are forwarded in it. */
export const linksOf = ({ text = '', attachments = [] }: Pick<SlackEvent, 'text' | 'attachments'>): string[] =>
  [text, ...attachments.map((attachment) => attachment.text ?? '')].flatMap((words) =>
    sceneLinks(wordsOf(words)).map(({ path }) => path),
  );

/** Files that can still be fetched; a deleted one stays, so that its absence is said. */
export function toFiles(files: readonly SlackFile[], team: string): RemoteFile[] {
  return files.map((file) => ({
    id: file.id,
    name: file.name || 'file',
    source: sourceOf(team, whereOf(file)),
    size: file.size ?? null,
  }));
}

/** The address of a file, or the word for why there is none. */
function whereOf({ mode, file_access, url_private_download, url_private }: SlackFile): string {
  if (mode === 'tombstone') return 'deleted';
  if (mode === 'hidden_by_limit') return 'hidden';
  return url_private_download ?? url_private ?? (file_access ? 'denied' : 'deleted');
}

/** Which workspace's token opens a file is part of where it is. */
const sourceOf = (team: string, url: string): string => `${team} ${url}`;

export function parseSource(source: string): { team: string; url: string } {
  const blank = source.indexOf(' ');
  return { team: source.slice(0, blank), url: source.slice(blank + 1) };
}

/** Slack's language setting of a person (`zh-CN`, `en-US`) as a language we speak. */
export function languageOfLocale(locale: string | undefined): Language | undefined {
  if (!locale) return undefined;
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** What a person wrote, without Slack's marks: mentions are dropped, links and channels become what they show. A mark never holds another. */
export function wordsOf(text: string): string {
  return text
    .replace(/<@[A-Z0-9]+(?:\|[^<>]*)?>/g, '')
    .replace(/<#[A-Z0-9]+(?:\|([^<>]*))?>/g, (_, name?: string) => (name ? `#${name}` : ''))
    .replace(/<!([^<>|]*)(?:\|([^<>]*))?>/g, (_, _command: string, label?: string) => label ?? '')
    .replace(/<([^<>|]+)(?:\|[^<>]*)?>/g, (_, url: string) => url)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/[^\S\n]+/g, ' ')
    .trim();
}

function plansOf(value: string): Plan[] | null {
  let plans: unknown;
  try {
    plans = JSON.parse(value);
  } catch {
    return null;
  }
  if (!Array.isArray(plans) || plans.length === 0) return null;
  return plans.every(isPlan) ? plans : null;
}

const isPlan = (plan: unknown): plan is Plan =>
  typeof plan === 'object' &&
  plan !== null &&
  'operation' in plan &&
  (OPERATIONS as readonly unknown[]).includes(plan.operation) &&
  'targets' in plan &&
  Array.isArray(plan.targets);

/** Slack's times are seconds with a fraction that only makes them unique. */
const timeOf = (ts: string): number => Math.round(Number(ts) * 1_000);
