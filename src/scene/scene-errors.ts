import type { BandName } from '../domain/band.ts';
import { UserFacingError } from '../errors.ts';
import { logOf } from '../log.ts';

const log = logOf('scene');

/**
 * The file is not what we can read. `what` names it for a person, `why` completes "because …" without a full stop.
 *
 * @param cause  an `Error` says that the file is damaged; anything that only our own mistakes throw is logged as one
 */
export function sceneUnreadable(what: string, why: string, cause?: unknown): UserFacingError {
  if (isMistake(cause)) log.error({ err: cause }, 'the reader failed where it should have found damage');
  return new UserFacingError(
    'scene-unreadable',
    `I can't read ${what}: ${why}. Please send a GeoTIFF, JPEG 2000, PNG or JPEG of the scene, or export it again.`,
    { message: `scene-unreadable: ${what}: ${why}`, cause },
  );
}

/** Whether an error is one that a program throws by mistake. Damage in a file is found by looking, and is a plain `Error`. */
export const isMistake = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;

/** Whether the machine failed and not the file: a full disk, no descriptor left. */
export const isOfMachine = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

/** Runs a decoder of others on bytes of a stranger: whatever it throws (some throw text) means that they are damaged. */
export async function foreign<T>(what: string, decode: () => T | Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    throw new Error(`${what} cannot be decoded`, { cause: error });
  }
}

/** The file asks for more than a limit allows. */
export function sceneTooLarge(what: string, why: string): UserFacingError {
  return new UserFacingError(
    'scene-too-large',
    `${what} is too large for me: ${why}. Please send a smaller area or fewer bands.`,
  );
}

/** Bands were asked for that the scene does not have. */
export function bandMissing(missing: readonly BandName[], present: readonly BandName[]): UserFacingError {
  return new UserFacingError(
    'band-missing',
    `This scene has no ${missing.join(' or ')} band. Present: ${present.length > 0 ? present.join(', ') : 'none that I know'}.`,
  );
}
