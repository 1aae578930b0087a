/**
 * A failure we expected and can explain. `message` is for the log; `reply` is shown in the chat, so it says what to do
 * next and holds no paths, ids or keys.
 */
export class UserFacingError extends Error {
  readonly code: ErrorCode;
  readonly reply: string;

  constructor(code: ErrorCode, reply: string, options: { message?: string; cause?: unknown } = {}) {
    super(options.message ?? `${code}: ${reply}`, { cause: options.cause });
    this.name = 'UserFacingError';
    this.code = code;
    this.reply = reply;
  }
}

export const ERROR_CODES = [
  'scene-unreadable',
  'scene-too-large',
  'scene-mismatch',
  'scene-missing',
  'band-missing',
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
  'permission-missing',
  'wrong-usage',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** The one place where any thrown value becomes a chat reply. */
export function replyFor(error: unknown, incident: string): string {
  if (error instanceof UserFacingError) return error.reply;
  return `Something broke on my side and I have logged it as ${incident}. Trying again may help.`;
}
