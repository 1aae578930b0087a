import type { types } from '@slack/bolt';
import type { Language } from '../../domain/message.ts';
import { plainText } from './blocks.ts';
import { fitModal } from './limits.ts';
import type { SlackFile } from './translate.ts';

export const MODAL = 'new_scene';

/** File name extensions of what we read; Slack compares them for convenience only. */
const FILE_TYPES = ['tif', 'tiff', 'jp2', 'zip', 'png', 'jpg', 'jpeg', 'webp', 'txt', 'xml', 'json'];

/** The form for a scene and a question, for whoever does not want to write a message. */
export function sceneModal(language: Language): types.ModalView {
  const texts = TEXTS[language];
  return fitModal({
    type: 'modal',
    callback_id: MODAL,
    title: plainText(texts.title),
    submit: plainText(texts.submit),
    close: plainText(texts.close),
    blocks: [
      {
        type: 'input',
        block_id: 'files',
        label: plainText(texts.files),
        element: { type: 'file_input', action_id: 'files', filetypes: FILE_TYPES, max_files: 10 },
      },
      {
        type: 'input',
        block_id: 'question',
        optional: true,
        label: plainText(texts.question),
        element: {
          type: 'plain_text_input',
          action_id: 'question',
          max_length: 1_000,
          placeholder: plainText(texts.example),
        },
      },
    ],
  });
}

/** What was filled in. */
export function filledIn(values: unknown): { files: readonly SlackFile[]; question: string } {
  const { files, question } = (values ?? {}) as {
    files?: { files?: { files?: readonly SlackFile[] } };
    question?: { question?: { value?: string | null } };
  };
  return { files: files?.files?.files ?? [], question: question?.question?.value ?? '' };
}

const TEXTS = {
  en: {
    title: 'New scene',
    submit: 'Analyse',
    close: 'Close',
    files: 'The scene: one file, or the band files of one scene',
    question: 'What do you want to know?',
    example: 'show vegetation',
  },
  zh: {
    title: '新影像',
    submit: '分析',
    close: '关闭',
    files: '影像：一个文件，或同一景的各波段文件',
    question: '您想了解什么？',
    example: '显示植被',
  },
} as const;
