import { UserFacingError } from '../errors.ts';
import type { Tokenizer } from './tokenizer.ts';

/** The published template (`qwen_1_5` in LLaVA's terms). */
export const PUBLISHED_CHAT_TEMPLATE =
  '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n{TEXT}<|im_end|>\n<|im_start|>assistant\n';

/** Stands for the image tokens in a prompt. */
export const IMAGE_PLACEHOLDER = '<image>';

export interface ChatPrompt {
  /** Ids before the image tokens. */
  readonly before: readonly number[];
  /** Ids behind them. */
  readonly after: readonly number[];
}

/**
 * A person's text in the chat template, as ids around the image tokens. Both sides are tokenised by themselves, as in
 * the published code. Special tokens in the text are taken out: a stranger may have written it.
 *
 * @throws {UserFacingError} `wrong-usage` when the text does not hold `<image>` exactly once
 */
export function chatPrompt(tokenizer: Tokenizer, template: string, text: string): ChatPrompt {
  const chunks = template.replace('{TEXT}', () => tokenizer.withoutSpecial(text)).split(IMAGE_PLACEHOLDER);
  if (chunks.length !== 2) {
    throw new UserFacingError(
      'wrong-usage',
      `A prompt needs ${IMAGE_PLACEHOLDER} exactly once and this one has it ${chunks.length - 1} times.`,
    );
  }
  return { before: tokenizer.encode(chunks[0]!), after: tokenizer.encode(chunks[1]!) };
}
