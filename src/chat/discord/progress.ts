import { type APIContainerComponent, ButtonStyle, ComponentType } from 'discord.js';
import type { Language, Progress } from '../../domain/message.ts';
import { remainingText } from '../../domain/remaining-text.ts';
import { cutText } from '../clean-text.ts';
import { INTERRUPTED } from '../unfinished.ts';
import { button, buttonRows, container } from './components.ts';
import { escapeMarkdown } from './markdown.ts';
import { TEXTS } from './texts.ts';

/** What a person sees of a job that runs. */
export interface Working {
  readonly progress: Progress;
  /** Sentences that are known already. */
  readonly sentences: readonly string[];
  readonly language: Language;
  /** Who asked, and may stop it. */
  readonly owner: string;
}

/** Our own limit: the rest comes with the answer. */
const MAX_SENTENCES = 1_500;

/** The stages that are done, the one that runs with its counts, and a button that stops it. */
export function workingContainer({ progress, sentences, language, owner }: Working): APIContainerComponent {
  const texts = TEXTS[language];
  const now = SHOWN.indexOf(progress.stage);
  const done = SHOWN.slice(0, Math.max(0, now)).map((stage) => texts.stages[stage]);
  const lines = [
    ...(done.length > 0 ? [`-# ✓ ${done.join(' · ')}`] : []),
    `**${texts.stages[progress.stage]}** ${countOf(progress, language)}`.trim(),
    ...(sentences.length > 0
      ? [`> ${escapeMarkdown(cutText(sentences.join(' '), MAX_SENTENCES)).replace(/\n/g, ' ')}`]
      : []),
  ];
  const stop = button(texts.cancel, { verb: 'stop', owner }, ButtonStyle.Danger)!;
  return container([{ type: ComponentType.TextDisplay, content: lines.join('\n') }, ...buttonRows([stop])]);
}

/** What such a message shows once its work is interrupted, until it goes on. */
export const interruptedContainer = (language: Language): APIContainerComponent =>
  container([{ type: ComponentType.TextDisplay, content: INTERRUPTED[language] }]);

/** In the order in which they pass; `queued` is before all of them. */
const SHOWN: readonly Progress['stage'][] = [
  'downloading',
  'reading',
  'indexing',
  'looking',
  'masking',
  'measuring',
  'explaining',
  'drawing',
];

function countOf({ stage, done, total, remainingMs = 0 }: Progress, language: Language): string {
  if (total === 0) return '…';
  if (stage === 'queued') return `· ${TEXTS[language].ahead(total)}`;
  const left = remainingText(remainingMs, language);
  return `· ${TEXTS[language].count(done, total)}${left === '' ? '' : ` · ${left}`}`;
}
