import { openAsBlob } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { webApi } from '@slack/bolt';
import type { Language } from '../../domain/message.ts';
import type { Artefact } from '../../domain/picture.ts';
import { logOf } from '../../log.ts';
import { cleanText, cutText } from '../clean-text.ts';
import { LIMITS } from './limits.ts';
import type { Place } from './translate.ts';
import { platformError } from './workspaces.ts';

type Client = webApi.WebClient;

/** Slack finishes an upload in its own time; until then a block that shows it is refused. */
const READY_PAUSES_MS = [100, 200, 400, 800, 1_500, 2_000, 3_000, 4_000];
const UPLOAD_TIMEOUT_MS = 300_000;

const log = logOf('slack');

/** Upload a picture for a block. @returns Slack's id of it, once it can be shown; null when it cannot */
export async function uploadPicture(client: Client, artefact: Artefact, alt: string): Promise<string | null> {
  try {
    const id = await uploadBytes(client, artefact, alt);
    await client.files.completeUploadExternal({ files: [{ id, title: artefact.name }] });
    for (const pauseMs of READY_PAUSES_MS) {
      const { file } = await client.files.info({ file: id });
      if (file?.mimetype) return id;
      await wait(pauseMs);
    }
    log.warn({ file: id }, 'Slack did not finish an upload');
    return null;
  } catch (error) {
    log.warn({ err: error }, 'could not upload a picture');
    return null;
  }
}

/**
 * Post files into a thread. @returns why some are missing, in words; null when all are there
 */
export async function shareFiles(
  client: Client,
  artefacts: readonly Artefact[],
  { channel, thread }: Place,
  language: Language,
): Promise<string | null> {
  try {
    const files: { id: string; title: string }[] = [];
    for (const artefact of artefacts) {
      files.push({ id: await uploadBytes(client, artefact, ''), title: artefact.name });
    }
    const [first, ...more] = files;
    if (first) {
      await client.files.completeUploadExternal({ files: [first, ...more], channel_id: channel, thread_ts: thread });
    }
    return null;
  } catch (error) {
    log.warn({ err: error }, 'could not share files');
    return (REFUSALS[platformError(error) ?? ''] ?? REFUSALS.other!)[language];
  }
}

async function uploadBytes(client: Client, artefact: Artefact, alt: string): Promise<string> {
  const { upload_url, file_id } = await client.files.getUploadURLExternal({
    filename: artefact.name,
    length: artefact.bytes,
    ...(alt ? { alt_text: cutText(cleanText(alt), LIMITS.fileAlt) } : {}),
  });
  // Read from disk as it is sent: an export may be larger than what we want to hold in memory.
  const body = await openAsBlob(artefact.path, { type: artefact.mediaType });
  const response = await fetch(upload_url!, {
    method: 'POST',
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`Slack answered ${response.status} to an upload`);
  return file_id!;
}

/** What the settings of a workspace forbid, by Slack's error. */
const REFUSALS: Readonly<Record<string, Record<Language, string>>> = {
  file_uploads_disabled: {
    en: 'This workspace does not allow uploads, so I cannot post the files here. An admin can change that.',
    zh: '此工作区不允许上传文件，因此无法在此发送。管理员可以更改该设置。',
  },
  file_uploads_except_images_disabled: {
    en: 'This workspace allows pictures only, so I cannot post the files here. An admin can change that.',
    zh: '此工作区只允许上传图片，因此无法在此发送文件。管理员可以更改该设置。',
  },
  file_upload_size_restricted: {
    en: 'This workspace does not allow files of this size. A smaller area or another format may fit.',
    zh: '此工作区不允许这么大的文件。可以换较小的范围或其他格式。',
  },
  file_type_not_allowed: {
    en: 'This workspace does not allow files of this type. Another format may be allowed.',
    zh: '此工作区不允许这种类型的文件。可以换其他格式。',
  },
  missing_scope: {
    en: 'I may not post files here. Whoever installed me should reinstall the app with the scope files:write.',
    zh: '我没有发送文件的权限。请安装者以 files:write 权限重新安装应用。',
  },
  other: {
    en: 'Slack did not take the files. Press the button again in a while.',
    zh: 'Slack 未接收文件，请稍后再试。',
  },
};
