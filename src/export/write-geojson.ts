import { open } from 'node:fs/promises';
import { UserFacingError } from '../errors.ts';
import { decimalsFor, type ToLonLat, toLonLatPolygons } from './lon-lat-polygons.ts';
import { hectares, type RegionFeature, type RegionTable } from './region-feature.ts';

/**
 * Write regions as a GeoJSON FeatureCollection (RFC 7946): WGS84 longitude and latitude, one MultiPolygon a region.
 *
 * @param toLonLat  of a pixel corner; null when the scene is not on the ground
 * @throws {UserFacingError} `export-failed` without coordinates
 */
export async function writeGeoJson(path: string, table: RegionTable, toLonLat: ToLonLat | null): Promise<void> {
  if (!toLonLat) {
    throw new UserFacingError(
      'export-failed',
      'This scene has no coordinates on the ground, which GeoJSON needs. ' +
        'I can give you the mask as a GeoTIFF, the regions as CSV, or the picture as PNG.',
    );
  }
  const decimals = decimalsFor(toLonLat);
  const file = await open(path, 'w');
  try {
    const name = `${table.target} in ${table.sceneName}`;
    await file.write(`{"type":"FeatureCollection","name":${JSON.stringify(name)},"features":[`);
    for (const [i, feature] of table.features.entries()) {
      await file.write(`${i > 0 ? ',' : ''}\n${JSON.stringify(toGeoJson(feature, table.target, toLonLat, decimals))}`);
    }
    await file.write('\n]}\n');
  } finally {
    await file.close();
  }
}

function toGeoJson({ region, polygons }: RegionFeature, target: string, toLonLat: ToLonLat, decimals: number): object {
  const round = (value: number): number => Number(value.toFixed(decimals));
  const coordinates = toLonLatPolygons(polygons, toLonLat).map((rings) =>
    rings.map((ring) => ring.map(([lon, lat]) => [round(lon), round(lat)])),
  );
  return {
    type: 'Feature',
    id: region.id,
    properties: {
      id: region.id,
      target,
      area_m2: region.areaM2 === null ? null : Math.round(region.areaM2 * 100) / 100,
      area_ha: region.areaM2 === null ? null : hectares(region.areaM2),
      share: region.share,
      location: region.location,
      pixels: region.pixels,
    },
    geometry: { type: 'MultiPolygon', coordinates },
  };
}
