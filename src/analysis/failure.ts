import { z } from 'zod';
import { ERROR_CODES, expectedFailure, UserFacingError } from '../errors.ts';

/** An error on its way from one process to another. */
export const failure = z.object({
  /** null = not expected: a bug. */
  code: z.enum(ERROR_CODES).nullable(),
  reply: z.string(),
  zh: z.string().nullable(),
  message: z.string(),
  stack: z.string(),
});
export type Failure = Readonly<z.infer<typeof failure>>;

export function failureOf(error: unknown): Failure {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const expected = expectedFailure(error);
  return { code: expected?.code ?? null, reply: expected?.reply ?? '', zh: expected?.zh ?? null, message, stack };
}

/** The error again. */
export function errorOf({ code, reply, zh, message, stack }: Failure): Error {
  if (code) return new UserFacingError(code, reply, { message, ...(zh !== null && { zh }) });
  const error = new Error(message);
  error.stack = stack;
  return error;
}
