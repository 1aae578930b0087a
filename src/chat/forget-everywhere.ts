import { forgettableText } from '../domain/forgettable-text.ts';
import type { Memory } from '../domain/memory.ts';
import type { Language } from '../domain/message.ts';

/** What `Memory.forget({ author })` would delete. */
type Held = Awaited<ReturnType<Memory['held']>>;

/** Whether to delete what a person sent anywhere: asked outside any conversation, by each platform in its own way. */
export interface ForgetEverywhere {
  /** What goes; null when there is nothing. @param platform  where posted messages stay */
  question(held: Held, platform: string): string | null;
  /** Of the button that leads to the question, and of the question. */
  readonly title: string;
  readonly yes: string;
  readonly no: string;
  /** Said in place of a question when there is nothing to ask about. */
  readonly nothing: string;
  readonly kept: string;
  done(conversations: number, platform: string): string;
}

/** A question says what it counted; an answer to it counts only while that is still what would go. */
export const countedIn = ({ conversations, scenes, results, messages }: Held): string =>
  [conversations, scenes, results, messages].join('-');

export const FORGET_EVERYWHERE: Readonly<Record<Language, ForgetEverywhere>> = {
  en: {
    question: (held, platform) =>
      held.conversations === 0
        ? null
        : `This deletes what you sent in ${conversationsOf(held.conversations)}: ${forgettableText(held, 'en')}. ` +
          'Where nobody else has spoken, the whole conversation goes; elsewhere, what the others sent stays, and they are told. ' +
          `It cannot be undone. Messages already posted in ${platform} stay there.`,
    title: 'Delete my data',
    yes: 'Delete',
    no: 'Keep',
    nothing: 'I keep nothing of yours.',
    kept: 'OK, nothing was deleted.',
    done: (conversations, platform) =>
      `I've deleted what you sent in ${conversationsOf(conversations)}. Messages already posted in ${platform} stay there.`,
  },
  zh: {
    question: (held, platform) =>
      held.conversations === 0
        ? null
        : `这会删除您在 ${held.conversations} 个对话中发送的内容：${forgettableText(held, 'zh')}。` +
          '只有您一人的对话会整个删除；其他对话中，别人发送的内容会保留，并会告知他们。' +
          `删除后无法恢复。已发布到 ${platform} 的消息仍会留在那里。`,
    title: '删除我的数据',
    yes: '删除',
    no: '保留',
    nothing: '我没有保存您的任何内容。',
    kept: '好的，什么都没有删除。',
    done: (conversations, platform) =>
      `已删除您在 ${conversations} 个对话中发送的内容。已发布到 ${platform} 的消息仍会留在那里。`,
  },
};

const conversationsOf = (count: number): string => `${count} ${count === 1 ? 'conversation' : 'conversations'}`;
