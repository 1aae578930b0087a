import type { Forgettable } from './memory.ts';
import type { Language } from './message.ts';

/** What would go, in words: "2 scenes, 1 result and 14 messages"; empty when nothing would. */
export function forgettableText({ scenes, results, messages }: Forgettable, language: Language): string {
  const counted = (count: number, thing: string, measure: string): string[] => {
    if (count === 0) return [];
    return [language === 'zh' ? `${count} ${measure}` : `${count} ${thing}${count === 1 ? '' : 's'}`];
  };
  const parts = [
    ...counted(scenes, 'scene', '幅影像'),
    ...counted(results, 'result', '个结果'),
    ...counted(messages, 'message', '条消息'),
  ];
  return new Intl.ListFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { type: 'conjunction' }).format(parts);
}
