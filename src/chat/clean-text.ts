/**
 * Text of strangers without the characters that change how the text around them is shown: controls (all but tab and line
 * break) and the marks that reverse or isolate a direction ("gnp.exe" shown as "exe.png").
 */
export function cleanText(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '');
}

/** At most `limit` UTF-16 units, ending in "…" when something was cut; never half a character. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
