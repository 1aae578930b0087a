import type { UnspokenLanguage } from '../understanding/language-spoken.ts';

/** Said once a conversation to whoever writes a language that we understand and do not speak. */
export const ANSWERS_IN_ENGLISH: Readonly<Record<UnspokenLanguage, string>> = {
  es: 'Entiendo español, pero respondo en inglés.',
  fr: 'Je comprends le français, mais je réponds en anglais.',
  pt: 'Entendo português, mas respondo em inglês.',
  de: 'Ich verstehe Deutsch, antworte aber auf Englisch.',
  ar: 'أفهم العربية، لكنني أجيب بالإنجليزية.',
  ru: 'Я понимаю по-русски, но отвечаю по-английски.',
  ja: '日本語は分かりますが、英語でお答えします。',
};
