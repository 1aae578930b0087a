import { stat } from 'node:fs/promises';
import type { SceneFile } from '../domain/scene.ts';
import { isAddress } from '../scene/sources/byte-source.ts';
import type { SceneMethod, SceneRequest } from './scene-request.ts';
import { filesOf, scenesOf } from './scene-request.ts';

const OPENING_MS = 30_000;
/** Slow disks and slow decoders included. */
const BYTES_PER_MS = (16 * 2 ** 20) / 1_000;
const PIXELS_PER_MS = 1_000;

/**
 * How long a call may compute, milliseconds, whatever progress it reports. Opening reads headers and a survey, so it gets
 * half a minute, and a second more for every 16 MiB; everything else gets the configured time, and a second more for every
 * million pixels. What lies behind an address may take the configured time to come.
 */
export async function timeLimitMs(method: SceneMethod, request: SceneRequest, configuredMs: number): Promise<number> {
  const files = filesOf(request);
  const remote = files.some(({ path }) => isAddress(path)) ? configuredMs : 0;
  if (method === 'open') return Math.min(OPENING_MS, configuredMs) + (await bytesOf(files)) / BYTES_PER_MS + remote;
  const pixels = scenesOf(request).reduce((sum, { grid }) => sum + grid.width * grid.height, 0);
  return configuredMs + pixels / PIXELS_PER_MS + remote;
}

async function bytesOf(files: readonly SceneFile[]): Promise<number> {
  const local = files.filter(({ path }) => !isAddress(path));
  const sizes = await Promise.all(
    local.map(({ path }) =>
      stat(path)
        .then(({ size }) => size)
        .catch(() => 0),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
