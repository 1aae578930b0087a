import type { InboundMessage } from '../domain/message.ts';
import { normalize } from './grammar/normalize.ts';

/** Does the message ask for nothing but to be forgotten? Pressed or typed; cheap: it is asked before the message is queued. */
export function isForget(message: Pick<InboundMessage, 'text' | 'plans' | 'files'>): boolean {
  if (message.plans) return message.plans.length > 0 && message.plans.every((plan) => plan.operation === 'forget');
  if (message.files.length > 0 || message.text.length > 80) return false;
  return WORDS.test(normalize(message.text).replace(/[\s.!?,;。！？，]+$/g, ''));
}

const WORDS =
  /^(?:please )?(?:forget|delete|erase|remove) (?:everything|all|all of (?:it|this)|this conversation|(?:all )?(?:my|our|the) (?:data|scenes|files|messages|images))(?: (?:here|now|please|you (?:have|know)(?: about me)?))*$|^请?(?:忘记|忘掉|删除|清除)(?:所有|全部|一切|这个对话|本次对话|(?:所有|全部|我的)(?:数据|影像|文件|内容|消息))(?:内容|数据)?(?:吧|了)?$/;
