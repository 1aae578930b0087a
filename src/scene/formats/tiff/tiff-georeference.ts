import type { Affine, Crs } from '../../../domain/grid.ts';
import { isInvertible } from '../../place/affine.ts';
import { crsOfGeoKeys, type GeoKeys, readGeoKeys } from '../../place/crs.ts';
import type { TiffDirectory } from './tiff-directory.ts';

/** There are about 60 keys, of few values; the longest texts are definitions of a coordinate system. */
const MAX_KEY_VALUES = 1024;
const MAX_KEY_TEXT = 16_384;

/** Where the pixels of a TIFF directory lie; also read from the small TIFF inside a GeoJP2 box. */
export async function readGeoreference(
  directory: TiffDirectory,
): Promise<{ readonly transform: Affine | null; readonly crs: Crs | null }> {
  const keys = await geoKeysOf(directory);
  return { transform: await transformOf(directory, keys), crs: keys && crsOfGeoKeys(keys) };
}

async function geoKeysOf(directory: TiffDirectory): Promise<GeoKeys | null> {
  const keys = await directory.numbers(34735, MAX_KEY_VALUES);
  if (!keys) return null;
  const doubles = (await directory.numbers(34736, MAX_KEY_VALUES)) ?? [];
  return readGeoKeys(keys, doubles, (await directory.text(34737, MAX_KEY_TEXT)) ?? '');
}

/**
 * Corner-based transform, as GDAL reads it: a matrix, or one tie point with a pixel size; PixelIsPoint is moved by half a
 * pixel. Null for ground control points alone.
 */
async function transformOf(directory: TiffDirectory, keys: GeoKeys | null): Promise<Affine | null> {
  const matrix = await directory.numbers(34264, 16);
  const scale = await directory.numbers(33550, 3);
  const tie = await directory.numbers(33922, 6);
  let transform: Affine;
  if (scale && scale.length >= 2 && tie && tie.length >= 6 && scale[0] !== 0 && scale[1] !== 0) {
    const [i, j, , x, y] = tie as [number, number, number, number, number];
    const [sx, sy] = scale as [number, number];
    transform = [sx, 0, x - i * sx, 0, -sy, y + j * sy];
  } else if (matrix && matrix.length >= 8) {
    const [a, b, , c, d, e, , f] = matrix as [number, number, number, number, number, number, number, number];
    transform = [a, b, c, d, e, f];
  } else {
    return null;
  }
  const [a, b, c, d, e, f] = transform;
  const point = keys?.GTRasterTypeGeoKey === 2;
  const moved: Affine = point ? [a, b, c - (a + b) / 2, d, e, f - (d + e) / 2] : transform;
  return isInvertible(moved) ? moved : null;
}
