import type { BandName } from '../domain/band.ts';
import { UserFacingError } from '../errors.ts';

/** The file is not what we can read. `what` names it for a person, `why` completes "because …" without a full stop. */
export function sceneUnreadable(what: string, why: string, cause?: unknown): UserFacingError {
  return new UserFacingError(
    'scene-unreadable',
    `I can't read ${what}: ${why}. Please send a GeoTIFF, JPEG 2000, PNG or JPEG of the scene, or export it again.`,
    { message: `scene-unreadable: ${what}: ${why}`, cause },
  );
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
