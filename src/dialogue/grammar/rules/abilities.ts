import type { Rule } from './rule.ts';

/** "Which formats can you write?", "what indices do you know?": about us, whatever else stands in it. */
export const abilities: Rule = (f) => (ABILITIES.test(f.text) ? [{ operation: 'help', targets: [] }] : null);

const ABILITIES =
  /^(?:and |so )?(?:what|which)\b.*\b(?:can you|do you (?:know|support|offer|read|write|accept|understand|handle))\b(?! (?:see|find|tell)\b)(?!.*\b(?:image|scene|picture|here)\b)|^(?:你)?(?:支持|会|能做|能输出)(?:哪些|什么)/;
