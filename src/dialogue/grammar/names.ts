/** The new name in a request to rename, as it was typed; null when none is given. */
export function newNameIn(original: string): string | null {
  const quoted = /["“”„«「『']([^"“”„«»「」『』']{1,80})["”“»」』']/.exec(original)?.[1];
  const named =
    quoted ??
    /\b(?:rename|label)\b.*?\b(?:to|as)\b[:\s]+(.{1,80})/i.exec(original)?.[1] ??
    /\b(?:call|name|label)\s+(?:(?:the\s+(?:\w+\s+)?|this\s+|that\s+)(?:image|scene|picture|photo|pic|file|one)|it|this|that|them)\s+(?:as\s+)?(.{1,80})/i.exec(
      original,
    )?.[1] ??
    /\brefer to (?:it|this|that)(?: \w+)? as\s+(.{1,80})/i.exec(original)?.[1] ??
    /\brename\s+(?:it|this|that|the\s+\w+|this\s+\w+)\s+(.{1,80})/i.exec(original)?.[1] ??
    /(?:重命名为?|改名为?|命名为?|叫做|叫作|叫它|叫这张图?|取名为?|起名为?|称为|名字改(?:为|成)|(?:这[张幅景图个](?:图|影像)?|就)叫(?:做|作)?)[:：\s]*(.{1,80})/u.exec(
      original,
    )?.[1];
  const name = named
    ?.replace(/\p{Cc}/gu, '')
    .replace(/[\s.!?,。！？，]*(?:please|thanks|thank you|吧|谢谢)?[\s.!?,。！？，]*$/iu, '')
    .trim();
  return name ? name : null;
}
