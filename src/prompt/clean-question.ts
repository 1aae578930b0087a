/** Longer questions say no more to the model and cost time. */
const MAX_QUESTION_LENGTH = 400;

/**
 * A stranger's words made safe for a prompt: one line, limited, and without the characters of which special tokens
 * (`<|im_start|>`, `<image>`) are made. Empty when nothing is left.
 */
export function cleanQuestion(text: string): string {
  return (
    text
      .normalize('NFC')
      .replace(/[<>|]/g, ' ')
      // Control and format characters, lone surrogates and private use: invisible, or not text.
      .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, ' ')
      .replace(/\s+/gu, ' ')
      .trim()
      .slice(0, MAX_QUESTION_LENGTH)
      // Cutting may split a surrogate pair.
      .replace(/[\uD800-\uDBFF]$/, '')
      .trim()
  );
}
