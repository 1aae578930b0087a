import type { LandCover } from '../domain/land-cover.ts';
import type { SceneInfo } from '../domain/scene.ts';
import { createGeoTiffWriter, type GeoTiffWriter } from '../export/write-geotiff.ts';
import { sourceGeoKeys } from './source-geo-keys.ts';

/** Mask colours in GIS programs (Okabe and Ito 2008): white for "not", the target in its colour. */
const MASK_COLORS: Readonly<Record<LandCover, Readonly<Record<number, readonly [number, number, number]>>>> = {
  vegetation: { 0: [255, 255, 255], 1: [0, 158, 115] },
  water: { 0: [255, 255, 255], 1: [0, 114, 178] },
  building: { 0: [255, 255, 255], 1: [213, 94, 0] },
};

/** Of a pixel that was not measured, in a mask file. */
export const NODATA = 255;

/** A writer for a target's mask on the scene's own grid: uint8, 1 = target, 0 = not, 255 = nodata. */
export async function createMaskWriter(path: string, info: SceneInfo, target: LandCover): Promise<GeoTiffWriter> {
  return createGeoTiffWriter(path, info.grid, {
    geoKeys: await sourceGeoKeys(info),
    sampleType: 'uint8',
    bandDescriptions: [target],
    nodata: NODATA,
    colors: MASK_COLORS[target],
  });
}

/** A writer for values on the scene's own grid: float32, NaN = nodata. */
export async function createRasterWriter(path: string, info: SceneInfo, description: string): Promise<GeoTiffWriter> {
  return createGeoTiffWriter(path, info.grid, {
    geoKeys: await sourceGeoKeys(info),
    sampleType: 'float32',
    bandDescriptions: [description],
    nodata: NaN,
  });
}
