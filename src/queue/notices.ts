import type { Language, Reply } from '../domain/message.ts';
import { DISK_FULL, type ErrorCode } from '../errors.ts';

/** What the queue itself says, without the dialogue. */
export const NOTICES = {
  stopped: { en: 'Stopped.', zh: '已停止。' },
  'nothing-to-stop': { en: 'Nothing is running here.', zh: '当前没有正在运行的任务。' },
  'rate-limited': {
    en: 'That is more than I may do for one person within an hour. Please go on later; until then I stay silent.',
    zh: '一小时内的请求已达到上限，请稍后再试；在此之前我不再回复。',
  },
  'disk-full': DISK_FULL,
  'gave-up': {
    en: 'I tried this three times and was interrupted each time, so I stopped. A smaller part of the scene may work.',
    zh: '我尝试了三次，每次都被中断，因此停止了。可以换一个较小的范围再试。',
  },
} as const satisfies Record<string, Record<Language, string>>;

export function noticeReply(notice: keyof typeof NOTICES, language: Language, failure?: ErrorCode): Reply {
  return {
    blocks: [{ kind: 'text', voice: 'plain', text: NOTICES[notice][language] }],
    language,
    plans: [],
    facts: [],
    ...(failure ? { failure: { code: failure } } : {}),
  };
}
