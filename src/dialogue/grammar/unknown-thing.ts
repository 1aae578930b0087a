import type { Features } from './features.ts';

/** "Show rocks": what stands where a target should. */
export function unknownThing(f: Features): string | null {
  let rest = f.text;
  for (const { start, end } of f.mentions) rest = rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end);
  const words = rest.match(/[a-z][a-z'-]{2,}/g)?.filter((word) => !LITTLE_WORDS.has(word)) ?? [];
  return words.length > 0 && words.length < 4 ? words.join(' ') : null;
}

const LITTLE_WORDS: ReadonlySet<string> = new Set(
  (
    "the and all any some please you your can could would will what where when which who how here there now just more for with from into again also too then let let's " +
    "something anything everything thing things stuff our mine don't know not may might should shall does has have had was were been being are idk really very quickly first next maybe else around everywhere both each"
  ).split(' '),
);
