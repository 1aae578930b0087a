import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../domain/analyst.ts';
import type { Finding } from '../domain/finding.ts';
import type { Artefact, FileFormat } from '../domain/picture.ts';
import { tracePolygons } from '../export/polygons.ts';
import { readMask } from '../export/read-mask.ts';
import type { RegionTable } from '../export/region-feature.ts';
import { writeCsv } from '../export/write-csv.ts';
import { writeGeoJson } from '../export/write-geojson.ts';
import { writeGeoPackage } from '../export/write-geopackage.ts';
import { lonLat } from '../scene/place/lon-lat.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
import { rankComponents, sumComponents } from '../spectral/find-regions.ts';
import { fileStem } from './draw.ts';
import { measure } from './measure.ts';
import { readComponents } from './read-finding.ts';

/**
 * A finding as files for other programs. GeoTIFF: mask and probability on the scene's own grid. The vector formats and CSV
 * hold every region, not only those that a conversation lists.
 *
 * @throws {UserFacingError} `export-failed` where the format needs ground coordinates and the scene has none
 */
export async function exportFinding(
  scene: Scene,
  { finding, format }: { finding: Finding; format: FileFormat },
  run: Run,
): Promise<readonly Artefact[]> {
  const { info } = scene;
  const stem = `${fileStem(info)}.${finding.facts.target}`;
  const artefact = async (path: string, suffix: string, mediaType: string): Promise<Artefact> => ({
    name: `${stem}.${suffix}`,
    path,
    mediaType,
    bytes: (await stat(path)).size,
  });
  const target = (suffix: string): string => join(run.folder, `${finding.id}.export.${suffix}`);
  const places = lonLat(info.grid);
  const toLonLat = places && ((col: number, row: number) => places.of(col, row));

  switch (format) {
    case 'geotiff': {
      const [mask, probability] = [target('mask.tif'), target('probability.tif')];
      await copyFile(finding.maskFile, mask);
      await copyFile(finding.probabilityFile, probability);
      return [
        await artefact(mask, 'mask.tif', 'image/tiff'),
        await artefact(probability, 'probability.tif', 'image/tiff'),
      ];
    }
    case 'csv': {
      const path = target('csv');
      const { regions } = await allRegions(scene, finding);
      await writeCsv(path, { target: finding.facts.target, sceneName: info.name, regions });
      return [await artefact(path, 'csv', 'text/csv')];
    }
    case 'geojson': {
      const path = target('geojson');
      await writeGeoJson(path, await regionTable(scene, finding), toLonLat);
      return [await artefact(path, 'geojson', 'application/geo+json')];
    }
    case 'geopackage': {
      const path = target('gpkg');
      await writeGeoPackage(path, await regionTable(scene, finding), info.grid, toLonLat);
      return [await artefact(path, 'gpkg', 'application/geopackage+sqlite3')];
    }
  }
}

async function allRegions({ info }: Scene, finding: Finding) {
  const measured = await readComponents(finding);
  const { components } = measured;
  return { components, regions: measure(info, finding.facts.target, measured, Number.POSITIVE_INFINITY).regions };
}

async function regionTable(scene: Scene, finding: Finding): Promise<RegionTable> {
  const { components, regions } = await allRegions(scene, finding);
  const polygons = tracePolygons(await readMask(finding.maskFile), components);
  // Both lists go by descending pixel count.
  const order = rankComponents(sumComponents(components).pixels);
  return {
    target: finding.facts.target,
    sceneName: scene.info.name,
    features: regions.map((region, i) => ({ region, polygons: polygons[order[i]!]! })),
  };
}
