import type { types } from '@slack/bolt';
import type { Language, Progress } from '../../domain/message.ts';
import { remainingText } from '../../domain/remaining-text.ts';
import { cleanText, cutText } from '../clean-text.ts';
import { actionButton, type Look, smallText } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';

/** What a person sees of a job that runs: its newest progress and the sentences that are known already. */
export interface Working {
  readonly progress: Progress;
  readonly sentences: readonly string[];
  readonly language: Language;
  /** By which the message is known again: id of the block that has its button. */
  readonly mark: string;
}

/** A part of the work, as Slack's task cards show it. */
export interface Task {
  readonly id: string;
  readonly title: string;
  readonly status: 'pending' | 'in_progress' | 'complete';
}

/** All parts of the work, in order; the one that is going on counts. */
export function tasksOf({ progress, language }: Working): Task[] {
  const now = TASKS.findIndex(({ stages }) => stages.includes(progress.stage));
  return TASKS.map(({ id }, place) => {
    const title = TEXTS[language].tasks[id];
    const counted = place === now && progress.total > 0;
    return {
      id,
      title: counted ? `${title}: ${countOf(progress, language)}` : title,
      status: place < now ? 'complete' : place === now ? 'in_progress' : 'pending',
    };
  });
}

/** A plan with a task card for each part of the work, and a button that stops it. */
export function workingBlocks(working: Working, look: Look): types.AnyBlock[] {
  const { sentences } = working;
  const plan: types.PlanBlock = {
    type: 'plan',
    title: workingText(working),
    tasks: tasksOf(working).map(({ id, title, status }) => ({
      task_id: id,
      title,
      status,
      ...(id === 'measure' && sentences.length > 0 ? { output: richText(sentences.join(' ')) } : {}),
    })),
  };
  return fitBlocks([
    ...(look === 'rich' ? [plan] : [smallText([plan.title, ...sentences].join('\n'))]),
    cancelBlock(working),
  ] as types.AnyBlock[]);
}

export const cancelBlock = ({ language, mark }: Pick<Working, 'language' | 'mark'>): types.ActionsBlock => ({
  type: 'actions',
  block_id: mark,
  elements: [
    actionButton(
      { label: TEXTS[language].cancel, plans: [{ operation: 'cancel', targets: [] }], style: 'danger' },
      'cancel',
    ),
  ],
});

/** "Drawing masks: 3 of 12". Our own words and numbers only. */
export function workingText({ progress, language }: Working): string {
  const texts = TEXTS[language];
  if (progress.stage === 'queued') return progress.total > 0 ? texts.ahead(progress.total) : texts.working;
  const task = TASKS.find(({ stages }) => stages.includes(progress.stage));
  const title = task ? texts.tasks[task.id] : texts.working;
  return progress.total > 0 ? `${title}: ${countOf(progress, language)}` : `${title} …`;
}

const TASKS: readonly { readonly id: TaskId; readonly stages: readonly Progress['stage'][] }[] = [
  { id: 'read', stages: ['downloading', 'reading'] },
  { id: 'index', stages: ['indexing'] },
  { id: 'look', stages: ['looking'] },
  { id: 'mask', stages: ['masking'] },
  { id: 'measure', stages: ['measuring', 'explaining', 'drawing'] },
];

type TaskId = 'read' | 'index' | 'look' | 'mask' | 'measure';

const TEXTS: Readonly<
  Record<
    Language,
    {
      readonly working: string;
      readonly cancel: string;
      readonly tasks: Readonly<Record<TaskId, string>>;
      ahead(others: number): string;
    }
  >
> = {
  en: {
    working: 'Working on it …',
    cancel: 'Cancel',
    tasks: {
      read: 'Read the scene',
      index: 'Compute spectral indices',
      look: 'Look at the whole scene',
      mask: 'Draw masks',
      measure: 'Measure, explain and draw',
    },
    ahead: (others) => `Waiting: ${others} ${others === 1 ? 'request is' : 'requests are'} before yours.`,
  },
  zh: {
    working: '正在处理…',
    cancel: '取消',
    tasks: { read: '读取影像', index: '计算光谱指数', look: '观察整景', mask: '绘制掩膜', measure: '测量、说明与制图' },
    ahead: (others) => `排队中：前面还有 ${others} 个请求。`,
  },
};

function countOf({ done, total, remainingMs = 0 }: Progress, language: Language): string {
  const left = remainingText(remainingMs, language);
  const count = language === 'zh' ? `${done}/${total}` : `${done} of ${total}`;
  return left === '' ? count : `${count}, ${left}`;
}

const richText = (text: string): types.RichTextBlock => ({
  type: 'rich_text',
  elements: [
    { type: 'rich_text_section', elements: [{ type: 'text', text: cutText(cleanText(text), LIMITS.taskText) }] },
  ],
});
