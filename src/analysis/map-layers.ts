import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Analyst, Run } from '../domain/analyst.ts';
import type { Finding } from '../domain/finding.ts';
import type { Artefact, MapLayers } from '../domain/picture.ts';
import type { SceneInfo } from '../domain/scene.ts';
import { encodeGround, encodeMask } from '../render/encode-layer.ts';
import { TARGET_LOOKS } from '../render/target-look.ts';
import { lonLat } from '../scene/place/lon-lat.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
import { compositeOf, fileStem, readCover, wholeComposite, wholeOf } from './draw.ts';

/** Up to this longer side, pixels, one can go down to single pixels of a scene; larger ones would take too long to read. */
const NATIVE_SIDE = 4096;

/** Points along each side of the lattice of places. Between them a map of 100 km is straight to within a pixel. */
const LATTICE = 9;

/** The scene and what was found on it as layers of a map on a screen. */
export async function mapLayers(
  scene: Scene,
  { findings, labels }: Parameters<Analyst['layers']>[0],
  run: Run,
): Promise<MapLayers> {
  run.onProgress({ stage: 'drawing', done: 0, total: 0 });
  const { info } = scene;
  const isNative = Math.max(info.grid.width, info.grid.height) <= NATIVE_SIDE;
  const { composite } = await (isNative
    ? compositeOf(scene, wholeOf(info), undefined, NATIVE_SIDE)
    : wholeComposite(scene));
  const keep = async (bytes: Uint8Array, name: string, mediaType: string): Promise<Artefact> => {
    const path = join(run.folder, `${randomUUID()}.${mediaType.split('/')[1]}`);
    await writeFile(path, bytes);
    return { name: `${fileStem(info)}.${name}`, path, mediaType, bytes: bytes.byteLength };
  };
  const targets = [];
  for (const [i, finding] of findings.entries()) {
    const { target } = finding.facts;
    const cover = await readCover(finding, wholeOf(info), composite);
    const mask = await encodeMask(cover, TARGET_LOOKS[target].color);
    targets.push({
      target,
      label: labels[i]!,
      color: TARGET_LOOKS[target].color,
      mask: await keep(mask, `${target}.layer.png`, 'image/png'),
      regions: regionsOf(finding),
    });
  }
  return {
    width: info.grid.width,
    height: info.grid.height,
    pixelSizeM: info.pixelSizeM?.x ?? null,
    ground: await keep(await encodeGround(composite), 'ground.webp', 'image/webp'),
    targets,
    lonLat: latticeOf(info),
  };
}

const regionsOf = ({ facts }: Finding): MapLayers['targets'][number]['regions'] =>
  facts.regions.map(({ id, window: { col, row, width, height } }) => ({
    id,
    box: [col, row, col + width, row + height],
  }));

/** Row by row from the top left corner to the bottom right one. */
function latticeOf({ grid }: SceneInfo): MapLayers['lonLat'] {
  const places = lonLat(grid);
  if (!places) return null;
  const steps = Array.from({ length: LATTICE }, (_, i) => i / (LATTICE - 1));
  const points = steps.flatMap((v) => steps.map((u) => places.of(u * grid.width, v * grid.height)));
  return points.every((point) => point !== null) ? points : null;
}
