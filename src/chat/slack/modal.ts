import type { types } from '@slack/bolt';
import type { Language } from '../../domain/message.ts';
import { sceneLinks } from '../../domain/scene-link.ts';
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
        optional: true,
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

/** What was filled in; a scene may also be a link in the question. */
export function filledIn(values: unknown): { files: readonly SlackFile[]; question: string; hasScene: boolean } {
  const { files, question } = (values ?? {}) as {
    files?: { files?: { files?: readonly SlackFile[] } };
    question?: { question?: { value?: string | null } };
  };
  const sent = files?.files?.files ?? [];
  const asked = question?.question?.value ?? '';
  return { files: sent, question: asked, hasScene: sent.length > 0 || sceneLinks(asked).length > 0 };
}

/** What is missing in the form, by block. */
export const missingScene = (language: Language): Record<string, string> => ({ files: TEXTS[language].missing });

const TEXTS = {
  en: {
    title: 'New scene',
    submit: 'Analyse',
    close: 'Close',
    files: 'The scene: one file, or the band files of one scene; or put a link to a GeoTIFF below',
    missing: 'Add a file here, or put a link to a GeoTIFF into the question.',
    question: 'What do you want to know?',
    example: 'show vegetation',
  },
  zh: {
    title: '新影像',
    submit: '分析',
    close: '关闭',
    files: '影像：一个文件，或同一景的各波段文件；也可在下方填写 GeoTIFF 链接',
    missing: '请在此添加文件，或在问题中写上 GeoTIFF 的链接。',
    question: '您想了解什么？',
    example: '显示植被',
  },
} as const;
