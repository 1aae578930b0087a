/**
 * A whole sentence as the closed lists have it: one case and width, without the bot's name, politeness at the ends and
 * closing punctuation. Nothing else is taken away: a word more is another sentence.
 */
export function wholeSentence(text: string): string {
  if (text.length > LONGEST) return text;
  let sentence = text.normalize('NFKC').toLowerCase().replace(/[‘’]/g, "'").replace(/\s+/g, ' ').trim();
  for (let before = ''; before !== sentence; ) {
    before = sentence;
    sentence = sentence.replace(MENTION, '').replace(POLITE_BEGINNING, '').replace(POLITE_END, '').trim();
  }
  return sentence;
}

/** No sentence of a list comes near it, with all politeness. */
const LONGEST = 200;

/**
 * The sentences of a message, as they were typed. What somebody quotes is nobody's wish: it stays in its sentence, as one
 * mark that no list has.
 */
export function sentencesOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .replace(QUOTED, ' " ')
    .split(/(?<=[.!?。;…]|[!?。！？；]\s*)(?=\s|\p{Script=Han})|\n+/u)
    .map((sentence) => sentence.trim())
    .filter(Boolean);
}

/** In quotes, as code, or in a line that begins like a quoted one; to the end where nothing closes it. */
const QUOTED =
  /```[\s\S]*?(?:```|$)|`[^`\n]*`|"[^"]*(?:"|$)|“[^”]*(?:”|$)|„[^“”]*(?:[“”]|$)|«[^»]*(?:»|$)|「[^」]*(?:」|$)|『[^』]*(?:』|$)|(?<![\p{L}\p{N}])['‘](?=\S)[^'’\n]*(?:['’](?!\p{L})|$)|^\s*(?:>|&gt;).*$/gmu;

const MENTION = /^(?:<@[^>]*>|@[\w.-]+)[\s,:]*|[\s,]*(?:<@[^>]*>|@[\w.-]+)$/;
const POLITE_BEGINNING =
  /^(?:(?:please|pls|plz|kindly|hey|hi|hello|ok|okay|(?:can|could|would|will) you)(?=[\s,]|$)|请你?|麻烦(?:你|您)?|(?:请)?帮我|好的)[\s,，]*/;
const POLITE_END = /[\s,，]*(?:[.!?。！？;；…~]+|\b(?:please|pls|plz|thanks|thank you)|吧|谢谢)$/;
