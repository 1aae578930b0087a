import type { Language } from './message.ts';

/** "About 3 min left": an estimate as people say it, from ten seconds up; below that, nothing. */
export function remainingText(ms: number, language: Language): string {
  if (ms < 10_000) return '';
  const seconds = Math.round(ms / 10_000) * 10;
  const minutes = Math.round(ms / 60_000);
  const [amount, unit] = seconds < 90 ? ([seconds, 's'] as const) : ([minutes, 'min'] as const);
  return language === 'zh' ? `还需约 ${amount} ${unit === 's' ? '秒' : '分钟'}` : `about ${amount} ${unit} left`;
}
