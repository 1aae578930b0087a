import type { InboundMessage, Language } from './message.ts';

/** The platform's setting, or else the script of the words. */
export function languageOf({ language, text }: Pick<InboundMessage, 'language' | 'text'>): Language {
  return language ?? (/\p{Script=Han}/u.test(text) ? 'zh' : 'en');
}
