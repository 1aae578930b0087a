import type { types } from '@slack/bolt';
import type { Memory } from '../../domain/memory.ts';
import type { Language } from '../../domain/message.ts';
import { countedIn, FORGET_EVERYWHERE } from '../forget-everywhere.ts';
import { plainText } from './blocks.ts';
import { fitModal } from './limits.ts';

export const FORGET_MODAL = 'forget';

/** What a question carries until it is answered. */
interface Asked {
  readonly counted: string;
  /** Where to say what became of it; null = on the Home tab. */
  readonly channel: string | null;
}

/** Asks whether everything that a person sent shall go; without a button that deletes when there is nothing. */
export function forgetModal(
  held: Awaited<ReturnType<Memory['held']>>,
  channel: string | null,
  language: Language,
): types.ModalView {
  const texts = FORGET_EVERYWHERE[language];
  const question = texts.question(held, 'Slack');
  const asked: Asked = { counted: countedIn(held), channel };
  return fitModal({
    type: 'modal',
    callback_id: FORGET_MODAL,
    private_metadata: JSON.stringify(asked),
    title: plainText(texts.title),
    ...(question === null ? {} : { submit: plainText(texts.yes) }),
    close: plainText(texts.no),
    blocks: [{ type: 'section', text: plainText(question ?? texts.nothing) }],
  });
}

/** @param metadata  what `forgetModal` has put into the form */
export const askedIn = (metadata: string): Asked => JSON.parse(metadata) as Asked;
