import type { InboundMessage } from '../domain/message.ts';
import { forgetIn } from './forget-sentences.ts';

/**
 * Is the message about deletion and nothing else: a sentence that asks for it, a press that answers our question? Cheap: it
 * is asked before the message is queued, so that nobody who wants to be forgotten is asked to wait.
 */
export function isForget({ text, plans, files }: Pick<InboundMessage, 'text' | 'plans' | 'files'>): boolean {
  if (plans) return plans.length > 0 && plans.every(({ operation }) => operation === 'forget');
  const { whose, rest } = forgetIn(text);
  return files.length === 0 && whose !== null && rest === '';
}
