import { PermissionFlagsBits } from 'discord.js';
import type { DiscordTexts } from './texts.ts';
import type { Place } from './translate.ts';

export type PermissionName = keyof DiscordTexts['permissions'];

/**
 * What we need here and do not have, to be said before the long job and not after it. Threads are left out: without them
 * answers are replies in the channel.
 *
 * @param permissions  our permissions in the channel, as Discord writes them: a decimal bit field
 */
export function missingPermissions(
  permissions: string | undefined,
  place: Pick<Place, 'direct' | 'parent' | 'present'>,
  isPrivate: boolean,
): PermissionName[] {
  if (place.direct || permissions === undefined) return [];
  const has = BigInt(permissions);
  if ((has & PermissionFlagsBits.Administrator) !== 0n) return [];
  const posts = place.present && !isPrivate;
  const needed: readonly PermissionName[] = [
    ...(posts ? (['view', place.parent === null ? 'send' : 'sendInThreads'] as const) : []),
    'attach',
  ];
  return needed.filter((name) => (has & BITS[name]) === 0n);
}

const BITS: Readonly<Record<PermissionName, bigint>> = {
  view: PermissionFlagsBits.ViewChannel,
  send: PermissionFlagsBits.SendMessages,
  sendInThreads: PermissionFlagsBits.SendMessagesInThreads,
  attach: PermissionFlagsBits.AttachFiles,
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
