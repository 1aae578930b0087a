import type { InboundMessage } from '../domain/message.ts';
import { normalize } from './grammar/normalize.ts';

/** Does the message say nothing but "stop"? Cheap: it is asked before the message is queued. */
export function isCancel(message: Pick<InboundMessage, 'text' | 'plans' | 'files'>): boolean {
  if (message.plans) return message.plans.length > 0 && message.plans.every((plan) => plan.operation === 'cancel');
  if (message.files.length > 0 || message.text.length > 80) return false;
  const text = normalize(message.text).replace(/[\s.!?,;。！？，]+$/g, '');
  return WORDS.test(text);
}

const WORDS =
  /^(?:(?:ok|okay|please|oh|no|wait|hey|hmm|actually|sorry|just)[, ]+)*(?:stop|cancel|abort|halt|quit|never ?mind|nvm|forget (?:it|about it|that)|leave it|drop it|enough|that's enough|hold on|hold it|kill it|don't bother)(?: (?:it|that|this|now|please|the (?:job|run|analysis|process|request)|this (?:job|run|analysis|request)|everything|working|calculating|computing|running|right now|immediately))*(?: please)?$|^(?:请|麻烦)?(?:你|先|快|快点|马上|立刻)?(?:停止|停|停下来|停下|先停|别弄了|别搞了|停一下|取消|中止|终止|算了|不用了|别算了|别跑了|停手|打住|暂停)(?:吧|了|一下|任务|分析|计算|运行|请求|当前任务|啊)*$/;
