import { PermissionFlagsBits } from 'discord.js';
import type { DiscordTexts } from './texts.ts';
import type { Place } from './translate.ts';

export type PermissionName = keyof DiscordTexts['permissions'];

/**
 * What we need here and do not have, to be said before the long job and not after it. Threads in a channel are left out:
 * without them answers are replies to what was asked, which takes the right to read it.
 *
 * @param permissions  our permissions in the channel, as Discord writes them: a decimal bit field
 * @param answer       `isReply`: a message of its own, to a message
 */
export function missingPermissions(
  permissions: string | undefined,
  place: Pick<Place, 'direct' | 'parent' | 'present' | 'mayThread'>,
  answer: { readonly isPrivate: boolean; readonly isReply: boolean },
): PermissionName[] {
  if (place.direct) return [];
  const posts = place.present && !answer.isPrivate;
  const inThread = place.parent !== null;
  const needed: readonly PermissionName[] = [
    ...(posts ? (['view', inThread ? 'sendInThreads' : 'send'] as const) : []),
    'attach',
    ...(posts && answer.isReply && !inThread && !place.mayThread ? (['history'] as const) : []),
  ];
  return needed.filter((name) => !includes(permissions, BITS[name]));
}

export const mayStartThreads = (permissions: string | undefined): boolean =>
  includes(permissions, PermissionFlagsBits.CreatePublicThreads | PermissionFlagsBits.SendMessagesInThreads);

/** What is not known is not missing. */
function includes(permissions: string | undefined, bits: bigint): boolean {
  const has = permissions === undefined ? PermissionFlagsBits.Administrator : BigInt(permissions);
  return (has & PermissionFlagsBits.Administrator) !== 0n || (has & bits) === bits;
}

const BITS: Readonly<Record<PermissionName, bigint>> = {
  view: PermissionFlagsBits.ViewChannel,
  send: PermissionFlagsBits.SendMessages,
  sendInThreads: PermissionFlagsBits.SendMessagesInThreads,
  attach: PermissionFlagsBits.AttachFiles,
  history: PermissionFlagsBits.ReadMessageHistory,
};

/** The link by which somebody adds the bot to a server. It asks for what is needed, and nothing more. */
export function inviteLink(application: string): string {
  const query = new URLSearchParams({
    client_id: application,
    scope: 'bot applications.commands',
    permissions: String(INVITED),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}

const INVITED: bigint =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.CreatePublicThreads |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.ReadMessageHistory;
