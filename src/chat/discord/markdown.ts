import { cleanText } from '../clean-text.ts';

/**
 * Plain text as Discord markdown that shows exactly that text: nothing in it formats, links, mentions or pings.
 * A backslash before punctuation is an escape there; `<` begins mentions, times and links, `://` a bare link.
 */
export function escapeMarkdown(text: string): string {
  return cleanText(text)
    .replace(/[\\*_~`|[\]()<>@]/g, '\\$&')
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/^(\s*)([#+-]|\d+(?=\.\s))/gm, (_, space: string, mark: string) =>
      /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
    );
}

/** Text in a block of fixed width; a fence inside it would end the block. */
export function codeBlock(text: string): string {
  return `\`\`\`\n${cleanText(text).replaceAll('`', 'ˋ')}\n\`\`\``;
}
