import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SceneFile } from '../../src/domain/scene.ts';
import { UserFacingError } from '../../src/errors.ts';
import { openScene } from '../../src/scene/open-scene.ts';
import { isMistake } from '../../src/scene/scene-errors.ts';
import type { Verdict } from './sandbox.ts';

/** Opens what the parent sends, reads an overview and a corner of it, and says how that ended. */
async function judge(files: readonly SceneFile[]): Promise<Pick<Verdict, 'kind' | 'note'>> {
  const folder = await mkdtemp(join(tmpdir(), 'spex-chat-fuzz-'));
  try {
    const scene = await openScene(files, {}, { folder });
    const { grid, bands } = scene.info;
    const { width, height } = grid;
    const positions = bands.slice(0, 4).map((_, i) => i);
    const factor = Math.min(1, 512 / Math.max(width, height));
    const small = { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
    const side = { width: Math.min(64, width), height: Math.min(64, height) };
    try {
      await scene.readAt(positions, { col: 0, row: 0, width, height }, small);
      await scene.readAt(positions, { col: width - side.width, row: height - side.height, ...side });
    } finally {
      await scene.close();
    }
    return { kind: 'read', note: `${width} x ${height} x ${bands.length}` };
  } catch (error) {
    const said = error instanceof UserFacingError;
    if (said && !isMistake(error.cause)) return { kind: 'refused', note: error.reply };
    const mistake = (said ? error.cause : error) as Error;
    return { kind: 'mistake', note: String(mistake.stack).slice(0, 600) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

process.on('message', async (files: readonly SceneFile[]) => process.send!(await judge(files)));
process.send!('ready');
