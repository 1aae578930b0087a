import type { Language } from '../../domain/message.ts';
import { en, type Texts } from './en.ts';
import { zh } from './zh.ts';

export type { Texts };

/** The message catalogues. Adding a language is adding a file and a row here. */
export const TEXTS: Readonly<Record<Language, Texts>> = { en, zh };
