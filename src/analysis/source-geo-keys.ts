import type { SceneInfo } from '../domain/scene.ts';
import { type GeoKeys, readGeoKeys } from '../export/geo-keys.ts';

/**
 * GeoKeys of the scene's first GeoTIFF, for a CRS without EPSG code, so that what we write stays on the same ground; null
 * where the EPSG code says it all or there is none to copy.
 */
export async function sourceGeoKeys(info: SceneInfo): Promise<GeoKeys | null> {
  if (!info.grid.crs || info.grid.crs.epsg !== null) return null;
  for (const file of info.files) {
    // A file that is no TIFF has no GeoKeys; whether it can be read at all was settled when the scene was opened.
    const keys = await readGeoKeys(file.path).catch(() => null);
    if (keys) return keys;
  }
  return null;
}
