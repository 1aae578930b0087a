/**
 * A failure we expected and can explain. `message` is for the log; `reply` is shown in the chat, so it says what to do
 * next and holds no paths, ids or keys.
 */
export class UserFacingError extends Error {
  readonly code: ErrorCode;
  readonly reply: string;
  /** The reply in Chinese, where there is one. */
  readonly zh: string | null;

  constructor(code: ErrorCode, reply: string, options: { message?: string; zh?: string; cause?: unknown } = {}) {
    super(options.message ?? `${code}: ${reply}`, { cause: options.cause });
    this.name = 'UserFacingError';
    this.code = code;
    this.reply = reply;
    this.zh = options.zh ?? null;
  }
}

export const ERROR_CODES = [
  'scene-unreadable',
  'scene-too-large',
  'scene-mismatch',
  'scene-missing',
  'band-missing',
  'not-a-picture',
  'not-calibrated',
  'nothing-to-see',
  'download-failed',
  'address-refused',
  'model-unavailable',
  'model-busy',
  'model-timeout',
  'model-crashed',
  'cancelled',
  'checkpoint-invalid',
  'pack-corrupt',
  'not-comparable',
  'pixel-size-unknown',
  'export-failed',
  'rate-limited',
  'disk-full',
  'permission-missing',
  'wrong-usage',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

const PASSING: ReadonlySet<string> = new Set<ErrorCode>([
  'cancelled',
  'download-failed',
  'model-unavailable',
  'model-busy',
  'model-timeout',
  'model-crashed',
  'export-failed',
  'rate-limited',
]);

/** The same message, sent again, may not meet it: so its files are kept for that. */
export const isPassing = ({ code, incident }: { readonly code: string; readonly incident?: string }): boolean =>
  incident !== undefined || PASSING.has(code);

/** Nothing more can be written. */
export const diskFull = (cause?: unknown): UserFacingError => new UserFacingError('disk-full', DISK_FULL.en, { cause });

export const DISK_FULL = {
  en: 'The disk on which I keep scenes and results is full, so I cannot do this. What I had answered before is kept. Please try again later, or tell whoever runs me.',
  zh: '我保存影像和结果的磁盘已满，这次无法完成。之前的回答都还在。请稍后再试，或告知负责维护我的人。',
} as const;

/** What an error, or one that led to it, says when a disk is full: the system, a quota, PostgreSQL. */
const FULL = new Set(['ENOSPC', 'EDQUOT', '53100']);

/** The failure we can explain, if this is one. Whatever was being done: when the disk was full, that is the reason. */
export function expectedFailure(error: unknown): UserFacingError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (
      FULL.has((cause as NodeJS.ErrnoException).code ?? '') ||
      /No space left on device|ENOSPC|EDQUOT/.test(cause.message)
    ) {
      return diskFull(error);
    }
  }
  return error instanceof UserFacingError ? error : null;
}

/** The one place where any thrown value becomes a chat reply. */
export function replyFor(error: unknown, incident: string): string {
  const expected = expectedFailure(error);
  if (expected) return expected.reply;
  return `Something broke on my side and I have logged it as ${incident}. Trying again may help.`;
}
