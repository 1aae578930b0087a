import { fromFile } from 'geotiff';
import type { Grid } from '../domain/grid.ts';

/** The three GeoTIFF tags that describe a CRS, as they stand in a file. */
export interface GeoKeys {
  /** GeoKeyDirectoryTag 34735: a header of four numbers, then four numbers a key. */
  readonly directory: readonly number[];
  /** GeoDoubleParamsTag 34736. */
  readonly doubles: readonly number[];
  /** GeoAsciiParamsTag 34737, without the closing NUL. */
  readonly ascii: string;
}

/** Key ids and values of the GeoTIFF standard, OGC 19-008r4, annex B. */
const MODEL_TYPE = 1024;
const RASTER_TYPE = 1025;
const GEODETIC_CRS = 2048;
const PROJECTED_CRS = 3072;
const MODEL_PROJECTED = 1;
const MODEL_GEOGRAPHIC = 2;
const PIXEL_IS_AREA = 1;

/**
 * GeoKeys of a grid whose CRS has an EPSG code; null when it has none (then copy those of the source file, `readGeoKeys`).
 * Our affine transforms are PixelIsArea, and the keys say so.
 */
export function geoKeysOf(grid: Grid): GeoKeys | null {
  if (!grid.crs || grid.crs.epsg === null) return null;
  const geographic = grid.crs.unit === 'degree';
  const keys: readonly [id: number, value: number][] = [
    [MODEL_TYPE, geographic ? MODEL_GEOGRAPHIC : MODEL_PROJECTED],
    [RASTER_TYPE, PIXEL_IS_AREA],
    [geographic ? GEODETIC_CRS : PROJECTED_CRS, grid.crs.epsg],
  ];
  return {
    directory: [1, 1, 0, keys.length, ...keys.flatMap(([id, value]) => [id, 0, 1, value])],
    doubles: [],
    ascii: '',
  };
}

/**
 * GeoKeys of a GeoTIFF, for a copy with the same CRS, user-defined ones included; null when it has none.
 * `PixelIsPoint` becomes `PixelIsArea`, because our transforms start at pixel corners.
 */
export async function readGeoKeys(path: string): Promise<GeoKeys | null> {
  const tiff = await fromFile(path);
  try {
    const image = await tiff.getImage();
    const { fileDirectory } = image;
    if (!fileDirectory.hasTag('GeoKeyDirectory')) return null;
    const directory = [...((await fileDirectory.loadValue('GeoKeyDirectory')) as ArrayLike<number> as number[])];
    const doubles = fileDirectory.hasTag('GeoDoubleParams')
      ? [...((await fileDirectory.loadValue('GeoDoubleParams')) as ArrayLike<number> as number[])]
      : [];
    const ascii = fileDirectory.hasTag('GeoAsciiParams') ? String(await fileDirectory.loadValue('GeoAsciiParams')) : '';
    for (let at = 4; at + 3 < directory.length; at += 4) {
      if (directory[at] === RASTER_TYPE) directory[at + 3] = PIXEL_IS_AREA;
    }
    return { directory, doubles, ascii: ascii.replace(/\0+$/, '') };
  } finally {
    await tiff.close();
  }
}
