import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserFacingError } from '../errors.ts';

const MIB = 2 ** 20;

/** What a platform sent, and how much of it we take. */
export interface Download {
  readonly response: Response;
  /** As people call it: `Slack`. */
  readonly platform: string;
  readonly limitBytes: number;
  /** Sees the first bytes; what it throws ends the download. */
  readonly checkBeginning?: (bytes: Buffer) => void;
}

/**
 * Writes the body to `path`, readable for nobody else. Of a download that failed nothing stays.
 *
 * @throws {UserFacingError} not answered with a file, larger than `limitBytes`, broken off; `signal.reason`; what
 *   `checkBeginning` throws
 */
export async function saveResponse(
  { response, platform, limitBytes, checkBeginning }: Download,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (!response.ok || !response.body) {
      throw downloadFailed(`${platform} answered ${response.status} instead of the file. Please try again.`);
    }
    if (Number(response.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
    await pipeline(
      Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
      guarded(limitBytes, checkBeginning),
      createWriteStream(path, { mode: 0o600 }),
      { signal },
    );
  } catch (error) {
    await response.body?.cancel().catch(() => undefined);
    await rm(path, { force: true });
    signal.throwIfAborted();
    if (error instanceof UserFacingError) throw error;
    throw downloadFailed(`${platform} broke off the download. Please try again.`, error);
  }
}

function guarded(limitBytes: number, checkBeginning: Download['checkBeginning']): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        if (bytes === 0) checkBeginning?.(chunk);
        bytes += chunk.length;
        if (bytes > limitBytes) throw tooLarge(limitBytes);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

export const downloadFailed = (reply: string, cause?: unknown): UserFacingError =>
  new UserFacingError('download-failed', reply, { cause });

const tooLarge = (limitBytes: number): UserFacingError =>
  new UserFacingError(
    'scene-too-large',
    `This file is larger than the ${Math.floor(limitBytes / MIB)} MiB I can take. A cut-out, or a compressed copy, may fit.`,
  );
