/** Languages that we understand and do not speak. */
export type UnspokenLanguage = 'es' | 'fr' | 'pt' | 'de' | 'ar' | 'ru' | 'ja';

/** Words that hardly any other of these languages has, English among them. */
const WORDS: readonly (readonly [UnspokenLanguage, RegExp])[] = [
  [
    'de',
    /^(?:der|das|und|ist|nicht|wie|viel|viele|zeig|zeige|mir|wo|bitte|gibt|auch|ich|ein|eine|welche|welches|nur|kannst|mit|von|danke|hallo)$/,
  ],
  [
    'fr',
    /^(?:le|les|une|des|est|où|combien|montre|montrez|moi|quelle|quel|quels|dans|sur|avec|pas|je|vous|merci|bonjour|seulement|puis|cette|y|a-t-il|peux-tu)$/,
  ],
  [
    'pt',
    /^(?:os|um|uma|mostra|mostre|onde|está|quantos|quantas|qual|não|são|você|com|isso|obrigado|obrigada|olá|apenas|nesta|há|dos|das|pela|aqui)$/,
  ],
  [
    'es',
    /^(?:el|los|las|una|muestra|muéstrame|dónde|donde|está|cuánta|cuántas|cuántos|cuánto|qué|cuál|por|con|hay|gracias|hola|solo|esta|este|del|quiero)$/,
  ],
];

/** The language of a message, null when it is English or Chinese or cannot be told. */
export function languageSpoken(text: string): UnspokenLanguage | null {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'ja';
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const share = (script: RegExp): number => (text.match(script)?.length ?? 0) / Math.max(1, letters);
  if (share(/\p{Script=Arabic}/gu) > 0.5) return 'ar';
  if (share(/\p{Script=Cyrillic}/gu) > 0.5) return 'ru';
  const words = text.toLowerCase().match(/[\p{L}'’-]+/gu) ?? [];
  const counts = WORDS.map(
    ([language, pattern]) => [language, words.filter((word) => pattern.test(word)).length] as const,
  );
  const [language, count] = counts.reduce((best, next) => (next[1] > best[1] ? next : best));
  return count > 0 && count >= words.length / 5 ? language : null;
}
